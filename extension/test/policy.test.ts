import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { onlyOrigin } from "../src/background/policy";
import { api } from "../src/browser";
import { shelf } from "./shelf";

const SERVICE = "https://bell.example";

function browserSays(get: () => Promise<unknown>): void {
  Object.assign(api, { storage: { managed: { get } } });
}

let box = shelf();
beforeEach(() => {
  box = shelf();
});

test("what an administrator set is the only service", async () => {
  browserSays(async () => ({ service: SERVICE }));
  assert.equal(await onlyOrigin(box), SERVICE);
});

test("where nobody set anything she names hers", async () => {
  browserSays(async () => ({}));
  assert.equal(await onlyOrigin(box), null);
  browserSays(() => Promise.reject(new Error("no manifest"))); // Firefox
  assert.equal(await onlyOrigin(box), null);
});

test("a browser that never answers keeps nobody waiting", async () => {
  browserSays(() => new Promise(() => undefined));
  assert.equal(await onlyOrigin(box), null);
});

test("a browser that does not answer is held to what it said last", async () => {
  browserSays(async () => ({ service: SERVICE }));
  await onlyOrigin(box);
  browserSays(() => new Promise(() => undefined));
  assert.equal(await onlyOrigin(box), SERVICE);
});

test("a policy that was taken back holds no longer", async () => {
  browserSays(async () => ({ service: SERVICE }));
  await onlyOrigin(box);
  browserSays(async () => ({}));
  assert.equal(await onlyOrigin(box), null);
});
