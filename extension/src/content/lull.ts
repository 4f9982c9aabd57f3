/** Waiting for a moment in which nothing more happens. */

const QUIET = 100; // ms
const AT_MOST = 1_000; // ms: a page that never rests, or a person who scrolls on and on, is served nevertheless

/** What it answers is called each time something happens; `due` is called once it has been quiet for a moment. */
export function lull(due: () => void, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  const end = (): void => {
    timer = undefined;
    due();
  };
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return () => {
    if (signal.aborted) return;
    if (timer === undefined) since = performance.now();
    else if (performance.now() - since < AT_MOST) clearTimeout(timer);
    else return;
    timer = setTimeout(end, QUIET);
  };
}
