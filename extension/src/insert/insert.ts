/**
 * Putting an approved text into a page's own box, and taking it out again.
 *
 * Only ever called in answer to a person's press. It makes no key event, presses nothing and submits nothing: she reads
 * what stands there and presses the site's own button.
 */

import { type Box, focus, isField } from "./box";
import { writeField } from "./field";
import { type Outcome, refused } from "./outcome";
import { isBlank, read, sameLines } from "./read";
import { refusal } from "./refuse";
import { writeRich } from "./rich";

export interface Wishes {
  /** Somebody's own words may be replaced: she was asked, and said so. */
  readonly consent?: boolean;
  /** Whether the box still belongs to the review she looked at; asked just before the first change. */
  readonly still?: () => boolean;
  readonly signal?: AbortSignal;
}

/** What we put into a box, and what stood there before. */
interface Ours {
  readonly text: string;
  readonly before: string;
}

const ours = new WeakMap<Box, Ours>();
const writing = new WeakMap<Box, Promise<Outcome>>();

/** Puts `text` into `box`, in place of all it holds. */
export async function insert(box: Box, text: string, wishes: Wishes = {}): Promise<Outcome> {
  const why = refusal(box, text);
  if (why) return refused(why);
  const before = read(box);
  if (isHeld(box, text)) return { kind: "already" };
  if (isSomebodys(box, before) && !wishes.consent) return { kind: "needs_consent", holds: before };
  if (wishes.still && !wishes.still()) return refused("other_card");
  const outcome = await put(box, text, before, wishes.signal);
  const stood = isBlank(before) ? "" : before; // an empty editor may hold marks that nobody sees
  if (outcome.kind === "done") ours.set(box, { text, before: ours.get(box)?.before ?? stood });
  return outcome;
}

/** Whether the box still holds what we put there, so that taking it out takes nothing of hers. */
export function canUndo(box: Box): boolean {
  const mine = ours.get(box);
  return mine !== undefined && box.isConnected && sameLines(read(box), mine.text);
}

/** Puts back, as plain text, what stood there before us. Asks first where our text was edited since. */
export async function undo(box: Box, wishes: Wishes = {}): Promise<Outcome> {
  const mine = ours.get(box);
  if (!mine) return { kind: "not_taken" };
  const now = read(box);
  if (!sameLines(now, mine.text) && !wishes.consent) return { kind: "needs_consent", holds: now };
  const why = refusal(box, mine.before);
  if (why) return refused(why);
  const outcome = await put(box, mine.before, now, wishes.signal);
  if (outcome.kind === "done") ours.delete(box);
  return outcome;
}

/** One write at a time in a box: a second press waits for the first, and is told what came of that. */
function put(box: Box, text: string, before: string, signal?: AbortSignal): Promise<Outcome> {
  const running = writing.get(box);
  if (running) return running;
  const begun = write(box, text, before, signal).finally(() => writing.delete(box));
  writing.set(box, begun);
  return begun;
}

async function write(box: Box, text: string, before: string, signal?: AbortSignal): Promise<Outcome> {
  if (!focus(box)) return { kind: "not_taken" };
  await (isField(box) ? writeField(box, text, signal) : writeRich(box, text, signal));
  const after = read(box);
  if (!box.isConnected) return refused("gone");
  if (sameLines(after, text)) return { kind: "done" };
  return after === before ? { kind: "not_taken" } : { kind: "partial", holds: after };
}

/** A field holds a text when it is the same to the letter; an editor when it is to a reader. */
function isHeld(box: Box, text: string): boolean {
  return isField(box) ? box.value === text : sameLines(read(box), text);
}

/** Words that are not the ones we put there: a draft, or our text after she wrote in it. */
function isSomebodys(box: Box, holds: string): boolean {
  if (isBlank(holds)) return false;
  const mine = ours.get(box);
  return !mine || !sameLines(holds, mine.text);
}
