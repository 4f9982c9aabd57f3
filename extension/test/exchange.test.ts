import assert from "node:assert/strict";
import { test } from "node:test";

import { type Call, exchange } from "../src/background/exchange";
import { atLeast, text } from "../src/schema";
import { type Told, Trouble } from "../src/trouble";

const CALL: Call = { origin: "https://bell.test", path: "/me", body: { version: "1" }, access: "secret" };
const reader = atLeast({ name: text(10) });

function answering(body: BodyInit | null, init: ResponseInit = {}): { asked: [string, RequestInit][]; fetched: typeof fetch } {
  const asked: [string, RequestInit][] = [];
  const fetched = async (address: string, how: RequestInit): Promise<Response> => {
    asked.push([address, how]);
    return new Response(body, init);
  };
  return { asked, fetched: fetched as typeof fetch };
}

async function told(fetched: typeof fetch, call = CALL): Promise<Told> {
  try {
    await exchange(call, reader, fetched);
  } catch (error) {
    assert.ok(error instanceof Trouble);
    return error.told();
  }
  throw new assert.AssertionError({ message: "no trouble" });
}

test("only the paired origin is asked, without cookies, redirects or a referrer", async () => {
  const { asked, fetched } = answering('{"name":"Mia"}');
  assert.deepEqual(await exchange(CALL, reader, fetched), { name: "Mia" });
  const [[address, how]] = asked as [[string, RequestInit]];
  assert.equal(address, "https://bell.test/api/v1/me");
  assert.deepEqual([how.method, how.credentials, how.redirect, how.referrerPolicy], ["POST", "omit", "error", "no-referrer"]);
  assert.equal((how.headers as Record<string, string>)["authorization"], "Bearer secret");
});

function refusal(status: number, code: string, more: object = {}, headers = {}): typeof fetch {
  return answering(JSON.stringify({ code, detail: "Why.", ...more }), { status, headers }).fetched;
}

const REFUSALS: readonly [string, typeof fetch, Told][] = [
  ["revoked", refusal(401, "revoked"), { kind: "revoked", detail: "Why." }],
  ["an access that is over", refusal(401, "unauthorized"), { kind: "unauthorized", detail: "Why." }],
  ["too old", refusal(426, "too_old", { min_version: "2.0" }), { kind: "too_old", detail: "Why.", min_version: "2.0" }],
  ["held", refusal(409, "held", { by: "Sam" }), { kind: "held", detail: "Why.", by: "Sam" }],
  ["too fast", refusal(429, "slow_down", {}, { "retry-after": "7" }), { kind: "slow_down", detail: "Why.", retry_after: 7 }],
  ["a code of a later version", refusal(409, "novel"), { kind: "bad_request", detail: "Why." }],
  ["its own fault", answering("<h1>no", { status: 500 }).fetched, { kind: "server" }],
  ["a page instead of an answer", answering("<h1>Sign in").fetched, { kind: "unreadable" }],
  ["an answer that is not as agreed", answering('{"name":7}').fetched, { kind: "unreadable" }],
];
for (const [what, fetched, expected] of REFUSALS) {
  test(`a trouble with a name: ${what}`, async () => assert.deepEqual(await told(fetched), expected));
}

test("a code that expired is told from a reply that did", async () => {
  const expired = refusal(400, "expired");
  assert.equal((await told(expired, { ...CALL, path: "/pair/token" })).kind, "pair_expired");
  assert.equal((await told(expired, { ...CALL, path: "/confirm" })).kind, "expired");
});

test("no line, and a line that is too slow, are two troubles", async () => {
  const failing = (error: Error): typeof fetch => () => Promise.reject(error);
  assert.equal((await told(failing(new TypeError("no line")))).kind, "unreachable");
  assert.equal((await told(failing(new DOMException("", "TimeoutError")))).kind, "slow");
});
