/** Saying that a page does not fit: counted for the desk's health, without a word of what stands there. */

import type { Outcome } from "../insert/outcome";
import type { MisfitCode } from "../messages";
import type { Adapter } from "../sites/adapter";
import { ask } from "../ui/ask";

const BY_OUTCOME: Partial<Record<Outcome["kind"], MisfitCode>> = { not_taken: "not_taken", partial: "partial" };

/** An insertion that failed because of the box. What was refused with a reason is no misfit. */
export function misfit(adapter: Adapter, outcome: Outcome): void {
  const code = BY_OUTCOME[outcome.kind];
  if (code) report(adapter, code, {});
}

export function report(adapter: Adapter, code: MisfitCode, counts: Readonly<Record<string, number>>): void {
  const surface = adapter.surfaceOf(new URL(location.href)) ?? "other";
  // Nobody waits for it: a report that is lost is made again by the next page.
  void ask("misfit", { site: adapter.site, surface, code, counts }).catch(() => undefined);
}
