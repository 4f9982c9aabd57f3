/** Stars, which every site draws as a picture with a spoken label: "Rated 4 out of 5", "4 star rating", "4 de 5". */

const LABELLED = '[role="img"][aria-label], [aria-label$="star rating"]';
const LONGEST = 60; // a label of more characters says something else
const BEST = 5;

/** The whole number of stars a label speaks of; null where it speaks of none, or of an average such as 4.3. */
export function starsIn(label: string): number | null {
  if (label.length > LONGEST) return null;
  const numbers = label.match(/\d+(?:[.,]\d+)?/g)?.map((one) => Number(one.replace(",", "."))) ?? [];
  if (!numbers.length || numbers.length > 2) return null;
  const stars = Math.min(...numbers); // "4 out of 5" and "of 5 stars 4" alike
  return Number.isInteger(stars) && stars >= 1 && stars <= BEST ? stars : null;
}

/** The pictures of stars in a part of a page, in its order. */
export function starMarks(root: ParentNode): Element[] {
  return [...root.querySelectorAll(LABELLED)].filter((one) => starsIn(one.getAttribute("aria-label") ?? "") !== null);
}

/** The stars of one card: the first picture's. */
export function starsOf(card: Element): number | null {
  const [mark] = starMarks(card);
  return mark ? starsIn(mark.getAttribute("aria-label") ?? "") : null;
}

const WHOLE = new Set(["li", "article"]);
const TOO_WIDE = new Set(["body", "html", "main", "ul", "ol", "tbody", "table"]);

/**
 * For each mark the largest part of the page that holds it and no other mark: its card, whatever the classes are
 * called. `marks` are in the page's order.
 */
export function cardsAround(marks: readonly Element[]): Element[] {
  return marks.map((mark, place) => around(mark, [marks[place - 1], marks[place + 1]]));
}

function around(mark: Element, others: readonly (Element | undefined)[]): Element {
  let card = mark;
  for (let next = mark.parentElement; next && !isTooWide(next); next = next.parentElement) {
    if (others.some((one) => one && next.contains(one))) break;
    card = next;
    if (isWhole(card)) break;
  }
  return card;
}

function isWhole(element: Element): boolean {
  return WHOLE.has(element.localName) || ["listitem", "article", "row"].includes(element.getAttribute("role") ?? "");
}

function isTooWide(element: Element): boolean {
  return TOO_WIDE.has(element.localName) || ["main", "list", "feed", "table"].includes(element.getAttribute("role") ?? "");
}
