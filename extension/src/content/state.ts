/** What a card of ours shows at any moment. The drawing of each is in `views`. */

import type { Offered, Review } from "../answers";
import type { Told } from "../trouble";
import type { Doubt } from "../use/doubts";
import type { Looked } from "./inserted";

export type State =
  | { readonly is: "asking" }
  | { readonly is: "unknown" }
  | { readonly is: "which"; readonly candidates: readonly Review[] }
  | { readonly is: "offer"; readonly offered: Offered; readonly place: number; readonly note: string | null }
  | Conflict
  | { readonly is: "inserted"; readonly note: string; readonly looked: Looked; readonly undo: boolean }
  | { readonly is: "did_you"; readonly text: string }
  | { readonly is: "posted" }
  | { readonly is: "trouble"; readonly trouble: Told; readonly again: boolean };

/** Two texts, side by side, and a confirmation that is spelled out. */
export interface Conflict extends Doubt {
  readonly is: "conflict";
  readonly ours: string;
}

/** What she may do; each is a press on a button of ours. */
export interface Acts {
  insert(press: Event): void;
  copy(press: Event): void;
  another(): void;
  choose(review: number, press: Event): void;
  goOn(press: Event): void;
  goBack(): void;
  undo(press: Event): void;
  again(): void;
  told(posted: boolean, press: Event): void;
}
