/** Asking the background, from a page's script or a page of ours. Throws `Trouble`. */

import { api } from "../browser";
import type { Ask, Asked } from "../messages";
import { type Said, type Told, Trouble } from "../trouble";

type Body<A extends Ask> = Omit<Asked[A], "ask">;

/** The answer to one message. `T` is what `background/answer` gives for it. */
export async function ask<T, A extends Ask = Ask>(what: A, body: Body<A>): Promise<T> {
  const said = await send<T>({ ask: what, ...body });
  if (said.ok) return said.value;
  const { kind, ...facts } = said.trouble;
  throw new Trouble(kind, facts);
}

/** What went wrong, whatever was thrown. */
export function troubleOf(error: unknown): Told {
  if (error instanceof Trouble) return error.told();
  throw error;
}

/** A script that outlived its extension (an update, a removal) hears nobody: for it this browser is not paired. */
async function send<T>(message: unknown): Promise<Said<T>> {
  const over: Said<T> = { ok: false, trouble: { kind: "not_granted" } };
  if (!api.runtime?.id) return over;
  try {
    return ((await api.runtime.sendMessage(message)) as Said<T> | undefined) ?? over;
  } catch {
    return over;
  }
}

