/**
 * Anywhere mode, after an insertion: what there is to say of the box, in a small panel in that half of the window where
 * the box is not. It is there as long as the box holds anything, and never over what she presses beside the box.
 */

import type { Checked, Suggestion } from "../answers";
import type { Box } from "../insert/box";
import { canUndo } from "../insert/insert";
import { isBlank, read } from "../insert/read";
import { button, el } from "../ui/el";
import { say } from "../ui/say";
import { watchChanges } from "./changes";
import { type Looked, watchInserted } from "./inserted";
import { type Panel, panelIn } from "./panel";
import { isHers } from "./trusted";
import { lookedParts } from "./views";

const PLACE = "position:fixed;right:12px;width:min(22rem,90vw);max-height:45vh;overflow:auto;z-index:2147483000";

/** What the panel asks for. `undo` answers what is to be said where the reply could not be taken out. */
export interface Besides {
  check(text: string): Promise<Checked | null>;
  undo(): Promise<string | null>;
}

/** Shows the panel until `ended`, which it aborts itself where there is nothing left to watch. */
export function besideBox(box: Box, suggestion: Suggestion, asks: Besides, ended: AbortController): void {
  const home = document.documentElement; // a body may be what is written in
  if (home.isContentEditable) return;
  const { signal } = ended;
  const panel = panelIn(home, say("name"));
  panel.host.style.cssText = `${PLACE};${isLow(box) ? "top" : "bottom"}:12px`;
  const status = el("p", { role: "status", "data-key": "live", tabindex: "-1" }, say("watched"));
  const looked = el("div", { role: "status" });
  const undo = undoButton(panel, home, asks, status, signal);
  panel.draw(el("div", {}, status, looked, el("div", { class: "acts" }, undo, button(say("close"), () => ended.abort(), signal))));
  signal.addEventListener("abort", () => panel.remove(), { once: true });
  const found = ({ notes, findings }: Looked): void => {
    if (!canUndo(box)) undo.remove();
    looked.replaceChildren(...lookedParts({ notes, findings }));
  };
  watchInserted(box, suggestion, asks.check, found, signal);
  watchChanges(document, () => isOver(box) && ended.abort(), signal);
}

function undoButton(panel: Panel, home: Element, asks: Besides, status: HTMLElement, signal: AbortSignal): HTMLButtonElement {
  const press = async (event: Event): Promise<void> => {
    if (!isHers(event, panel.host, home)) return;
    const words = await asks.undo();
    if (words === null) return;
    status.textContent = words;
    made.remove();
  };
  const made = button(say("undo"), (event) => void press(event), signal, { "data-key": "undo" });
  return made;
}

/** She posted, or went elsewhere: the box is gone, or empty again. */
function isOver(box: Box): boolean {
  return !box.isConnected || !box.checkVisibility() || isBlank(read(box));
}

function isLow(box: Box): boolean {
  const { top, bottom } = box.getBoundingClientRect();
  return (top + bottom) / 2 > innerHeight / 2;
}
