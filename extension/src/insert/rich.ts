/**
 * Into a rich editor, so that the editor's own state holds the text.
 *
 * The two engines need opposite ways: in Chromium `insertText` glues lines together, and a paste that carries the text
 * is read by every editor; in Gecko such a paste arrives empty (and can wipe the box), and `insertText` is right. It is
 * right for no text too: the editor is told, where `delete` works behind its back and breaks Draft.js.
 */

import { hasFocus, viewOf } from "./box";
import { read, sameLines } from "./read";
import { pause, within } from "./wait";

const CARRIED = " "; // what a cut is made with, to see whether this engine keeps it
const SELECTED = 160; // ms until an editor has read the new selection
const TAKEN = 700; // ms until an editor has shown what it took

/** Writes `text` over all the focused editor holds. What came of it is for the caller to read. */
export async function writeRich(host: HTMLElement, text: string, signal?: AbortSignal): Promise<void> {
  const before = read(host);
  const holds = (): boolean => sameLines(read(host), text);
  host.ownerDocument.execCommand("selectAll");
  await pause(SELECTED, signal);
  if (signal?.aborted || !hasFocus(host) || read(host) !== before) return;
  const { ownerDocument } = host;
  const handed = handing(host, text);
  if (handed) host.dispatchEvent(handed);
  else ownerDocument.execCommand("insertText", false, text);
  if (await within(TAKEN, holds, signal)) return;
  if (signal?.aborted || read(host) !== before) return; // never a second technique on a changed box
  if (!text) ownerDocument.execCommand("delete");
  else if (handed) typeLines(ownerDocument, text);
  await within(TAKEN, holds, signal);
}

/**
 * A paste that really carries the text, or a cut where there is none: editors that read the one read the other. Null
 * where this engine lets no script make them. The person's own clipboard is not touched.
 */
function handing(host: HTMLElement, text: string): ClipboardEvent | null {
  const view = viewOf(host);
  const clipboardData = new view.DataTransfer();
  clipboardData.setData("text/plain", text || CARRIED);
  const options = { bubbles: true, cancelable: true, composed: true, clipboardData };
  const event = new view.ClipboardEvent(text ? "paste" : "cut", options);
  return event.clipboardData?.getData("text/plain") === (text || CARRIED) ? event : null;
}

/** For a plain `contenteditable`, which takes no paste that a script made. */
function typeLines(document: Document, text: string): void {
  for (const [place, line] of text.split("\n").entries()) {
    if (place) document.execCommand("insertLineBreak");
    if (line) document.execCommand("insertText", false, line);
  }
}
