import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { lull } from "../src/content/lull";
import { nearBy } from "../src/content/near";

type Entry = { readonly target: Element; readonly isIntersecting: boolean };

let seen: (entries: readonly Entry[]) => void;
let over: AbortController;

class Observer {
  constructor(callback: typeof seen) {
    seen = callback;
  }
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  over = new AbortController();
  Object.assign(globalThis, { IntersectionObserver: Observer });
});
afterEach(() => over.abort());

function card(name: string): Element {
  return { name } as unknown as Element;
}

function near(target: Element, isIntersecting = true): Entry {
  return { target, isIntersecting };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((next) => setTimeout(next, 5));
}

test("what comes near first is told at once, and what follows in the same moment together", async (t) => {
  t.mock.method(performance, "now", () => 0); // all in one moment, on a slow machine too
  const told: (readonly Element[])[] = [];
  const [one, two, three] = [card("one"), card("two"), card("three")];
  nearBy((cards) => told.push(cards), over.signal);
  seen([near(one)]);
  assert.deepEqual(told, [[one]]);
  seen([near(two)]);
  seen([near(three)]);
  assert.equal(told.length, 1);
  await until(() => told.length > 1);
  assert.deepEqual(told[1], [two, three]);
});

test("what has flown by before she rests is not told", async (t) => {
  t.mock.method(performance, "now", () => 0); // all in one moment, on a slow machine too
  const told: (readonly Element[])[] = [];
  const [one, two, three] = [card("one"), card("two"), card("three")];
  nearBy((cards) => told.push(cards), over.signal);
  seen([near(one)]);
  seen([near(two)]);
  seen([near(two, false), near(three)]);
  await until(() => told.length > 1);
  assert.deepEqual(told[1], [three]);
});

test("many happenings make one lull", async () => {
  let due = 0;
  const happened = lull(() => (due += 1), over.signal);
  happened();
  happened();
  happened();
  assert.equal(due, 0);
  await until(() => due > 0);
  assert.equal(due, 1);
});

test("what never rests is served nevertheless", async () => {
  let due = 0;
  const happened = lull(() => (due += 1), over.signal);
  await until(() => (happened(), due > 0));
  assert.equal(due, 1);
});
