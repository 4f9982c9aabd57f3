import assert from "node:assert/strict";
import { test } from "node:test";

import { type Sender, askerOf, boxOf, cut } from "../src/background/guard";

const US = { id: "ours", url: "chrome-extension://ours/" };
const PAGE: Sender = { id: "ours", url: "https://biz.yelp.com/r2r/7?token=1#x", tab: { id: 1 } };

test("a page of a known site is heard, with its address alone", () => {
  const asker = { by: "page", site: "yelp", pattern: "https://biz.yelp.com/*", address: "https://biz.yelp.com/r2r/7" };
  assert.deepEqual(askerOf(PAGE, US), asker);
});

test("our own pages are heard", () => {
  assert.deepEqual(askerOf({ id: "ours", url: "chrome-extension://ours/popup.html" }, US), { by: "ours" });
});

const NOBODY: readonly [string, Sender][] = [
  ["another extension", { ...PAGE, id: "theirs" }],
  ["a sender without an address", { id: "ours", tab: {} }],
  ["a page that is in no tab", { id: "ours", url: PAGE.url }],
  ["plain http", { ...PAGE, url: "http://biz.yelp.com/r2r/7" }],
  ["another port", { ...PAGE, url: "https://biz.yelp.com:8443/r2r/7" }],
  ["a host that ends alike", { ...PAGE, url: "https://evilbiz.yelp.com/r2r/7" }],
  ["a host that begins alike", { ...PAGE, url: "https://biz.yelp.com.evil.test/r2r/7" }],
  ["a name before the host", { ...PAGE, url: "https://biz.yelp.com@evil.test/r2r/7" }],
  ["a path that was not granted", { ...PAGE, url: "https://www.google.com/search?q=x" }],
  ["an extension page of another's", { id: "ours", url: "chrome-extension://theirs/popup.html", tab: {} }],
  ["an address that belies its origin", { ...PAGE, origin: "https://evil.test" }],
  ["no address at all", { ...PAGE, url: "about:blank" }],
];
for (const [what, sender] of NOBODY) {
  test(`not heard: ${what}`, () => assert.equal(askerOf(sender, US), null));
}

test("an address loses its query and its fragment", () => {
  assert.equal(cut(new URL("https://a.test/b/c?d=1#e")), "https://a.test/b/c");
});

test("a watched box is heard from any page of a tab, and from no other extension", () => {
  assert.deepEqual(boxOf({ id: "ours", url: "https://any.test/", tab: {} }, US), { by: "box" });
  assert.equal(boxOf({ id: "theirs", url: "https://any.test/", tab: {} }, US), null);
  assert.equal(boxOf({ id: "ours", url: "https://any.test/" }, US), null);
});
