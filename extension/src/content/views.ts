/** Drawing what a card of ours shows. Review texts and replies are text nodes; nothing here decides. */

import type { Finding, Offered, Review } from "../answers";
import { doubtPart } from "../ui/doubt";
import { button, el } from "../ui/el";
import type { Reply } from "../ui/reply";
import { nameOf } from "../ui/review";
import { say, sayTrouble, sayWhen } from "../ui/say";
import type { Looked } from "./inserted";
import type { Acts, State } from "./state";

/** The content of a panel. `reply` is the form of the offered suggestion, where there is one. */
export function view(state: State, acts: Acts, reply: Reply | null, signal: AbortSignal): HTMLElement {
  switch (state.is) {
    case "asking":
      return plain(say("card_asking"));
    case "unknown":
      return plain(say("card_unknown"));
    case "posted":
      return plain(say("card_posted"));
    case "which":
      return which(state.candidates, acts, signal);
    case "offer":
      return offer(state.offered, state.place, state.note, acts, reply, signal);
    case "conflict":
      return doubtPart(state, state.ours, () => acts.goBack(), (press) => acts.goOn(press), signal);
    case "inserted":
      return inserted(state, acts, signal);
    case "did_you":
      return didYou(state.text, acts, signal);
    case "trouble":
      return el("div", {}, live(sayTrouble(state.trouble)), state.again ? acting(button(say("again"), () => acts.again(), signal)) : null);
  }
}

function plain(words: string): HTMLElement {
  return el("p", { class: "quiet", role: "status", "data-key": "live", tabindex: "-1" }, words);
}

function live(words: string): HTMLElement {
  return el("p", { role: "status", "data-key": "live", tabindex: "-1" }, words);
}

function acting(...buttons: readonly (HTMLElement | null)[]): HTMLElement {
  return el("div", { class: "acts" }, ...buttons);
}

function which(candidates: readonly Review[], acts: Acts, signal: AbortSignal): HTMLElement {
  const buttons = candidates.map((one) => button(nameOf(one), (press) => acts.choose(one.id, press), signal));
  return el("div", {}, el("h2", {}, say("card_which")), acting(...buttons));
}

function offer(offered: Offered, place: number, note: string | null, acts: Acts, reply: Reply | null, signal: AbortSignal): HTMLElement {
  const suggestion = offered.suggestions[place];
  const head = el("div", {}, el("h2", {}, say("card_title")), standing(offered.review));
  if (!suggestion || !reply) return el("div", {}, head, el("p", {}, offered.none_because ?? say("card_none")));
  const { length } = offered.suggestions;
  return el(
    "div",
    {},
    head,
    reply.element,
    findingsOf(suggestion.findings),
    el("details", {}, el("summary", { "data-key": "why" }, say("why")), listOf(suggestion.reasons)),
    acting(
      button(say("insert"), (press) => acts.insert(press), signal, { class: "deed", "data-key": "insert" }),
      button(say("copy"), (press) => acts.copy(press), signal, { "data-key": "copy" }),
      length > 1 ? button(say("another", place + 1, length), () => acts.another(), signal, { "data-key": "another" }) : null,
    ),
    live(note ?? ""),
  );
}

/** By when an answer is due, and whether somebody was here before her. */
function standing({ due_at, answered, held_by, flags }: Review): HTMLElement {
  const lines = [
    due_at ? say("due", sayWhen(due_at, Date.now())) : null,
    answered ? say(`answered_${answered.by}`) : null,
    held_by ? say("held_by", held_by) : null,
    flags.length ? say("flags", flags.join(", ")) : null,
  ].filter((line) => line !== null);
  return el("p", { class: "quiet" }, lines.join(" · "));
}

type Inserted = Extract<State, { readonly is: "inserted" }>;

function inserted({ note, looked, undo }: Inserted, acts: Acts, signal: AbortSignal): HTMLElement {
  return el(
    "div",
    {},
    live(note),
    el("div", { role: "status" }, ...lookedParts(looked)),
    acting(
      undo ? button(say("undo"), (press) => acts.undo(press), signal, { "data-key": "undo" }) : null,
      button(say("back_to_reply"), () => acts.goBack(), signal, { "data-key": "back" }),
    ),
  );
}

function didYou(text: string, acts: Acts, signal: AbortSignal): HTMLElement {
  return el(
    "div",
    {},
    el("h2", {}, say("did_you_post")),
    el("blockquote", {}, text),
    acting(
      button(say("yes_posted"), (press) => acts.told(true, press), signal, { class: "deed" }),
      button(say("not_posted"), (press) => acts.told(false, press), signal),
    ),
  );
}

/** What is said of a box beside it. */
export function lookedParts({ notes, findings }: Looked): readonly HTMLElement[] {
  return [listOf(notes), findingsOf(findings)];
}

function findingsOf(findings: readonly Finding[]): HTMLElement {
  const lines = findings.map(({ level, why, mend }) =>
    el("li", { class: level === "block" ? "wrong" : "" }, `${say(`level_${level}`)}: ${why}${mend ? ` ${mend}` : ""}`),
  );
  return el("ul", { class: "findings" }, ...lines);
}

function listOf(lines: readonly string[]): HTMLElement {
  return el("ul", {}, ...lines.map((line) => el("li", {}, line)));
}
