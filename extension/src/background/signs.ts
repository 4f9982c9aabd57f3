/**
 * Whether a reply that we inserted was posted. Pure.
 *
 * Two signs prove it: her own press on the site's submit control, and the text visible in that review's card, within
 * ten minutes of each other. One alone is a question to her.
 */

import type { Sign } from "../messages";

export const TOGETHER = 10 * 60 * 1_000; // ms between two signs of one act
export const PATIENCE = 30 * 1_000; // ms a press waits for its text before she is asked
export const FORGOTTEN = 24 * 60 * 60 * 1_000; // ms until nobody is asked any more

/** A reply that was inserted, and what was seen of it since; times in ms since 1970. */
export interface Awaiting {
  readonly posting: number;
  readonly review: number;
  readonly site: string | null;
  readonly text: string;
  readonly inserted: number;
  readonly pressed: number | null;
  readonly visible: number | null;
}

export type Verdict =
  | { readonly is: "submitted"; readonly signs: readonly Sign[] }
  | { readonly is: "denied" }
  | { readonly is: "ask" }
  | { readonly is: "waiting" };

/** What another sign makes of it. */
export function signed(one: Awaiting, sign: Sign, now: number): { readonly row: Awaiting; readonly verdict: Verdict } {
  if (sign === "denied") return { row: one, verdict: { is: "denied" } };
  const row = {
    ...one,
    pressed: sign === "pressed" ? now : one.pressed,
    visible: sign === "visible" ? (one.visible ?? now) : one.visible,
  };
  if (sign === "told") return { row, verdict: { is: "submitted", signs: [...seen(row), "told"] } };
  return { row, verdict: verdictOn(row, now) };
}

/** How it stands when nothing new was seen. */
export function verdictOn(one: Awaiting, now: number): Verdict {
  const { pressed, visible } = one;
  if (pressed !== null && visible !== null && Math.abs(visible - pressed) <= TOGETHER) {
    return { is: "submitted", signs: seen(one) };
  }
  if (visible !== null) return { is: "ask" };
  return pressed !== null && now - pressed > PATIENCE ? { is: "ask" } : { is: "waiting" };
}

export function isForgotten(one: Awaiting, now: number): boolean {
  return now - one.inserted > FORGOTTEN;
}

function seen({ pressed, visible }: Awaiting): Sign[] {
  return [...(pressed !== null ? (["pressed"] as const) : []), ...(visible !== null ? (["visible"] as const) : [])];
}
