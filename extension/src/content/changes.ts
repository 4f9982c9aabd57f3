/** The page changed: said once it has been quiet for a moment, with what was changed. Our own panels do not count. */

const QUIET = 100; // ms
const AT_MOST = 1_000; // ms: a page that never rests is looked at nevertheless

export function watchChanges(page: Document, changed: (where: readonly Node[]) => void, signal: AbortSignal): void {
  let where = new Set<Node>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  const tell = (): void => {
    const told = [...where];
    where = new Set();
    timer = undefined;
    changed(told);
  };
  const observer = new MutationObserver((records) => {
    for (const record of records) if (!isOurs(record)) where.add(record.target);
    if (!where.size) return;
    if (timer === undefined) since = performance.now();
    else if (performance.now() - since < AT_MOST) clearTimeout(timer);
    else return;
    timer = setTimeout(tell, QUIET);
  });
  observer.observe(page, { childList: true, subtree: true, characterData: true });
  signal.addEventListener("abort", () => (observer.disconnect(), clearTimeout(timer)), { once: true });
}

function isOurs({ addedNodes, removedNodes }: MutationRecord): boolean {
  const touched = [...addedNodes, ...removedNodes];
  return touched.length > 0 && touched.every((node) => node.nodeName === "SHOPBELL-CARD");
}
