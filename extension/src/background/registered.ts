/**
 * Our script on the sites that the person granted, and on no other: registered when she grants one, gone when she takes
 * it back. A script registered without its permission is silently never run, so the permission is what counts.
 */

import { api } from "../browser";
import { type Site, SITES } from "../sites";

const SCRIPT = "site.js";

/** Makes what is registered equal to what is granted; any number of times. */
export async function reconcile(): Promise<void> {
  const granted = await grantedSites();
  const there = new Set((await api.scripting.getRegisteredContentScripts()).map((one) => one.id));
  const gone = [...there].filter((id) => !granted.some((site) => idOf(site) === id));
  const fresh = granted.filter((site) => !there.has(idOf(site)));
  if (gone.length) await api.scripting.unregisterContentScripts({ ids: gone });
  if (fresh.length) await api.scripting.registerContentScripts(fresh.map(scriptOf));
}

/** The sites that are granted now, by the service's names. */
export async function grantedNames(): Promise<readonly string[]> {
  return (await grantedSites()).map((one) => one.site);
}

export function isGranted(pattern: string): Promise<boolean> {
  return api.permissions.contains({ origins: [pattern] });
}

/** Puts our script into the pages that were open before the person granted their site. */
export async function joinOpenPages(): Promise<void> {
  const granted = (await grantedSites()).flatMap((site) => [...site.matches]);
  if (!granted.length) return;
  for (const tab of await api.tabs.query({ url: granted })) await join(tab.id);
}

/** Tells every page's script that it is over. A tab without one answers with an error, which says nothing to us. */
export async function dismiss(): Promise<void> {
  for (const { id } of await api.tabs.query({})) {
    if (id !== undefined) await api.tabs.sendMessage(id, { ask: "revoked" }).catch(() => undefined);
  }
}

async function join(tab: number | undefined): Promise<void> {
  if (tab === undefined) return;
  const target = { tabId: tab, allFrames: true };
  await api.scripting.executeScript({ target, files: [SCRIPT] }).catch(() => undefined); // closed, or gone elsewhere
}

async function grantedSites(): Promise<Site[]> {
  const answers = await Promise.all(SITES.map((site) => api.permissions.contains({ origins: [...site.matches] })));
  return SITES.filter((_, place) => answers[place]);
}

function idOf({ site }: Site): string {
  return `site-${site}`;
}

function scriptOf(site: Site): chrome.scripting.RegisteredContentScript {
  return {
    id: idOf(site),
    matches: [...site.matches],
    js: [SCRIPT],
    allFrames: true,
    runAt: "document_idle",
    persistAcrossSessions: true,
  };
}
