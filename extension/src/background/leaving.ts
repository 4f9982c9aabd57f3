/** Disconnect: what waits is sent and the desk is told, where it can be; then everything is wiped, whatever came of it. */

import type { Reader } from "../schema";
import { Trouble } from "../trouble";
import { flush } from "./outbox";
import { ask, forget } from "./session";

const nothing: Reader<null> = () => null;

/** Whether the desk knows now that this browser is no longer paired. */
export async function disconnect(): Promise<boolean> {
  try {
    await flush();
    return await isEnded();
  } finally {
    await forget();
  }
}

async function isEnded(): Promise<boolean> {
  try {
    await ask("/pair/end", {}, nothing);
    return true;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return error.kind === "revoked" || error.kind === "not_paired";
  }
}
