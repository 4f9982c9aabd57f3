/**
 * Into a rich editor, so that the editor's own state holds the text.
 *
 * The two engines need opposite ways: in Chromium `insertText` glues lines together, and a paste that carries the text
 * is read by every editor; in Gecko such a paste arrives empty (and can wipe the box), and `insertText` is right.
 */

import { viewOf } from "./box";
import { read, sameLines } from "./read";
import { pause, within } from "./wait";

const SELECTED = 160; // ms until an editor has read the new selection
const TAKEN = 700; // ms until an editor has shown what it took

/** Writes `text` over all the editor holds. What came of it is for the caller to read. */
export async function writeRich(host: HTMLElement, text: string, signal?: AbortSignal): Promise<void> {
  const before = read(host);
  const holds = (): boolean => sameLines(read(host), text);
  selectAll(host);
  await pause(SELECTED, signal);
  if (signal?.aborted || !host.isConnected || read(host) !== before) return;
  if (!text) return void (await emptied(host, holds, signal));
  const paste = pasteOf(host, text);
  if (!paste) {
    host.ownerDocument.execCommand("insertText", false, text);
    return void (await within(TAKEN, holds, signal));
  }
  host.dispatchEvent(paste);
  if (await within(TAKEN, holds, signal)) return;
  if (signal?.aborted || read(host) !== before) return; // never a second technique on a changed box
  typeLines(host.ownerDocument, text);
  await within(TAKEN, holds, signal);
}

function selectAll(host: HTMLElement): void {
  host.focus();
  const selection = viewOf(host).getSelection();
  selection?.selectAllChildren(host);
  // A selection cannot reach into a shadow root from outside; the browser's own command can.
  if (host.getRootNode() !== host.ownerDocument) host.ownerDocument.execCommand("selectAll");
}

async function emptied(host: HTMLElement, holds: () => boolean, signal?: AbortSignal): Promise<void> {
  host.ownerDocument.execCommand("delete");
  await within(TAKEN, holds, signal);
}

/** A paste that really carries the text, or null where this engine does not let a script make one. */
function pasteOf(host: HTMLElement, text: string): ClipboardEvent | null {
  const view = viewOf(host);
  const clipboardData = new view.DataTransfer();
  clipboardData.setData("text/plain", text);
  const paste = new view.ClipboardEvent("paste", { bubbles: true, cancelable: true, composed: true, clipboardData });
  return paste.clipboardData?.getData("text/plain") === text ? paste : null;
}

/** For a plain `contenteditable`, which takes no paste that a script made. */
function typeLines(document: Document, text: string): void {
  for (const [place, line] of text.split("\n").entries()) {
    if (place) document.execCommand("insertLineBreak");
    if (line) document.execCommand("insertText", false, line);
  }
}
