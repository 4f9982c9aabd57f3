/** Into a textarea or an input: the browser's own typing first, the native setter where the page swallowed that. */

import { type Field, viewOf } from "./box";
import { read, sameLines } from "./read";
import { within } from "./wait";

const TYPED = 120; // ms until a framework has put its state back into the field

/** Writes `text` over all the focused field holds. What came of it is for the caller to read. */
export async function writeField(field: Field, text: string, signal?: AbortSignal): Promise<void> {
  const before = read(field);
  const holds = (): boolean => sameLines(read(field), text);
  field.select();
  const { ownerDocument } = field;
  if (text) ownerDocument.execCommand("insertText", false, text);
  else ownerDocument.execCommand("delete");
  if (await within(TYPED, holds, signal)) return;
  if (read(field) !== before || signal?.aborted) return; // never a second technique on a changed box
  set(field, text);
  await within(TYPED, holds, signal);
}

/** The prototype's setter, because frameworks put a setter of their own on the element. */
function set(field: Field, text: string): void {
  const view = viewOf(field);
  const { prototype } = field.localName === "textarea" ? view.HTMLTextAreaElement : view.HTMLInputElement;
  Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new view.InputEvent("input", { bubbles: true, composed: true, inputType: "insertText", data: text }));
}
