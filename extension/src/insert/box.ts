/**
 * A box that a reply can be put into: a field, or the host of a rich editor.
 *
 * Elements may belong to another document than ours (a same-origin frame), so nothing here asks `instanceof` or a
 * global `document`.
 */

export type Field = HTMLTextAreaElement | HTMLInputElement;
export type Box = Field | HTMLElement;

/** The only inputs that hold a person's prose: never a password, an address or a number. */
const PROSE = new Set(["text", "search"]);

export function isField(box: Element): box is Field {
  return box.localName === "textarea" || (box.localName === "input" && PROSE.has((box as HTMLInputElement).type));
}

/** The box an element is, or stands in; null where there is none. */
export function boxOf(element: Element | null): Box | null {
  if (!element) return null;
  if (isField(element)) return element;
  return editingHost(element);
}

/** The outermost editable ancestor: what the page's editor watches. */
function editingHost(element: Element): HTMLElement | null {
  const { body, designMode } = element.ownerDocument;
  if (designMode === "on") return body; // an old editor makes its whole frame editable
  let host: HTMLElement | null = null;
  for (let one: Element | null = element; one && isEditable(one); one = one.parentElement) host = one;
  return host;
}

function isEditable(element: Element): element is HTMLElement {
  return (element as HTMLElement).isContentEditable === true;
}

/** Puts the cursor into the box; false where the page will not have it there. Commands go where the cursor is. */
export function focus(box: Box): boolean {
  box.focus(); // always: the body of an editable frame says it has the cursor before the frame has
  return hasFocus(box);
}

export function hasFocus(box: Box): boolean {
  return (box.getRootNode() as Document | ShadowRoot).activeElement === box;
}

/** The window a box lives in. */
export function viewOf(box: Box): Window & typeof globalThis {
  return (box.ownerDocument.defaultView ?? globalThis) as Window & typeof globalThis;
}
