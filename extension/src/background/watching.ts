/**
 * The boxes that are watched in anywhere mode, each by a key that only our popup and the box's script know.
 *
 * The site of such a box was never granted, so nothing it says of a review is believed: which reply it may ask about
 * was settled by the popup. Kept until the browser ends, the latest few.
 */

import { api } from "../browser";
import { type Read, atLeast, named, text, whole } from "../schema";
import { Trouble } from "../trouble";

const KEY = "watching";
const MOST = 20;

const watching = atLeast({ posting: whole(), review: whole(), sha256: text(64), item: text(200), variant: whole() });
const all = named(watching, MOST);

export type Watching = Read<typeof watching>;

export async function begin(key: string, one: Watching): Promise<void> {
  const others = Object.entries(await kept()).filter(([other]) => other !== key);
  await api.storage.session.set({ [KEY]: Object.fromEntries([...others.slice(1 - MOST), [key, one]]) });
}

/** The reply a box was given; throws `Trouble` for a key that nobody gave out. */
export async function of(key: string): Promise<Watching> {
  const found = Object.entries(await kept()).find(([one]) => one === key);
  if (!found) throw new Trouble("not_granted");
  return found[1];
}

async function kept(): Promise<Readonly<Record<string, Watching>>> {
  return all((await api.storage.session.get(KEY))[KEY] ?? {}, KEY);
}
