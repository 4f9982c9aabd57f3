import assert from "node:assert/strict";
import { test } from "node:test";

import { Misshapen, atLeast, exactly, list, maybe, named, number, oneOf, orNull, pair, text, truth, whole } from "../src/schema";

const point = exactly({ x: number(0, 9), name: orNull(text(3)) });

test("a value in its shape is answered as it is", () => {
  assert.deepEqual(point({ x: 1.5, name: null }, "point"), { x: 1.5, name: null });
});

const REFUSED: readonly [string, unknown, string][] = [
  ["a field that is missing", { x: 1 }, "point.name"],
  ["a field nobody agreed on", { x: 1, name: null, more: 1 }, "point"],
  ["a number out of its bounds", { x: 10, name: null }, "point.x"],
  ["a number that is none", { x: Number.NaN, name: null }, "point.x"],
  ["a text that is too long", { x: 1, name: "four" }, "point.name"],
  ["a field of the prototype's", Object.create({ x: 1, name: null }), "point.x"],
  ["a list", [], "point"],
  ["null", null, "point"],
];
for (const [what, value, at] of REFUSED) {
  test(`refused, with its place: ${what}`, () => {
    assert.throws(() => point(value, "point"), (error) => error instanceof Misshapen && error.at === at);
  });
}

test("an answer may say more than we read", () => {
  assert.deepEqual(atLeast({ a: truth })({ a: true, b: 1 }, "x"), { a: true });
});

test("what may be left out is null", () => {
  assert.deepEqual(atLeast({ a: maybe(whole()) })({}, "x"), { a: null });
});

test("a list, a pair and names have no more than was agreed", () => {
  assert.deepEqual(list(whole(), 2)([1, 2], "l"), [1, 2]);
  assert.throws(() => list(whole(), 2)([1, 2, 3], "l"), Misshapen);
  assert.throws(() => pair(whole(), whole())([1], "p"), Misshapen);
  assert.throws(() => named(whole(), 1)({ a: 1, b: 2 }, "n"), Misshapen);
  assert.throws(() => oneOf("a", "b")("toString", "o"), Misshapen);
});
