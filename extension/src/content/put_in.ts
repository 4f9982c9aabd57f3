/**
 * Into the box of one card: is this still the review she looked at, may the reply still be used, does the box take it.
 *
 * The card is read again when the service has answered: a page may change while we wait. What came of it is told as the
 * box holds it.
 */

import type { Confirmed } from "../answers";
import type { Box } from "../insert/box";
import { insert } from "../insert/insert";
import type { Outcome } from "../insert/outcome";
import { type Use, confirm, tell } from "../use/confirm";

/** Where the reply goes: read anew at each step. */
export interface Place {
  box(): Box | null;
  isSame(): boolean;
}

export type Came =
  | { readonly is: "in"; readonly box: Box; readonly confirmed: Confirmed }
  | { readonly is: "no_box" }
  | { readonly is: "other_card" }
  | { readonly is: "draft"; readonly holds: string; readonly text: string }
  | { readonly is: "failed"; readonly outcome: Outcome };

/** Puts the reply into the box. Throws `Trouble` where the service would not have it. */
export async function putIn(use: Use, place: Place, signal: AbortSignal): Promise<Came> {
  if (!place.isSame()) return { is: "other_card" };
  if (!place.box()) return { is: "no_box" };
  const confirmed = await confirm(use);
  const box = place.box();
  if (!box) return { is: "no_box" };
  const { consent } = use.given;
  const still = (): boolean => place.isSame() && place.box() === box;
  return await cameOf(await insert(box, confirmed.text, { consent, still, signal }), box, confirmed, use);
}

async function cameOf(outcome: Outcome, box: Box, confirmed: Confirmed, use: Use): Promise<Came> {
  if (outcome.kind === "needs_consent") return { is: "draft", holds: outcome.holds, text: confirmed.text };
  if (outcome.kind === "refused" && outcome.why === "other_card") return { is: "other_card" };
  if (outcome.kind !== "done" && outcome.kind !== "already") return { is: "failed", outcome };
  await tell("inserted", use, confirmed);
  return { is: "in", box, confirmed };
}
