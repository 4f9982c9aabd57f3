import assert from "node:assert/strict";
import { test } from "node:test";

import type { Review } from "../src/answers";
import { type Given, NOTHING_GIVEN, alsoGiven, doubtBefore, doubtOf } from "../src/use/doubts";

const REVIEW: Review = {
  id: 1,
  site: "yelp",
  branch: 1,
  branch_name: "Harbour Street",
  author: "Ann",
  rating: 2,
  best: 5,
  recommends: null,
  opening: "We waited",
  posted: null,
  due_at: null,
  url: null,
  answered: null,
  held_by: null,
  flags: [],
};
const SILENT = { replied: false, reply: null };
const US = { by: "us", text: "We are sorry.", at: null } as const;

test("a review that is open and nobody's is no doubt", () => {
  assert.equal(doubtBefore(REVIEW, SILENT, NOTHING_GIVEN), null);
});

test("what stands on the page is shown before what we know", () => {
  const page = { replied: true, reply: "Thank you!" };
  assert.equal(doubtBefore({ ...REVIEW, answered: US }, page, NOTHING_GIVEN)?.theirs, "Thank you!");
  assert.equal(doubtBefore({ ...REVIEW, answered: US }, SILENT, NOTHING_GIVEN)?.theirs, "We are sorry.");
});

test("each doubt needs a yes of its own, and has it once", () => {
  const review = { ...REVIEW, answered: US, held_by: "Sam" };
  let given: Given = NOTHING_GIVEN;
  const asked: string[] = [];
  for (let doubt = doubtBefore(review, SILENT, given); doubt; doubt = doubtBefore(review, SILENT, given)) {
    asked.push(doubt.why);
    given = alsoGiven(given, doubt);
  }
  assert.deepEqual(asked, ["answered", "held"]);
  assert.deepEqual(given, { take: true, again: true, consent: false });
});

test("the service's doubts are the same doubts, and a recall is none", () => {
  assert.deepEqual(doubtOf({ kind: "held", by: "Sam" }, null), { why: "held", who: "Sam", theirs: null });
  assert.equal(doubtOf({ kind: "answered", theirs: "Thanks." }, null)?.theirs, "Thanks.");
  assert.equal(doubtOf({ kind: "recalled" }, null), null);
});
