/** A suggestion's text cut where she may write. Pure; places count code points, as the service counts. */

import type { Blank, Suggestion } from "../answers";
import { characters } from "../text/characters";

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "blank"; readonly blank: Blank; readonly first: boolean };

/** The text in order. A blank that comes twice is written once, at its first place. */
export function piecesOf(suggestion: Suggestion): Piece[] {
  const letters = [...suggestion.text];
  const seen = new Set<string>();
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of blankSpans(suggestion)) {
    if (span.start > at) pieces.push({ kind: "text", text: letters.slice(at, span.start).join("") });
    pieces.push({ kind: "blank", blank: span.blank, first: !seen.has(span.blank.name) });
    seen.add(span.blank.name);
    at = span.end;
  }
  if (at < letters.length) pieces.push({ kind: "text", text: letters.slice(at).join("") });
  return pieces;
}

/** The reply as it would read with `values`; an unwritten blank is its hint in brackets. */
export function filled(suggestion: Suggestion, values: Readonly<Record<string, string>>): string {
  return piecesOf(suggestion)
    .map((piece) => (piece.kind === "text" ? piece.text : values[piece.blank.name] || bracketed(piece.blank)))
    .join("");
}

export function bracketed(blank: Blank): string {
  return `[${blank.hint ?? blank.name}]`;
}

export type Complaint = "empty" | "long" | "choice";

/** What keeps a value from being used; null for nothing. The service looks again, and at more. */
export function complaintOf(value: string, blank: Blank): Complaint | null {
  if (!value.trim()) return blank.empty ? null : "empty";
  if (blank.choices?.length && !blank.choices.includes(value)) return "choice";
  return characters(value) > blank.max ? "long" : null;
}

function blankSpans({ spans, blanks }: Suggestion): { start: number; end: number; blank: Blank }[] {
  return spans
    .flatMap(({ kind, name, start, end }) => {
      const blank = kind === "blank" ? blanks.find((one) => one.name === name) : undefined;
      return blank ? [{ start, end, blank }] : [];
    })
    .sort((one, other) => one.start - other.start);
}
