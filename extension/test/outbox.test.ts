import assert from "node:assert/strict";
import { test } from "node:test";

import { type Event, flush, post, waiting } from "../src/background/outbox";
import { Trouble } from "../src/trouble";
import { inLine } from "./in_line";
import { shelf } from "./shelf";

inLine();

const NOW = Date.UTC(2026, 10, 22, 9);

async function filledBox(many: number): Promise<ReturnType<typeof shelf>> {
  const box = shelf();
  for (let at = 0; at < many; at++) {
    const event = { posting: at, review: 1, kind: "inserted", text: "Thank you.", signs: [] } as const;
    await post(event, new Date(NOW + at), box);
  }
  return box;
}

function stored(events: readonly Event[]): { results: { key: string; result: "stored"; why: null }[] } {
  return { results: events.map(({ key }) => ({ key, result: "stored", why: null })) };
}

test("all that waits is sent in its order, fifty at once, and kept no longer", async () => {
  const box = await filledBox(120);
  const sent: number[][] = [];
  await flush(async (events) => (sent.push(events.map((one) => one.posting ?? -1)), stored(events)), box);
  assert.deepEqual(sent.map((one) => one.length), [50, 50, 20]);
  assert.deepEqual(sent.flat(), Array.from({ length: 120 }, (_, at) => at));
  assert.equal(await waiting(box), 0);
});

test("what the service has not confirmed stays, under the same key", async () => {
  const box = await filledBox(2);
  const keys: string[] = [];
  const failing = async (events: readonly Event[]): Promise<never> => {
    keys.push(...events.map((one) => one.key));
    throw new Trouble("unreachable");
  };
  await flush(failing, box);
  assert.equal(await waiting(box), 2);
  await flush(async (events) => (keys.push(...events.map((one) => one.key)), stored(events)), box);
  assert.deepEqual(keys.slice(0, 2), keys.slice(2));
});

test("a row the service cannot read does not keep the others waiting", async () => {
  const box = await filledBox(3);
  const taken: number[] = [];
  const picky = async (events: readonly Event[]): Promise<ReturnType<typeof stored>> => {
    if (events.some((one) => one.posting === 1)) throw new Trouble("bad_request");
    taken.push(...events.map((one) => one.posting ?? -1));
    return stored(events);
  };
  await flush(picky, box);
  assert.deepEqual(taken, [0, 2]);
  assert.equal(await waiting(box), 0);
});

test("an answer that names nothing of ours ends the sending", async () => {
  const box = await filledBox(1);
  await flush(async () => ({ results: [] }), box);
  assert.equal(await waiting(box), 1);
});
