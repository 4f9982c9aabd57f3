/** What a box holds, and when two texts are the same to a reader. */

import { type Box, isField } from "./box";

/** An editor's own grey words ("Write a reply…"), where they stand inside what is edited. */
const PLACEHOLDER = "[data-slate-placeholder]";
const UNSEEN = /[\u200b-\u200d\u2060\ufeff]/g;
const LINE_ENDS = /\r\n?|\u2028|\u2029/g;

/** The text in the box, a line feed between lines. */
export function read(box: Box): string {
  if (isField(box)) return box.value;
  const placeholder = box.querySelector<HTMLElement>(PLACEHOLDER);
  const text = box.innerText;
  return placeholder ? text.replace(placeholder.innerText, "") : text;
}

/**
 * Whether a reader sees the same lines. Zero-width characters, no-break spaces and blank lines are not compared: each
 * editor has its own way with them.
 */
export function sameLines(one: string, other: string): boolean {
  const first = lines(one);
  const second = lines(other);
  return first.length === second.length && first.every((line, place) => line === second[place]);
}

/** Whether nothing stands there that a reader would see. */
export function isBlank(text: string): boolean {
  return lines(text).length === 0;
}

function lines(text: string): string[] {
  return text
    .replace(UNSEEN, "")
    .replace(LINE_ENDS, "\n")
    .replaceAll("\u00a0", " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
