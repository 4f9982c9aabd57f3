/** Anywhere mode: her press on the toolbar lets us into that one tab, until it goes elsewhere. */

import type { Suggestion } from "../answers";
import { api } from "../browser";
import type { Asked, Seen } from "../content/box";
import type { Outcome } from "../insert/outcome";

/** The box her cursor is in, and the frame it stands in. */
export interface Found extends Seen {
  readonly frame: number;
}

/**
 * Puts the box's script into every frame of the tab, and asks each; null where the cursor is in no box that we may
 * reach. Rejects where the press opened nothing to us: the browser's own pages, its stores.
 */
export async function findBox(tab: number): Promise<Found | null> {
  const frames = await api.scripting.executeScript({ target: { tabId: tab, allFrames: true }, files: ["box.js"] });
  const found = await Promise.all(frames.map(({ frameId }) => look(tab, frameId)));
  const boxes = found.filter((one) => one !== null);
  return boxes.find((one) => one.has_focus) ?? boxes[0] ?? null;
}

/** In the box that was found there last. Undo puts back what stood there before us. */
export function act(tab: number, frame: number, asked: Exclude<Asked, { ask: "look" | "watch" }>): Promise<Outcome> {
  return api.tabs.sendMessage(tab, asked, { frameId: frame });
}

/** The box there is watched from now on, as long as its page stays; `key` as the background knows it. */
export async function watch(tab: number, frame: number, suggestion: Suggestion, key: string): Promise<void> {
  const asked: Asked = { ask: "watch", suggestion, key };
  await api.tabs.sendMessage(tab, asked, { frameId: frame });
}

async function look(tab: number, frame: number): Promise<Found | null> {
  const asked: Asked = { ask: "look" };
  const seen = await api.tabs.sendMessage<Asked, Seen | null>(tab, asked, { frameId: frame });
  return seen && { ...seen, frame };
}
