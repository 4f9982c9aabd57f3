/**
 * Who this browser is to the service. The short access lives in `storage.session`, the long refresh and the paired
 * origin in IndexedDB; neither ever leaves the background.
 *
 * Nothing is held in globals: every call reads what is kept, and two refreshes at once wait for each other by a lock
 * that the browser holds.
 */

import { tokens } from "../answers";
import { api } from "../browser";
import { type Reader, Misshapen, atLeast, number, text } from "../schema";
import { Trouble } from "../trouble";
import { exchange } from "./exchange";
import { kept } from "./kept";

const PAIRED = "paired";
const ACCESS = "access";
const EARLY = 30_000; // ms before its end that an access is no longer used
const LOCK = "shopbell.refresh";

const paired = atLeast({ origin: text(2_000), refresh: text(2_000) });
const held = atLeast({ access: text(2_000), until: number(0, Number.MAX_SAFE_INTEGER) });

type Paired = ReturnType<typeof paired>;

/** The paired service's origin; null where this browser is not paired. */
export async function pairedOrigin(): Promise<string | null> {
  return (await pairing())?.origin ?? null;
}

/** Asks the paired service, and nobody else. A refused access is renewed once; a revoked browser forgets everything. */
export async function ask<T>(path: string, body: unknown, reader: Reader<T>): Promise<T> {
  const { origin } = await mustBePaired();
  const access = (await currentAccess()) ?? (await renewed(null));
  try {
    return await exchange({ origin, path, body, access }, reader);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    if (error.kind === "revoked") await forget();
    if (error.kind !== "unauthorized") throw error;
  }
  return await exchange({ origin, path, body, access: await renewed(access) }, reader);
}

/** Keeps what a finished pairing or a renewal gave. */
export async function keep(origin: string, given: ReturnType<typeof tokens>): Promise<void> {
  await kept.put("kept", PAIRED, { origin, refresh: given.refresh });
  const until = Date.now() + given.access_expires_in * 1_000;
  await api.storage.session.set({ [ACCESS]: { access: given.access, until } });
}

/** Everything of this browser's pairing, and all that waited to be sent. */
export async function forget(): Promise<void> {
  await kept.wipe();
  await api.storage.session.clear();
}

async function pairing(): Promise<Paired | null> {
  return readOr(paired, await kept.get("kept", PAIRED));
}

async function mustBePaired(): Promise<Paired> {
  const found = await pairing();
  if (!found) throw new Trouble("not_paired");
  return found;
}

async function currentAccess(): Promise<string | null> {
  const found = readOr(held, (await api.storage.session.get(ACCESS))[ACCESS]);
  return found && found.until - EARLY > Date.now() ? found.access : null;
}

/** A new access; another's where somebody renewed `refused` while we waited. */
function renewed(refused: string | null): Promise<string> {
  return navigator.locks.request(LOCK, async () => {
    const current = await currentAccess();
    if (current && current !== refused) return current;
    const { origin, refresh } = await mustBePaired();
    const given = await renewal(origin, refresh);
    await keep(origin, given);
    return given.access;
  });
}

async function renewal(origin: string, refresh: string): Promise<ReturnType<typeof tokens>> {
  try {
    return await exchange({ origin, path: "/token", body: { refresh } }, tokens);
  } catch (error) {
    if (error instanceof Trouble && error.kind === "revoked") await forget();
    throw error;
  }
}

/** What is kept, where it is as we keep it today. */
function readOr<T>(reader: Reader<T>, value: unknown): T | null {
  try {
    return value === undefined ? null : reader(value, "kept");
  } catch (error) {
    if (error instanceof Misshapen) return null;
    throw error;
  }
}
