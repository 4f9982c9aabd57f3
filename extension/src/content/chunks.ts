/** Work on a page in pieces, so that scrolling and typing never wait for us. */

const SLICE = 12; // ms of work before the page has its turn; a task over 50 ms is felt

/** Does `work` for each of `things`, giving way whenever a slice is used up. */
export async function inChunks<T>(things: readonly T[], work: (thing: T) => void, signal: AbortSignal): Promise<void> {
  let until = performance.now() + SLICE;
  for (const thing of things) {
    if (signal.aborted) return;
    work(thing);
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + SLICE;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
