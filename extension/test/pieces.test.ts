import assert from "node:assert/strict";
import { test } from "node:test";

import type { Blank, Suggestion } from "../src/answers";
import { complaintOf, filled, piecesOf } from "../src/ui/pieces";

const BLANK: Blank = { name: "dish", hint: "the dish", max: 5, empty: null, forbid: null, choices: null };

function suggestion(text: string, ...spans: readonly [number, number][]): Suggestion {
  return {
    pack: "p",
    sha256: "a".repeat(64),
    item: "i",
    variant: 1,
    text,
    spans: spans.map(([start, end]) => ({ kind: "blank", name: "dish", start, end })),
    blanks: [BLANK],
    class: null,
    findings: [],
    reasons: [],
  };
}

test("places count characters, not halves of them", () => {
  assert.equal(filled(suggestion("🎂🎂 [x] 🎂", [3, 6]), { dish: "cake" }), "🎂🎂 cake 🎂");
});

test("a blank that comes twice is written once", () => {
  const pieces = piecesOf(suggestion("[x] and [x]", [0, 3], [8, 11]));
  assert.deepEqual(pieces.map((one) => (one.kind === "blank" ? one.first : one.text)), [true, " and ", false]);
  assert.equal(filled(suggestion("[x] and [x]", [0, 3], [8, 11]), { dish: "pie" }), "pie and pie");
});

test("an unwritten blank shows its hint", () => {
  assert.equal(filled(suggestion("Our [x].", [4, 7]), {}), "Our [the dish].");
});

const COMPLAINTS: readonly [string, Partial<Blank>, ReturnType<typeof complaintOf>][] = [
  ["", {}, "empty"],
  ["   ", {}, "empty"],
  ["", { empty: true }, null],
  ["🎂🎂🎂🎂🎂", {}, null],
  ["sixsix", {}, "long"],
  ["pie", { choices: ["cake"] }, "choice"],
  ["cake", { choices: ["cake"] }, null],
];
for (const [value, more, complaint] of COMPLAINTS) {
  test(`“${value}” with ${JSON.stringify(more)}: ${complaint ?? "fine"}`, () => {
    assert.equal(complaintOf(value, { ...BLANK, ...more }), complaint);
  });
}
