/** A review in one line, to be told from others. */

import type { Review } from "../answers";
import { say, sayStars } from "./say";

/** Who, how many stars, the first words: never the name alone. */
export function nameOf({ author, rating, best, recommends, opening, branch_name }: Review): string {
  const words = opening ? `“${opening}”` : say("no_words");
  return [author ?? say("no_name"), sayStars(rating, best, recommends), words, branch_name].filter(Boolean).join(" · ");
}
