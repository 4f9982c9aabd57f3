/** Taking a reply out of a box again: what came of it, as it is said to her. */

import type { Outcome } from "../insert/outcome";

export type Undone = "undone" | "undo_written" | "undo_failed";

/** Words she wrote since are hers: they are never taken with ours. */
export function undoneBy({ kind }: Outcome): Undone {
  if (kind === "done") return "undone";
  return kind === "needs_consent" ? "undo_written" : "undo_failed";
}
