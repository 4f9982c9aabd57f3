import assert from "node:assert/strict";
import { test } from "node:test";

import type { Blank, Suggestion } from "../src/answers";
import { type Watched, watched } from "../src/watch_box";

const DISH: Blank = { name: "dish", hint: "the dish", max: 12, empty: null, forbid: ["link", "phone", "email", "money", "newline"], choices: null };
const WORD: Blank = { name: "word", hint: "a word more", max: 40, empty: true, forbid: [], choices: null };

/** "Dear Ann,⏎⏎We are glad about [the dish], as ever. [a word more] Sam": blanks in brackets, as the service sends them. */
function reply(template: string, ...blanks: readonly Blank[]): Suggestion {
  const spans: Suggestion["spans"][number][] = [];
  let text = "";
  for (const part of template.split(/(\[\w+\])/)) {
    const blank = blanks.find(({ name }) => part === `[${name}]`);
    const shown = blank ? `[${blank.hint}]` : part;
    const start = [...text].length;
    text += shown;
    if (blank) spans.push({ kind: "blank", name: blank.name, start, end: start + [...shown].length });
  }
  return { pack: "p", sha256: "a".repeat(64), item: "i", variant: 0, text, spans, blanks, class: null, findings: [], reasons: [] };
}

const ONE = reply("Dear Ann 🎂,\n\nWe are glad about [dish], as ever.\n\nSam", DISH);
const TWO = reply("We are glad about [dish]. [word] Sam", DISH, WORD);
const FINE: Omit<Watched, "text"> = { departs: false, unfilled: [], hints: [] };

function expect(suggestion: Suggestion, text: string, wanted: Partial<Watched>): void {
  assert.deepEqual(watched(suggestion, text), { ...FINE, ...wanted, text });
}

test("a filled blank leaves nothing to say", () => expect(ONE, "Dear Ann 🎂,\n\nWe are glad about the pie, as ever.\n\nSam", {}));

test("an editor's own blank lines and spaces are no departure", () =>
  expect(ONE, "Dear Ann 🎂,\nWe are glad about the\u00a0pie, as ever.\n\n\n\u200bSam ", {}));

test("a blank that shows its hint is still to fill in", () => {
  expect(ONE, ONE.text, { unfilled: ["dish"] });
  expect(ONE, ONE.text.replace("[the dish]", "The Dish"), { unfilled: ["dish"] });
  expect(ONE, ONE.text.replace("[the dish]", ""), { unfilled: ["dish"] });
});

test("a blank that may stay empty may", () => {
  expect(TWO, "We are glad about it. Sam", {});
  expect(TWO, "We are glad about it. Come again! Sam", {});
});

test("an approved word that is gone, changed or moved is a departure", () => {
  for (const text of ["", "Dear Ann 🎂,\nWe are happy about the pie, as ever.\nSam", "Sam\nDear Ann 🎂,\nWe are glad about pie, as ever."]) {
    expect(ONE, text, { departs: true });
  }
});

test("words after the approved ones are a departure", () => expect(ONE, `${ONE.text} Bye`, { departs: true }));

const HINTS: readonly [string, string[]][] = [
  ["the pie", []],
  ["a pie that is far too long", ["long"]],
  ["👩🏽‍🍳👩🏽‍🍳👩🏽‍🍳", []],
  ["our.page", ["link"]],
  ["see www x", ["link"]],
  ["me@x", ["link", "email"]],
  ["020 79 46 01", ["phone"]],
  ["1 of 2, 30", []],
  ["5 € off", ["money"]],
  ["a refund", ["money"]],
  ["ｒｅｆｕｎｄ", ["money"]],
  ["pie\nand tea", ["newline"]],
];

for (const [value, hints] of HINTS) {
  test(`${JSON.stringify(value)} is told of ${hints.join(" and ") || "nothing"}`, () =>
    expect(ONE, ONE.text.replace("[the dish]", value), { hints: hints.map((hint) => ({ blank: "dish", hint })) as Watched["hints"] }));
}

test("what a blank does not forbid is not told of", () =>
  expect(reply("Call [dish].", { ...DISH, forbid: [] }), "Call 020 79 46 01.", {}));

test("a choice that is none of the approved ones is told of", () => {
  const choice = reply("See you on [dish].", { ...DISH, choices: ["Friday", "Monday"] });
  expect(choice, "See you on Friday.", {});
  expect(choice, "See you on Sunday.", { hints: [{ blank: "dish", hint: "choice" }] });
});
