/**
 * Pairing this browser with a service: a short code that a signed-in person types into the desk (RFC 8628's manner).
 *
 * What was begun is kept in IndexedDB, so that the worker may die at any line: the options page asks again while it is
 * open. Nobody is asked for a password, and the code is never put into a link.
 */

import { started, tokens } from "../answers";
import { api } from "../browser";
import { type Read, atLeast, number, oneOf, text } from "../schema";
import { Trouble } from "../trouble";
import { exchange } from "./exchange";
import { kept } from "./kept";
import { originOf, patternOf } from "./origin";
import { onlyOrigin } from "./policy";
import { challengeOf, newVerifier } from "./proof";
import { keep } from "./session";

const BEGUN = "pairing";
const SLOWER = 5; // s more between two questions, each time the service says so

const begun = atLeast({
  origin: text(2_000),
  pair_id: text(200),
  verifier: text(128),
  user_code: text(20),
  verify_url: text(2_000),
  interval: number(1, 600),
  until: number(0, Number.MAX_SAFE_INTEGER),
});

type Begun = Read<typeof begun>;

/** What the options page shows of a pairing that was begun. */
export type Shown = Pick<Begun, "user_code" | "verify_url" | "interval" | "until">;
export const POLLED = oneOf("paired", "pending", "none");

/** Begins. The person has granted the service's host in the press before. */
export async function start(typed: string, label: string): Promise<Shown> {
  const origin = originOf(typed);
  if (!origin) throw new Trouble("bad_request");
  const only = await onlyOrigin();
  if (only && origin !== only) throw new Trouble("elsewhere");
  if (!(await api.permissions.contains({ origins: [patternOf(origin)] }))) throw new Trouble("not_granted");
  const verifier = newVerifier();
  const body = {
    challenge: await challengeOf(verifier),
    browser: browserName(),
    version: api.runtime.getManifest().version,
    label,
  };
  const said = await exchange({ origin, path: "/pair/start", body }, started);
  if (!isAt(said.verify_url, origin)) throw new Trouble("other_address");
  const until = Date.now() + said.expires_in * 1_000;
  const row: Begun = { ...said, origin, verifier, until };
  await kept.put("kept", BEGUN, row);
  return shown(row);
}

/** The pairing that was begun and not finished; null for none. */
export async function current(): Promise<Shown | null> {
  const row = await kept.get("kept", BEGUN);
  return row === undefined ? null : shown(begun(row, BEGUN));
}

/** Asks once whether the person has approved. Ends the pairing where it came to an end. */
export async function poll(): Promise<Read<typeof POLLED>> {
  const row = await kept.get("kept", BEGUN);
  if (row === undefined) return "none";
  const { origin, pair_id, verifier, ...rest } = begun(row, BEGUN);
  try {
    await keep(origin, await exchange({ origin, path: "/pair/token", body: { pair_id, verifier } }, tokens));
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return await unfinished(error, { ...rest, origin, pair_id, verifier });
  }
  await cancel();
  return "paired";
}

export async function cancel(): Promise<void> {
  await kept.remove("kept", [BEGUN]);
}

/** Not yet, or never: what is over is put away and said. */
async function unfinished(trouble: Trouble, row: Begun): Promise<"pending"> {
  if (trouble.kind === "slow_down") await kept.put("kept", BEGUN, { ...row, interval: row.interval + SLOWER });
  if (trouble.kind === "denied" || trouble.kind === "pair_expired") await cancel();
  if (trouble.kind === "pending" || trouble.kind === "slow_down") return "pending";
  throw trouble;
}

function shown({ user_code, verify_url, interval, until }: Begun): Shown {
  return { user_code, verify_url, interval, until };
}

/** The page where the code is typed must be the service's own. */
function isAt(address: string, origin: string): boolean {
  return URL.canParse(address) && new URL(address).origin === origin;
}

/** As a person would name it in a list of her browsers. */
function browserName(): string {
  const { userAgent } = navigator;
  if (userAgent.includes("Firefox/")) return "Firefox";
  return userAgent.includes("Edg/") ? "Edge" : "Chrome";
}
