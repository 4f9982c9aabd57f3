/**
 * Who may ask the background for anything. Pure.
 *
 * A page can forge neither the sender nor its address, but a page's renderer can be broken into: so a page's script is
 * heard only from a site the person granted, and only for what is said of that page.
 */

import { SITES } from "../sites";

export interface Sender {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly origin?: string | undefined;
  readonly tab?: unknown;
}

/** This extension, as the browser names it. */
export interface Us {
  readonly id: string;
  readonly url: string; // runtime.getURL("")
}

export type Asker =
  | { readonly by: "box" } // on any page: what it may ask hangs on the key it was given
  | { readonly by: "ours" }
  | { readonly by: "page"; readonly site: string; readonly pattern: string; readonly address: string };

/** Who this is; null for anybody who is not heard at all. Whether the site is still granted is asked next. */
export function askerOf(sender: Sender, us: Us): Asker | null {
  if (sender.id !== us.id || !sender.url) return null;
  if (sender.url.startsWith(us.url)) return { by: "ours" };
  if (!sender.tab) return null;
  if (sender.origin !== undefined && sender.origin !== new URL(sender.url).origin) return null;
  return pageOf(sender.url);
}

/** A script of ours in a tab, on whatever page her press let it into. */
export function boxOf(sender: Sender, us: Us): Asker | null {
  return sender.id === us.id && sender.tab ? { by: "box" } : null;
}

/** The known site a page belongs to: https, the exact host and the path, never a part of a name. */
export function pageOf(address: string): Asker | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== "https:" || url.port || url.username || url.password) return null;
  for (const { site, matches } of SITES) {
    const pattern = matches.find((one) => isWithin(url, one));
    if (pattern) return { by: "page", site, pattern, address: cut(url) };
  }
  return null;
}

/** An address without its query and fragment: they hold sessions, searches and names. */
export function cut(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Patterns of ours are `https://host/path*`, nothing more. */
function isWithin(url: URL, pattern: string): boolean {
  const { host, pathname } = new URL(pattern.replace(/\*$/, ""));
  return url.host === host && url.pathname.startsWith(pathname);
}
