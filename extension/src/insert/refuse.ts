/** Why a box may not be touched. All of it is asked again just before the first change. */

import { type Box, isField } from "./box";
import { isComposing } from "./composing";
import type { Refusal } from "./outcome";

const LEAST = 8; // CSS px on either side: smaller is a field for scripts, not for people

/** The first reason not to put `text` there; null where there is none. */
export function refusal(box: Box, text: string): Refusal | null {
  if (!box.isConnected) return "gone";
  if (isReadOnly(box)) return "readonly";
  if (!isVisible(box)) return "invisible";
  if (isComposing()) return "composing";
  if (box.localName === "input" && text.includes("\n")) return "single_line";
  if (isTooLong(box, text)) return "too_long";
  return null;
}

function isReadOnly(box: Box): boolean {
  if (box.getAttribute("aria-readonly") === "true" || box.getAttribute("aria-disabled") === "true") return true;
  if (box.closest("[inert]")) return true;
  return isField(box) ? box.readOnly || box.matches(":disabled") : !box.isContentEditable;
}

/** A box is no more visible than the frames it stands in, as far up as we may look. */
function isVisible(box: Box): boolean {
  let shown: Element | null = box;
  while (shown && isShown(shown)) shown = shown.ownerDocument.defaultView?.frameElement ?? null;
  return shown === null;
}

function isShown(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  if (width < LEAST || height < LEAST) return false;
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

/** The browser counts `maxLength` in UTF-16 units, and execCommand would cut the reply there in silence. */
function isTooLong(box: Box, text: string): boolean {
  return isField(box) && box.maxLength >= 0 && text.length > box.maxLength;
}
