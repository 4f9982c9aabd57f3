/**
 * What the service must still hear: kept until it says it has it, in the order it happened, each under a key of its
 * own so that twice is once.
 *
 * Nothing wakes us for it (no alarm): the box is emptied whenever the background is awake for something else, and an
 * event that waits is no reason to keep a browser busy.
 */

import { stored } from "../answers";
import { type Read, atLeast, list, oneOf, orNull, text, whole } from "../schema";
import { Trouble } from "../trouble";
import { type Kept, kept } from "./kept";
import { ask } from "./session";

const AT_ONCE = 50;
const LOCK = "shopbell.outbox";

const event = atLeast({
  key: text(40),
  posting: orNull(whole()),
  review: whole(),
  kind: oneOf("inserted", "copied", "submitted", "denied"),
  at: text(40),
  text: orNull(text(8_000)),
  signs: list(text(40), 10),
});
const row = atLeast({ place: text(80), event });

export type Event = Read<typeof event>;
type Row = Read<typeof row>;
type Send = (events: readonly Event[]) => Promise<Read<typeof stored>>;

/** Keeps an event; it is sent when it can be. */
export async function post(what: Omit<Event, "key" | "at">, now: Date, box: Kept = kept): Promise<void> {
  const key = crypto.randomUUID();
  const at = now.toISOString();
  await box.put("outbox", `${at} ${key}`, { place: `${at} ${key}`, event: { ...what, key, at } } satisfies Row);
}

/** How many wait. */
export async function waiting(box: Kept = kept): Promise<number> {
  return (await box.all("outbox")).length;
}

/** Sends what waits, oldest first, until nothing waits or the line fails. One at a time, whoever calls. */
export function flush(send: Send = toService, box: Kept = kept): Promise<void> {
  return navigator.locks.request(LOCK, async () => {
    let many = AT_ONCE;
    while (many > 0) many = await sendSome(many, send, box);
  });
}

/** How many to send next; 0 for none. What the service refused would not be taken later either: it is put away. */
async function sendSome(many: number, send: Send, box: Kept): Promise<number> {
  const rows = (await box.all("outbox")).slice(0, many).map((one) => row(one, "outbox"));
  if (!rows.length) return 0;
  try {
    const { results } = await send(rows.map((one) => one.event));
    const done = new Set(results.map((one) => one.key));
    const gone = rows.filter((one) => done.has(one.event.key));
    await box.remove("outbox", gone.map((one) => one.place));
    return gone.length ? many : 0;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return await unsent(error, rows, box);
  }
}

/** One row that cannot be read by the service must not keep the others waiting for ever. */
async function unsent({ kind }: Trouble, rows: readonly Row[], box: Kept): Promise<number> {
  if (kind !== "bad_request" && kind !== "too_large") return 0; // all of it waits for a better hour
  if (rows.length > 1) return 1;
  await box.remove("outbox", rows.map((one) => one.place));
  return AT_ONCE;
}

function toService(events: readonly Event[]): Promise<Read<typeof stored>> {
  return ask("/events", { events }, stored);
}
