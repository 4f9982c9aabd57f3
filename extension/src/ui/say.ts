/** Words in the person's language, from `_locales`. A test holds that every key that is used is there in each. */

import { api } from "../browser";
import type { Told } from "../trouble";

export function say(key: string, ...parts: readonly (string | number)[]): string {
  return api.i18n.getMessage(key, parts.map(String)) || key;
}

/** What went wrong, in a sentence: the service's own where it sent one, with what to do next. */
export function sayTrouble(trouble: Told): string {
  const help = say(`trouble_${trouble.kind}`, trouble.by ?? "", trouble.retry_after ?? A_MINUTE, trouble.min_version ?? "");
  const said = trouble.detail && !OURS.has(trouble.kind) ? [trouble.detail, help] : [help];
  return [...said, ...(trouble.faults ?? [])].join(" ");
}

const A_MINUTE = 60; // s, where the service did not say how long

/** Why a reply may not be used any more, and that the next best stands in its place. */
export function sayInstead({ kind, detail }: Told): string {
  return `${detail ?? say(`trouble_${kind}`)} ${say("next_best")}`;
}

/** Where our sentence says it all. */
const OURS = new Set(["slow_down", "revoked", "unauthorized", "pending"]);

/** "in 3 hours", "2 days ago". */
export function sayWhen(at: string, now: number): string {
  const minutes = Math.round((Date.parse(at) - now) / 60_000);
  const words = new Intl.RelativeTimeFormat(api.i18n.getUILanguage(), { numeric: "auto" });
  if (Math.abs(minutes) < 90) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 36 * 60) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / (24 * 60)), "day");
}

/** "4 of 5 stars", "recommends", or nothing. */
export function sayStars(rating: number | null, best: number | null, recommends: boolean | null): string {
  if (rating !== null) return say("stars", rating, best ?? 5);
  if (recommends === null) return "";
  return say(recommends ? "recommends" : "recommends_not");
}
