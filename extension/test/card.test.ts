import assert from "node:assert/strict";
import { test } from "node:test";

import { type PageCard, fingerprint, lackOf, openingOf } from "../src/sites/card";
import { adapterFor } from "../src/sites/registry";
import { starsIn } from "../src/sites/stars";

const CARD: PageCard = {
  element: undefined as unknown as Element,
  ids: [],
  author: "Ann Baker",
  rating: 2,
  recommends: null,
  date_shown: "2 weeks ago",
  text: "We waited.",
  text_complete: true,
  reply: null,
  replied: false,
  permalink: null,
};

const LABELS: readonly [string, number | null][] = [
  ["Rated 4 out of 5 stars", 4],
  ["4 star rating", 4],
  ["2 de 5 estrellas", 2],
  ["5つ星のうち4", 4],
  ["1 von 5 Sternen", 1],
  ["4.3 out of 5 stars", null],
  ["4,5 de 5", null],
  ["12 reviews", null],
  ["Profile picture", null],
  ["0 out of 5", null],
  ["1 2 3 4 5", null],
];
for (const [label, stars] of LABELS) {
  test(`“${label}”: ${stars ?? "no stars"}`, () => assert.equal(starsIn(label), stars));
}

test("an opening is 80 characters of one line, never half of one", () => {
  assert.equal(openingOf("a\n  b"), "a b");
  assert.equal(openingOf("🎂".repeat(81)), "🎂".repeat(80));
  assert.equal(openingOf(null), null);
});

test("a card is the same however it is set, and another where it says another thing", () => {
  const same = fingerprint({ ...CARD, author: "ANN  Baker", text: "We  waited.", date_shown: "3 weeks ago", replied: true });
  assert.equal(same, fingerprint(CARD));
  for (const other of [{ author: "Bert" }, { rating: 3 }, { text: "Lovely." }, { ids: [["yelp", "x"]] as const }]) {
    assert.notEqual(fingerprint({ ...CARD, ...other }), fingerprint(CARD));
  }
});

test("stars without words are a review, a card without a name is none", () => {
  assert.equal(lackOf({ ...CARD, text: null }), null);
  assert.equal(lackOf({ ...CARD, author: null }), "no_name");
  assert.equal(lackOf({ ...CARD, text: null, rating: null }), "no_text");
});

const PAGES: readonly [string, string | null][] = [
  ["https://www.google.com/local/business/7/customers/reviews?hl=en", "list"],
  ["https://www.google.com/local/business/7/customers/reviews/reply?reviewId=x", "reply"],
  ["https://business.google.com/reviews", "list"],
  ["https://business.google.com/groups/7/reviews", "list"],
  ["https://business.google.com/locations", null],
  ["https://biz.yelp.com/r2r/7", "list"],
  ["https://biz.yelp.com/home/7", null],
  ["https://www.facebook.com/harbourcakes/reviews", "list"],
  ["https://www.facebook.com/messages", null],
];
for (const [address, surface] of PAGES) {
  test(`${address}: ${surface ?? "no reviews"}`, () => {
    const url = new URL(address);
    assert.equal(adapterFor(url)?.surfaceOf(url) ?? null, surface);
  });
}
