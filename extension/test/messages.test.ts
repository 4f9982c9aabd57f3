import assert from "node:assert/strict";
import { test } from "node:test";

import { isBoxes, readMessage } from "../src/messages";
import { Misshapen } from "../src/schema";

const CARD = {
  card: "c1",
  ids: [["google.maps", "Ch1"]],
  author: "Ann",
  rating: 2,
  recommends: null,
  date_shown: "2 weeks ago",
  opening: "We waited",
  replied: false,
  chosen: null,
};
const SCAN = { ask: "scan", site: "google_maps", url: "https://www.google.com/local/business/1", cards: [CARD] };

test("a page's script may ask about the cards of its page", () => {
  assert.deepEqual(readMessage(SCAN, "page"), SCAN);
});

test("a page's script may ask nothing that is for our own pages", () => {
  for (const ask of ["pair_start", "pair_poll", "state", "me", "open", "capture", "auto", "unlock", "lock", "disconnect"]) {
    assert.throws(() => readMessage({ ask }, "page"), Misshapen, ask);
  }
});

test("a watched box may ask of its own reply, and of nothing else", () => {
  const check = { ask: "box_check", key: "k", text: "Dear Ann" };
  assert.deepEqual(readMessage(check, "box"), check);
  assert.throws(() => readMessage({ ...check, review: 1 }, "box"), Misshapen);
  for (const by of ["scan", "confirm", "check", "event", "watch", "state"]) {
    assert.equal(isBoxes({ ask: by }), false);
    assert.throws(() => readMessage({ ask: by }, "box"), Misshapen, by);
  }
});

const HOSTILE: readonly [string, unknown][] = [
  ["nothing", undefined],
  ["a word", "scan"],
  ["what nobody knows", { ask: "toString" }],
  ["a field more", { ...SCAN, token: "x" }],
  ["51 cards", { ...SCAN, cards: Array.from({ length: 51 }, () => CARD) }],
  ["a whole text as an opening", { ...SCAN, cards: [{ ...CARD, opening: "x".repeat(161) }] }],
  ["a text of more than 8,000", { ask: "event", kind: "inserted", review: 1, posting: 1, text: "x".repeat(8_001) }],
  ["a proof of its own", { ask: "event", kind: "submitted", review: 1, posting: 1, text: "x" }],
];
for (const [what, message] of HOSTILE) {
  test(`not heard: ${what}`, () => assert.throws(() => readMessage(message, "page"), Misshapen));
}
