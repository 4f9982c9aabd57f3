/**
 * Which cards she can see, or soon will: only these get a card of ours, however long the page is.
 *
 * A card of ours makes the page longer, and a page that grows is laid out anew. While she scrolls fast it is left
 * alone: what comes near then waits for a lull, and what has gone by until then gets nothing.
 */

import { lull } from "./lull";

const AHEAD = "400px 0px";
const SLOW = 100; // ms between two cards that come near: she does not scroll, or reads as she does

export interface Near {
  watch(card: Element): void;
}

/** Calls `came` with the cards that came near, each once. */
export function nearBy(came: (cards: readonly Element[]) => void, signal: AbortSignal): Near {
  const waiting = new Set<Element>();
  let latest = Number.NEGATIVE_INFINITY;
  const tell = (): void => {
    const here = [...waiting];
    waiting.clear();
    for (const card of here) observer.unobserve(card);
    if (here.length) came(here);
  };
  const arrived = lull(tell, signal);
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) isIntersecting ? waiting.add(target) : waiting.delete(target);
      if (!entries.some((one) => one.isIntersecting)) return;
      const isSlow = performance.now() - latest > SLOW;
      latest = performance.now();
      if (isSlow) tell();
      else arrived();
    },
    { rootMargin: AHEAD },
  );
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  return { watch: (card) => observer.observe(card) };
}
