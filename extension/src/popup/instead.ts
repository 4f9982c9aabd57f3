/** What she is told where the reviews on a page cannot be sent from it: why, and what she can do instead. */

import { adapterFor } from "../sites/registry";
import { say } from "../ui/say";

/** `url` is a page without any script of ours; null for the browser's own pages, where nobody looks for reviews. */
export function insteadOf(url: string, granted: readonly string[]): string | null {
  if (!url) return null;
  const page = new URL(url);
  const adapter = adapterFor(page);
  if (adapter?.surfaceOf(page) !== "list") return say("capture_elsewhere");
  return say(granted.includes(adapter.site) ? "capture_anew" : "capture_tick", say(`site_${adapter.site}`));
}
