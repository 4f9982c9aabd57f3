import assert from "node:assert/strict";
import { test } from "node:test";

import { originOf, patternOf } from "../src/background/origin";
import { challengeOf, newVerifier } from "../src/background/proof";

const TYPED: readonly [string, string | null][] = [
  ["https://bell.example/desk?x=1", "https://bell.example"],
  ["bell.example", "https://bell.example"],
  [" https://bell.example:8443 ", "https://bell.example:8443"],
  ["http://127.0.0.1:8000", "http://127.0.0.1:8000"],
  ["http://localhost:8000/", "http://localhost:8000"],
  ["http://bell.example", null],
  ["http://127.0.0.1.evil.test", null],
  ["https://mia:pin@bell.example", null],
  ["javascript:alert(1)", null],
  ["file:///etc", null],
  ["", null],
];
for (const [typed, origin] of TYPED) {
  test(`“${typed}” is ${origin ?? "no address of a service"}`, () => assert.equal(originOf(typed), origin));
}

test("the whole host is asked for, because Firefox knows no port in a pattern", () => {
  assert.equal(patternOf("http://127.0.0.1:8000"), "http://127.0.0.1/*");
});

test("the challenge is RFC 7636's", async () => {
  const challenge = await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  assert.equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("a verifier is 43 characters, and never the same", () => {
  assert.match(newVerifier(), /^[\w-]{43}$/);
  assert.notEqual(newVerifier(), newVerifier());
});
