/** The tab that the press on the toolbar opened to us, and the frame of it in which her cursor is. */

import type { Suggestion } from "../answers";
import { api } from "../browser";
import { IS_TEST } from "../flavour";
import { type Found, act, findBox, watch } from "../background/anywhere";
import type { Visible } from "../content/asked";
import type { Outcome } from "../insert/outcome";

export interface Tab {
  readonly id: number;
  /** Origin and path; "" where the browser does not say. */
  readonly url: string;
}

export async function activeTab(): Promise<Tab> {
  const asked = IS_TEST ? new URLSearchParams(location.search).get("tab") : null; // a test opens us as a page
  const tab = asked ? await api.tabs.get(Number(asked)) : (await api.tabs.query({ active: true, currentWindow: true }))[0];
  return { id: tab?.id ?? -1, url: cut(tab?.url ?? "") };
}

/** Where her cursor is; null where it is in no box, or the browser does not let us in (a page of its own). */
export async function cursorIn({ id }: Tab): Promise<Found | null> {
  try {
    return await findBox(id);
  } catch {
    return null;
  }
}

export function insertInto({ id }: Tab, { frame }: Found, text: string, consent: boolean): Promise<Outcome> {
  return act(id, frame, { ask: "insert", text, consent });
}

export function undoIn({ id }: Tab, { frame }: Found): Promise<Outcome> {
  return act(id, frame, { ask: "undo", consent: false });
}

/** What she writes there is looked at from now on. A page that is gone by now is watched no more. */
export function watchIn({ id }: Tab, { frame }: Found, suggestion: Suggestion, key: string): Promise<void> {
  return watch(id, frame, suggestion, key).catch(() => undefined);
}

/** The reviews on the screen; null where no script of ours is on the page, which is where she granted no site. */
export async function visibleIn({ id }: Tab): Promise<Visible | null> {
  try {
    return ((await api.tabs.sendMessage(id, { ask: "visible" })) as Visible | undefined) ?? null;
  } catch {
    return null;
  }
}

function cut(address: string): string {
  if (!URL.canParse(address)) return "";
  const { protocol, origin, pathname } = new URL(address);
  return protocol === "https:" || protocol === "http:" ? `${origin}${pathname}` : "";
}
