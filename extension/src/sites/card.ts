/** One review as a page shows it, and when two looks at it saw the same one. */

export interface PageCard {
  readonly element: Element;
  readonly ids: readonly (readonly [string, string])[];
  readonly author: string | null;
  readonly rating: number | null;
  readonly recommends: boolean | null;
  readonly date_shown: string | null;
  readonly text: string | null;
  readonly text_complete: boolean;
  readonly reply: string | null;
  readonly replied: boolean;
  readonly permalink: string | null;
}

const OPENING = 80;

/** The first characters of a review's words, one line: never half of a character. */
export function openingOf(text: string | null): string | null {
  return text === null ? null : [...text.replace(/\s+/g, " ").trim()].slice(0, OPENING).join("");
}

/** What makes a card this review and no other, whatever is drawn around it. A name alone never does. */
export function fingerprint(card: PageCard): string {
  const opening = folded(openingOf(card.text) ?? "");
  return JSON.stringify([card.ids, folded(card.author ?? ""), card.rating, card.recommends, opening]);
}

/** NFKC, lower case, one space between words: as the service folds. */
export function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** What a card lacks to be recognised; null for nothing. Stars, or a recommendation, without words are a review too. */
export function lackOf({ author, text, rating, recommends }: PageCard): "no_name" | "no_text" | null {
  if (!author) return "no_name";
  return text || rating !== null || recommends !== null ? null : "no_text";
}
