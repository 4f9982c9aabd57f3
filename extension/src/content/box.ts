/**
 * In a page, after her press on the toolbar: says which box the cursor is in, and puts an approved text into it.
 *
 * Answers our own pages and background alone; a page, or a script of ours in another tab, is not heard.
 */

import type { Checked, Suggestion } from "../answers";
import { api } from "../browser";
import { type Box, isField } from "../insert/box";
import { watchComposition } from "../insert/composing";
import { boxInFocus } from "../insert/focused";
import { insert, undo } from "../insert/insert";
import { type Outcome, refused } from "../insert/outcome";
import { isBlank, read } from "../insert/read";
import { ask } from "../ui/ask";
import { say } from "../ui/say";
import { undoneBy } from "../use/undo";
import { besideBox } from "./beside";

/** What the popup and the background may ask. */
export type Asked =
  | { readonly ask: "look" } // which box; the others act in the one that was found last
  | { readonly ask: "insert"; readonly text: string; readonly consent: boolean }
  | { readonly ask: "undo"; readonly consent: boolean }
  | { readonly ask: "watch"; readonly suggestion: Suggestion; readonly key: string }; // by the key the background knows

/** What is seen of the box in one frame: null where the cursor is in none. `room` is its maxLength, null for no limit. */
export interface Seen {
  readonly holds: string;
  readonly room: number | null;
  readonly has_focus: boolean;
}

const MARK = Symbol.for("shopbell.box");
const world = globalThis as { [MARK]?: AbortController };
let looked: Box | null = null;
let watched: AbortController | null = null;

if (!world[MARK]) {
  const ended = (world[MARK] = new AbortController());
  watchComposition(document, ended.signal);
  api.runtime.onMessage.addListener(hear);
}

function hear(asked: Asked, sender: chrome.runtime.MessageSender, answer: (said: unknown) => void): boolean {
  if (!isOurs(sender)) return false;
  const said = replyTo(asked);
  if (said === undefined) return false;
  void Promise.resolve(said).then(answer);
  return true;
}

function isOurs(sender: chrome.runtime.MessageSender): boolean {
  return sender.id === api.runtime.id && (sender.url ?? "").startsWith(api.runtime.getURL(""));
}

function replyTo(asked: Asked): Seen | null | boolean | Promise<Outcome> | undefined {
  if (asked.ask === "look") return look();
  if (asked.ask === "insert") return act((box) => insert(box, asked.text, { consent: asked.consent }));
  if (asked.ask === "undo") return act((box) => takeOut(box, asked.consent));
  if (asked.ask === "watch") return watch(asked.suggestion, asked.key);
  return undefined;
}

function look(): Seen | null {
  looked = boxInFocus(document);
  return looked && seen(looked);
}

/** In the box she was told of, wherever the cursor went since. */
async function act(step: (box: Box) => Promise<Outcome>): Promise<Outcome> {
  return looked ? step(looked) : refused("no_box");
}

async function takeOut(box: Box, consent: boolean): Promise<Outcome> {
  const outcome = await undo(box, { consent });
  if (outcome.kind === "done") watched?.abort();
  return outcome;
}

/** What she writes there from now on is looked at, and said beside it. */
function watch(suggestion: Suggestion, key: string): boolean {
  const box = looked;
  if (!box) return false;
  watched?.abort();
  watched = new AbortController();
  const undone = async (): Promise<string | null> => {
    const came = undoneBy(await takeOut(box, false));
    if (came !== "undone") return say(came);
    await ask("box_undone", { key }).catch(() => undefined); // then she is asked whether she posted it, as before
    return null;
  };
  const check = (text: string): Promise<Checked | null> => ask<Checked>("box_check", { key, text }).catch(() => null);
  besideBox(box, suggestion, { check, undo: undone }, watched);
  return true;
}

function seen(box: Box): Seen {
  const holds = read(box);
  const room = isField(box) && box.maxLength >= 0 ? box.maxLength : null;
  return { holds: isBlank(holds) ? "" : holds, room, has_focus: document.hasFocus() };
}
