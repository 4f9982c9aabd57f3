/**
 * What stands in each blank of a reply, read from the box. Pure.
 *
 * Only the words beside the box are made of this; the class of a reply is the service's to compute.
 */

import type { Blank, Suggestion } from "../answers";
import { bracketed, piecesOf } from "../ui/pieces";
import { normal } from "./normal";

/** What she wrote into each blank, by name; null where an approved word is missing or moved. */
export type Reading = ReadonlyMap<string, string> | null;

const FIRST_MARK = 0xf0000; // private use: no text holds it
const MOST_LEFT_OUT = 4; // blanks that may stay empty, tried in every combination, as the service does

export function readingOf(suggestion: Suggestion, text: string): Reading {
  const said = normal(text);
  for (const emptied of leftOut(suggestion.blanks)) {
    const read = readWith(suggestion, emptied, said);
    if (read) return read;
  }
  return null;
}

/** Whether a blank still shows its hint, or nothing where something must stand. */
export function isUnfilled(value: string, blank: Blank): boolean {
  if (!value.trim()) return !blank.empty;
  const bare = (text: string): string => text.replace(/^\[+|\]+$/g, "").toLowerCase();
  return bare(value) === bare(bracketed(blank));
}

/** Every choice of blanks to leave out, none first. */
function leftOut(blanks: readonly Blank[]): ReadonlySet<string>[] {
  const may = blanks.filter(({ empty }) => empty).slice(0, MOST_LEFT_OUT);
  return Array.from({ length: 2 ** may.length }, (_, bits) => new Set(may.filter((_, place) => bits & (1 << place)).map(({ name }) => name)));
}

function readWith(suggestion: Suggestion, emptied: ReadonlySet<string>, said: string): Reading {
  const names: string[] = [];
  const locked = normal(marked(suggestion, emptied, names)).split(/[\u{f0000}-\u{fffff}]/u);
  const last = locked.pop() ?? "";
  if (!names.length) return said === last ? new Map([...emptied].map((name) => [name, ""])) : null;
  return between(names, locked, last, said, emptied);
}

/** A blank's words end where the approved words after it first come again: one text has one reading. */
function between(names: string[], locked: string[], last: string, said: string, emptied: ReadonlySet<string>): Reading {
  const stop = said.length - last.length;
  let at = locked[0]?.length ?? 0;
  if (!said.startsWith(locked[0] ?? "") || !said.endsWith(last)) return null;
  const values = new Map([...emptied].map((name) => [name, ""]));
  for (const [place, name] of names.entries()) {
    const after = locked[place + 1];
    const end = after === undefined ? stop : said.indexOf(after, at);
    if (end < at || end > stop) return null;
    values.set(name, said.slice(at, end));
    at = end + (after?.length ?? 0);
  }
  return values;
}

/** The approved text, a private character for each blank; one that is left out takes the space beside it along. */
function marked(suggestion: Suggestion, emptied: ReadonlySet<string>, names: string[]): string {
  let text = "";
  let without = false;
  for (const piece of piecesOf(suggestion)) {
    if (piece.kind === "blank") {
      without = emptied.has(piece.blank.name);
      if (!without) text += String.fromCodePoint(FIRST_MARK + names.push(piece.blank.name));
      continue;
    }
    text += without && /(^|\s)$/.test(text) ? piece.text.replace(/^ /, "") : piece.text;
    without = false;
  }
  return text;
}
