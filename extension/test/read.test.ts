import assert from "node:assert/strict";
import { test } from "node:test";

import { isBlank, sameLines } from "../src/insert/read";

const SAME: readonly [string, string, string][] = [
  ["blank lines", "Dear Ann,\n\nThank you", "Dear Ann,\nThank you"],
  ["line ends of Windows", "a\r\nb", "a\nb"],
  ["no-break spaces", "50\u00a0years", "50 years"],
  ["zero-width characters", "Thank\u200b you\ufeff", "Thank you"],
  ["space at a line's ends", "a \n b", "a\nb"],
];

for (const [what, one, other] of SAME) {
  test(`to a reader it is the same but for ${what}`, () => assert.ok(sameLines(one, other)));
}

const DIFFERENT: readonly [string, string, string][] = [
  ["a line that was lost", "a\nb\nc", "a\nc"],
  ["lines that were glued together", "Dear Ann,\nThank you", "Dear Ann,Thank you"],
  ["lines in another order", "a\nb", "b\na"],
  ["a word that was left out", "Thank you so much", "Thank you much"],
  ["a text that stands there twice", "a", "a\na"],
];

for (const [what, one, other] of DIFFERENT) {
  test(`a reader sees ${what}`, () => assert.ok(!sameLines(one, other)));
}

test("a box with nothing to see in it is blank", () => {
  assert.ok(isBlank("\u200b\n \u00a0\ufeff"));
  assert.ok(!isBlank("."));
});
