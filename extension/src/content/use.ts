/**
 * One use of a reply on a page: is it still hers to use, is this still the review she looked at, does the box take it.
 *
 * The service is asked before every insertion, and the card is read again when the answer is there: a page may change
 * while we wait. What came of it is told as the box holds it.
 */

import type { Confirmed, Offered, Suggestion } from "../answers";
import type { Box } from "../insert/box";
import { insert } from "../insert/insert";
import type { Outcome } from "../insert/outcome";
import { ask } from "../ui/ask";

export interface Use {
  readonly offered: Offered;
  readonly suggestion: Suggestion;
  readonly values: Readonly<Record<string, string>>;
  /** She confirmed, with both texts before her: from the other's hands; over an answer; over words in the box. */
  readonly take: boolean;
  readonly again: boolean;
  readonly consent: boolean;
}

/** Where the reply goes: read anew at each step, because pages change. */
export interface Place {
  box(): Box | null;
  isSame(): boolean;
}

export type Used =
  | { readonly is: "in"; readonly box: Box; readonly confirmed: Confirmed }
  | { readonly is: "no_box" }
  | { readonly is: "other_card" }
  | { readonly is: "draft"; readonly holds: string; readonly text: string }
  | { readonly is: "failed"; readonly outcome: Outcome; readonly text: string };

/** Puts the reply into the box. Throws `Trouble` where the service would not have it. */
export async function putIn(use: Use, place: Place, signal: AbortSignal): Promise<Used> {
  if (!place.isSame()) return { is: "other_card" };
  if (!place.box()) return { is: "no_box" };
  const confirmed = await confirm(use);
  const box = place.box();
  if (!box) return { is: "no_box" };
  const { consent } = use;
  const still = (): boolean => place.isSame() && place.box() === box;
  return await outcomeOf(await insert(box, confirmed.text, { consent, still, signal }), box, confirmed, use);
}

/** The words to copy, claimed as an insertion is. Throws `Trouble`. */
export async function takeOut(use: Use): Promise<Confirmed> {
  return await confirm(use);
}

export async function tell(kind: "inserted" | "copied", { offered }: Use, { posting, text }: Confirmed): Promise<void> {
  await ask("event", { kind, review: offered.review.id, posting, text });
}

async function outcomeOf(outcome: Outcome, box: Box, confirmed: Confirmed, use: Use): Promise<Used> {
  if (outcome.kind === "needs_consent") return { is: "draft", holds: outcome.holds, text: confirmed.text };
  if (outcome.kind === "refused" && outcome.why === "other_card") return { is: "other_card" };
  if (outcome.kind !== "done" && outcome.kind !== "already") return { is: "failed", outcome, text: confirmed.text };
  await tell("inserted", use, confirmed);
  return { is: "in", box, confirmed };
}

function confirm({ offered, suggestion, values, take, again }: Use): Promise<Confirmed> {
  const { sha256, item, variant } = suggestion;
  return ask("confirm", { review: offered.review.id, sha256, item, variant, values, take, again });
}
