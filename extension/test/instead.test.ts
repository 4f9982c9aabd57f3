import assert from "node:assert/strict";
import { test } from "node:test";

import { api } from "../src/browser";
import { insteadOf } from "../src/popup/instead";

const LIST = "https://business.google.com/groups/7701/reviews";

Object.assign(api, { i18n: { getMessage: (key: string, parts: string[]) => [key, ...parts].join(" ") } });

test("a page of no site we know leads to the desk", () => {
  assert.match(insteadOf("https://owners.reviews.test/answer", []) ?? "", /^capture_elsewhere/);
});

test("so does another page of a site we know", () => {
  assert.match(insteadOf("https://business.google.com/locations", ["google_maps"]) ?? "", /^capture_elsewhere/);
});

test("a site that could be read is to be ticked, by its name", () => {
  assert.equal(insteadOf(LIST, []), "capture_tick site_google_maps");
});

test("a page that was open before its site was ticked is to be loaded again", () => {
  assert.match(insteadOf(LIST, ["google_maps"]) ?? "", /^capture_anew/);
});

test("nothing is said of the browser's own pages", () => {
  assert.equal(insteadOf("", []), null);
});
