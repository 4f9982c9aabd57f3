/** What came of an insertion, as it can be said to a person. Success is what the box holds, never a call's answer. */

export type Refusal =
  | "no_box" // the cursor is in no box
  | "gone" // the box was taken off the page
  | "invisible"
  | "readonly"
  | "too_long" // beyond the box's maxLength
  | "single_line" // an input that would glue the lines together
  | "composing" // an input method is in the middle of a word
  | "other_card"; // the page is no longer the one the person looked at

export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "already" }
  | { readonly kind: "needs_consent"; readonly holds: string } // somebody's own words stand there
  | { readonly kind: "refused"; readonly why: Refusal }
  | { readonly kind: "partial"; readonly holds: string } // the box changed, and does not hold the text
  | { readonly kind: "not_taken" }; // the box would not change

export function refused(why: Refusal): Outcome {
  return { kind: "refused", why };
}
