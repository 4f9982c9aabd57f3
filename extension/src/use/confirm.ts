/** One use of a reply: the service is asked in the moment of use, and told what came of it. */

import type { Confirmed, Offered, Suggestion } from "../answers";
import { ask } from "../ui/ask";
import type { Given } from "./doubts";

export interface Use {
  readonly offered: Offered;
  readonly suggestion: Suggestion;
  readonly values: Readonly<Record<string, string>>;
  readonly given: Given;
}

/** The words as they may be used now; the review is hers from here on. Throws `Trouble` where they may not. */
export function confirm({ offered, suggestion, values, given }: Use): Promise<Confirmed> {
  const { sha256, item, variant } = suggestion;
  const { take, again } = given;
  return ask("confirm", { review: offered.review.id, sha256, item, variant, values, take, again });
}

export async function tell(kind: "inserted" | "copied", { offered }: Use, { posting, text }: Confirmed): Promise<void> {
  await ask("event", { kind, review: offered.review.id, posting, text });
}
