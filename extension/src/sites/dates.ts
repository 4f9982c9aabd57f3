/** The date of a card that has no mark for it: a short line of its own that speaks of time, as the page shows it. */

const LONGEST = 40;
const RELATIVE = /\b(ago|hace|vor|il y a|yesterday|ayer|gestern|hier|today|hoy|just now)\b/i;
const ABSOLUTE = /\b(19|20)\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b/;

export function dateIn(card: Element, without: (element: Element) => boolean): Element | null {
  for (const one of card.querySelectorAll("time, span, div, p, a")) {
    const words = one.childElementCount === 0 ? (one.textContent ?? "").trim() : "";
    if (words && words.length <= LONGEST && speaksOfTime(words) && !isWithin(one, without)) return one;
  }
  return null;
}

function speaksOfTime(words: string): boolean {
  return RELATIVE.test(words) || ABSOLUTE.test(words);
}

function isWithin(element: Element, test: (element: Element) => boolean): boolean {
  for (let one: Element | null = element; one; one = one.parentElement) if (test(one)) return true;
  return false;
}
