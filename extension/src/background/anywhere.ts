/** Anywhere mode: her press on the toolbar lets us into that one tab, until it goes elsewhere. */

import { api } from "../browser";

/** Puts the box's script into every frame of the tab that the press opened to us; a second time changes nothing. */
export async function prepare(tab: number | undefined): Promise<void> {
  if (tab === undefined) return;
  await api.scripting.executeScript({ target: { tabId: tab, allFrames: true }, files: ["box.js"] });
}
