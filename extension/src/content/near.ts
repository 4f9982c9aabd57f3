/** Which cards she can see, or soon will: only these get a card of ours, however long the page is. */

const AHEAD = "400px 0px";

export interface Near {
  watch(card: Element): void;
}

/** Calls `came` with the cards that came near, each once. */
export function nearBy(came: (cards: readonly Element[]) => void, signal: AbortSignal): Near {
  const observer = new IntersectionObserver(
    (entries) => {
      const here = entries.filter((one) => one.isIntersecting).map((one) => one.target);
      for (const card of here) observer.unobserve(card);
      if (here.length) came(here);
    },
    { rootMargin: AHEAD },
  );
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  return { watch: (card) => observer.observe(card) };
}
