import assert from "node:assert/strict";
import { test } from "node:test";

import { characters } from "../src/text/characters";
import samples from "./characters.json";

for (const [text, count] of samples as [string, number][]) {
  test(`a person counts ${count} in ${JSON.stringify(text)}`, () => assert.equal(characters(text), count));
}
