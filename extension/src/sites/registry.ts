/** Which site's file reads a page. */

import type { Adapter } from "./adapter";
import { facebook } from "./facebook";
import { google } from "./google";
import { yelp } from "./yelp";

const BY_HOST: Readonly<Record<string, Adapter>> = {
  "www.google.com": google,
  "business.google.com": google,
  "biz.yelp.com": yelp,
  "www.facebook.com": facebook,
  "business.facebook.com": facebook,
};

/** Null for a page that is none of the three sites': there the cursor says which box (anywhere mode). */
export function adapterFor(url: URL): Adapter | null {
  return BY_HOST[url.host] ?? null;
}
