/** The replies that were inserted and are not yet known to be posted: kept until they are, or a day is over. */

import type { Sign } from "../messages";
import { type Read, atLeast, orNull, text, whole } from "../schema";
import { type Kept, kept } from "./kept";
import { post } from "./outbox";
import { type Awaiting, type Verdict, isForgotten, signed, verdictOn } from "./signs";

const LOCK = "shopbell.awaiting";

const row = atLeast({
  posting: whole(),
  review: whole(),
  site: orNull(text(40)),
  text: text(8_000),
  inserted: whole(),
  pressed: orNull(whole()),
  visible: orNull(whole()),
});

/** One that waits, and whether she should be asked about it. */
export type Waiting = Pick<Read<typeof row>, "posting" | "review" | "text"> & { readonly ask: boolean };

export async function begin(one: Omit<Awaiting, "pressed" | "visible">, box: Kept = kept): Promise<void> {
  await box.put("awaiting", one.posting, { ...one, pressed: null, visible: null } satisfies Awaiting);
}

/**
 * Takes a sign; where it settles the matter, the event is in the outbox before the row is gone.
 *
 * Her press and the text that became visible may be told in the same moment. Each reads the row and writes it, so they
 * wait for one another; else one of the two is lost, and she is asked what was already known.
 */
export function sign(posting: number, what: Sign, now: Date, box: Kept = kept): Promise<Verdict["is"]> {
  return navigator.locks.request(LOCK, () => take(posting, what, now, box));
}

async function take(posting: number, what: Sign, now: Date, box: Kept): Promise<Verdict["is"]> {
  const found = await box.get("awaiting", posting);
  if (found === undefined) return "waiting";
  const { row: next, verdict } = signed(row(found, "awaiting"), what, now.getTime());
  if (verdict.is === "submitted" || verdict.is === "denied") await settle(next, verdict, now, box);
  else await box.put("awaiting", posting, next);
  return verdict.is;
}

/** All that wait, without those nobody would remember; of one `site` for its own pages, which need no other's. */
export async function list(now: Date, box: Kept = kept, site?: string): Promise<readonly Waiting[]> {
  const rows = (await box.all("awaiting")).map((one) => row(one, "awaiting"));
  const old = rows.filter((one) => isForgotten(one, now.getTime()));
  if (old.length) await box.remove("awaiting", old.map((one) => one.posting));
  const fresh = rows.filter((one) => !old.includes(one) && (site === undefined || one.site === site));
  return fresh.map((one) => waiting(one, now));
}

async function settle(one: Awaiting, verdict: Verdict, now: Date, box: Kept): Promise<void> {
  const { posting, review } = one;
  const signs = verdict.is === "submitted" ? verdict.signs : [];
  const kind = verdict.is === "submitted" ? "submitted" : "denied";
  await post({ posting, review, kind, text: kind === "submitted" ? one.text : null, signs }, now, box);
  await box.remove("awaiting", [posting]);
}

function waiting(one: Awaiting, now: Date): Waiting {
  const { posting, review, text: words } = one;
  const unseen = one.site === null; // anywhere mode: no script of ours looks at that page, so only she can say
  return { posting, review, text: words, ask: unseen || verdictOn(one, now.getTime()).is === "ask" };
}
