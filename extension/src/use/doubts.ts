/**
 * What must be asked before a reply is put anywhere: the review is answered, somebody has it in hand, somebody's words
 * stand in the box. Each needs its own press, with both texts side by side. Pure; the card and the popup share it.
 */

import type { Review } from "../answers";
import type { Told } from "../trouble";

/** What she said yes to. */
export interface Given {
  readonly take: boolean; // from another's hands
  readonly again: boolean; // over an answer
  readonly consent: boolean; // over words in the box
}

export interface Doubt {
  readonly why: "answered" | "held" | "draft";
  readonly who: string | null;
  readonly theirs: string | null; // null where nobody saw it
}

export const NOTHING_GIVEN: Given = { take: false, again: false, consent: false };

export function alsoGiven(before: Given, { why }: Pick<Doubt, "why">): Given {
  return {
    take: before.take || why === "held",
    again: before.again || why === "answered",
    consent: before.consent || why === "draft",
  };
}

/** What is known before the service is asked; null for nothing. `page` is the reply that stands on the page. */
export function doubtBefore(
  { answered, held_by }: Review,
  page: { readonly replied: boolean; readonly reply: string | null },
  given: Given,
): Doubt | null {
  if ((answered || page.replied) && !given.again) {
    return { why: "answered", who: null, theirs: page.reply ?? answered?.text ?? null };
  }
  return held_by && !given.take ? { why: "held", who: held_by, theirs: null } : null;
}

/** What the service had to say against it; null where it said something else. */
export function doubtOf({ kind, theirs, by }: Told, reply: string | null): Doubt | null {
  if (kind === "answered") return { why: "answered", who: null, theirs: reply ?? theirs ?? null };
  return kind === "held" ? { why: "held", who: by ?? null, theirs: null } : null;
}

export function draftDoubt(holds: string): Doubt {
  return { why: "draft", who: null, theirs: holds };
}
