/** The approved reply with its blanks as fields in the middle of it, counted as she writes. */

import type { Blank, Suggestion } from "../answers";
import { characters } from "../text/characters";
import { el } from "./el";
import { complaintOf, piecesOf } from "./pieces";
import { say } from "./say";

export interface Reply {
  readonly element: HTMLElement;
  values(): Readonly<Record<string, string>>;
  /** Points at the first blank that cannot be used; false for none. */
  complain(): boolean;
}

interface Field {
  readonly blank: Blank;
  readonly input: HTMLInputElement | HTMLSelectElement;
  readonly note: HTMLElement;
  readonly echoes: HTMLElement[];
}

/** `written` is what she wrote before, so that nothing typed is lost when the reply is drawn again. */
export function replyOf(suggestion: Suggestion, written: Readonly<Record<string, string>>, signal: AbortSignal): Reply {
  const fields = new Map<string, Field>();
  const words = el("p", { class: "reply" });
  for (const piece of piecesOf(suggestion)) {
    if (piece.kind === "text") words.append(piece.text);
    else if (piece.first) words.append(placeOf(fields, piece.blank, written[piece.blank.name] ?? ""));
    else words.append(echoOf(fields, piece.blank));
  }
  const notes = [...fields.values()].map(({ blank, note }) => el("p", { class: "note" }, el("b", {}, hintOf(blank)), " ", note));
  for (const field of fields.values()) field.input.addEventListener("input", () => count(field), { signal });
  fields.forEach(count);
  return {
    element: el("div", {}, words, ...notes),
    values: () => Object.fromEntries([...fields].map(([name, { input }]) => [name, input.value])),
    complain: () => complain([...fields.values()]),
  };
}

function placeOf(fields: Map<string, Field>, blank: Blank, value: string): HTMLElement {
  const note = el("span", { id: `note-${fields.size}`, role: "status" });
  const input = blank.choices?.length ? choiceOf(blank, blank.choices) : el("input", { type: "text", size: "24", autocomplete: "off" });
  input.setAttribute("aria-label", hintOf(blank));
  input.setAttribute("aria-describedby", note.id);
  input.value = value;
  fields.set(blank.name, { blank, input, note, echoes: [] });
  return input;
}

function choiceOf(blank: Blank, choices: readonly string[]): HTMLSelectElement {
  const options = choices.map((one) => el("option", { value: one }, one));
  return el("select", {}, el("option", { value: "" }, hintOf(blank)), ...options);
}

function echoOf(fields: Map<string, Field>, blank: Blank): HTMLElement {
  const echo = el("span", { class: "echo" });
  fields.get(blank.name)?.echoes.push(echo);
  return echo;
}

function count({ blank, input, note, echoes }: Field): void {
  const { value } = input;
  const written = characters(value);
  note.textContent = say("blank_count", written, blank.max);
  note.classList.toggle("wrong", written > blank.max);
  for (const echo of echoes) echo.textContent = value || "…";
}

function complain(fields: readonly Field[]): boolean {
  for (const { blank, input, note } of fields) {
    const complaint = complaintOf(input.value, blank);
    input.toggleAttribute("aria-invalid", false);
    if (!complaint) continue;
    input.setAttribute("aria-invalid", "true");
    note.classList.add("wrong");
    note.textContent = say(`blank_${complaint}`, hintOf(blank), blank.max);
    input.focus();
    return true;
  }
  return false;
}

function hintOf(blank: Blank): string {
  return blank.hint || blank.name;
}
