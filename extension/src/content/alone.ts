/**
 * Whether a page stands where it belongs: on top, or in frames of the same site's pages alone.
 *
 * A foreign page could show a site's frame under its own pictures and lead her hand.
 */

import { adapterFor } from "../sites/registry";

export function isAmongItsOwn(view: Window): boolean {
  if (view === view.top) return true;
  const above: DOMStringList | undefined = view.location.ancestorOrigins; // Firefox has none
  return above ? [...above].every((origin) => isSameSite(origin, view)) : isOpenToTheTop(view);
}

function isSameSite(origin: string, view: Window): boolean {
  const mine = adapterFor(new URL(view.location.href));
  return mine !== null && URL.canParse(origin) && adapterFor(new URL(origin)) === mine;
}

function isOpenToTheTop(view: Window): boolean {
  try {
    return Boolean(view.top?.document);
  } catch {
    return false;
  }
}
