/** Whether a text is visible in a card: where it was posted, not where it is still being written. */

import { folded } from "../sites/card";
import { wordsOf } from "../sites/words";

const ENOUGH = 120; // characters: sites fold longer replies behind "more"

export function shows(card: Element, text: string): boolean {
  const wanted = [...folded(text)].slice(0, ENOUGH).join("");
  return wanted !== "" && folded(wordsOf(card)).includes(wanted);
}
