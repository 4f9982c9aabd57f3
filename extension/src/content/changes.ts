/** The page changed: said once it has been quiet for a moment, with what was changed. Our own panels do not count. */

import { lull } from "./lull";

export function watchChanges(page: Document, changed: (where: readonly Node[]) => void, signal: AbortSignal): void {
  let where = new Set<Node>();
  const happened = lull(() => {
    const told = [...where];
    where = new Set();
    changed(told);
  }, signal);
  const observer = new MutationObserver((records) => {
    for (const record of records) if (!isOurs(record)) where.add(record.target);
    if (where.size) happened();
  });
  observer.observe(page, { childList: true, subtree: true, characterData: true });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}

function isOurs({ addedNodes, removedNodes }: MutationRecord): boolean {
  const touched = [...addedNodes, ...removedNodes];
  return touched.length > 0 && touched.every((node) => node.nodeName === "SHOPBELL-CARD");
}
