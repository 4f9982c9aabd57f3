import assert from "node:assert/strict";
import { test } from "node:test";

import { type Awaiting, PATIENCE, TOGETHER, signed, verdictOn } from "../src/background/signs";
import type { Sign } from "../src/messages";

const START = 1_000_000_000;
const INSERTED: Awaiting = {
  posting: 7,
  review: 1,
  site: "yelp",
  text: "Thank you.",
  inserted: START,
  pressed: null,
  visible: null,
};

function after(...signs: readonly [Sign, number][]): ReturnType<typeof signed>["verdict"] {
  let row = INSERTED;
  let verdict: ReturnType<typeof signed>["verdict"] = { is: "waiting" };
  for (const [sign, ms] of signs) ({ row, verdict } = signed(row, sign, START + ms));
  return verdict;
}

test("her press and the visible text prove it", () => {
  assert.deepEqual(after(["pressed", 0], ["visible", 5_000]), { is: "submitted", signs: ["pressed", "visible"] });
});

test("a press alone waits for its text", () => {
  assert.deepEqual(after(["pressed", 0]), { is: "waiting" });
});

test("a press without its text is a question after a while", () => {
  const { row } = signed(INSERTED, "pressed", START);
  assert.equal(verdictOn(row, START + PATIENCE + 1).is, "ask");
});

test("text that nobody pressed for is a question", () => {
  assert.deepEqual(after(["visible", 0]), { is: "ask" });
});

test("signs more than ten minutes apart are a question", () => {
  assert.deepEqual(after(["pressed", 0], ["visible", TOGETHER + 1]), { is: "ask" });
});

test("her second press counts where the first did nothing", () => {
  const verdict = after(["pressed", 0], ["pressed", TOGETHER], ["visible", TOGETHER + 1]);
  assert.deepEqual(verdict, { is: "submitted", signs: ["pressed", "visible"] });
});

test("her word is told as her word, beside what was seen", () => {
  assert.deepEqual(after(["pressed", 0], ["told", 1]), { is: "submitted", signs: ["pressed", "told"] });
});

test("her no is final", () => {
  assert.deepEqual(after(["pressed", 0], ["denied", 1]), { is: "denied" });
});
