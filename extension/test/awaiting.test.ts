import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, list, sign } from "../src/background/awaiting";
import { FORGOTTEN } from "../src/background/signs";
import { inLine } from "./in_line";
import { shelf } from "./shelf";

inLine();

const NOW = new Date("2026-11-22T09:00:00Z");
const REPLY = { posting: 7, review: 1, site: "yelp", text: "Thank you.", inserted: NOW.getTime() };

test("two signs put the proof into the outbox, and nobody is asked any more", async () => {
  const box = shelf();
  await begin(REPLY, box);
  assert.equal(await sign(7, "pressed", NOW, box), "waiting");
  assert.equal(await sign(7, "visible", NOW, box), "submitted");
  const [row] = (await box.all("outbox")) as [{ event: { kind: string; signs: string[]; text: string } }];
  assert.deepEqual([row.event.kind, row.event.signs, row.event.text], ["submitted", ["pressed", "visible"], "Thank you."]);
  assert.deepEqual(await list(NOW, box), []);
});

test("two signs in the same moment are two signs", async () => {
  const box = shelf();
  await begin(REPLY, box);
  const both = await Promise.all([sign(7, "visible", NOW, box), sign(7, "pressed", NOW, box)]);
  assert.deepEqual(both, ["ask", "submitted"]);
});

test("a sign of a posting nobody inserted here is nothing", async () => {
  const box = shelf();
  assert.equal(await sign(8, "told", NOW, box), "waiting");
  assert.deepEqual(await box.all("outbox"), []);
});

test("where no script of ours looks, she is asked at once", async () => {
  const box = shelf();
  await begin({ ...REPLY, site: null }, box);
  assert.deepEqual((await list(NOW, box)).map((one) => one.ask), [true]);
});

test("after a day nobody is asked", async () => {
  const box = shelf();
  await begin(REPLY, box);
  assert.deepEqual(await list(new Date(NOW.getTime() + FORGOTTEN + 1), box), []);
  assert.deepEqual(await box.all("awaiting"), []);
});

test("a site's pages are told of that site's replies alone", async () => {
  const box = shelf();
  await begin(REPLY, box);
  await begin({ ...REPLY, posting: 8, site: "facebook" }, box);
  assert.deepEqual((await list(NOW, box, "yelp")).map((one) => one.posting), [7]);
});
