/**
 * After an insertion: what there is to say of the box, beside it. First what shows in the text alone, then what the
 * service says of it; the class is the service's. A question that fails says nothing.
 */

import type { Checked, Finding, Suggestion } from "../answers";
import type { Box } from "../insert/box";
import { ask } from "../ui/ask";
import { say } from "../ui/say";
import type { Use } from "../use/confirm";
import { type Watched, watchBox } from "../watch_box";

/** What is shown beside the box: sentences of ours, and the service's findings. */
export interface Looked {
  readonly notes: readonly string[];
  readonly findings: readonly Finding[];
}

export const NOTHING: Looked = { notes: [], findings: [] };
type Check = (text: string) => Promise<Checked | null>;

const QUOTED = 3; // departures shown in their own words

/** `check` asks the service what it says of a text; null where it says nothing. */
export function watchInserted(box: Box, suggestion: Suggestion, check: Check, found: (looked: Looked) => void, signal: AbortSignal): void {
  let latest = "";
  let findings: readonly Finding[] = [];
  const told = async (watched: Watched): Promise<void> => {
    latest = watched.text;
    found({ notes: notesOf(watched, null, suggestion), findings });
    const checked = await check(watched.text);
    if (!checked || latest !== watched.text || signal.aborted) return;
    findings = checked.findings;
    found({ notes: notesOf(watched, checked, suggestion), findings });
  };
  watchBox(box, suggestion, (watched) => void told(watched), signal);
}

/** As a card asks it of the reply she used. */
export function checkOf({ offered, suggestion }: Use): Check {
  const { sha256, item, variant } = suggestion;
  return (text) => ask<Checked>("check", { review: offered.review.id, sha256, item, variant, text }).catch(() => null);
}

function notesOf(watched: Watched, checked: Checked | null, { blanks }: Suggestion): string[] {
  const hintOf = (name: string): string => blanks.find((blank) => blank.name === name)?.hint || name;
  return [
    ...(watched.departs ? [departure(watched.text, checked)] : []),
    ...watched.unfilled.map((name) => say("note_unfilled", hintOf(name))),
    ...watched.hints.map(({ blank, hint }) => say(`note_${hint}`, hintOf(blank))),
  ];
}

/** The words themselves where the service said which: places count code points. */
function departure(text: string, checked: Checked | null): string {
  const letters = [...text];
  const words = (checked?.departures ?? []).map(({ start, end }) => letters.slice(start, end).join("").trim());
  const shown = words.filter((one) => one !== "").slice(0, QUOTED);
  return shown.length ? say("note_departs_words", shown.map((one) => `“${one}”`).join(", ")) : say("note_departs");
}
