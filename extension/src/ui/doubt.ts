/** A doubt, spelled out: what stands there and what we would put, side by side, and a press that says what it does. */

import type { Doubt } from "../use/doubts";
import { button, el } from "./el";
import { say } from "./say";

export function doubtPart(
  { why, who, theirs }: Doubt,
  ours: string,
  no: () => void,
  yes: (press: Event) => void,
  signal: AbortSignal,
): HTMLElement {
  const name = who ?? "";
  return el(
    "div",
    {},
    el("h2", { "data-key": "live", tabindex: "-1" }, say(`conflict_${why}`, name)),
    el("div", { class: "both" }, side(say(`conflict_${why}_theirs`), theirs ?? say("not_seen")), side(say("conflict_ours"), ours)),
    el(
      "div",
      { class: "acts" },
      button(say("keep_theirs"), no, signal, { "data-key": "back" }),
      button(say(`conflict_${why}_go`, name), yes, signal, { "data-key": "go" }),
    ),
  );
}

function side(title: string, text: string): HTMLElement {
  return el("div", {}, el("b", {}, title), el("blockquote", {}, text));
}
