/**
 * Noticing that she posted: her own trusted press on a control that submits, and the text visible in the card.
 *
 * We only watch. Nothing here presses, and a press that a script made is not one.
 */

import type { Adapter } from "../sites/adapter";
import { labelOf } from "../sites/words";

/** What submits a reply is called, in the languages of our locales and of the sites' neighbours. */
const POSTS = /^(post|post reply|reply|submit|send|publish|save|comment|publicar|responder|enviar|comentar|guardar|antworten|posten|senden|veröffentlichen|publier|répondre|envoyer)\b/i;
const CONTROL = 'button, [role="button"], input[type="submit"]';

/** Calls `pressed` for each press of hers that may have posted what stands in `card`. */
export function watchPresses(adapter: Adapter, card: Element, pressed: () => void, signal: AbortSignal): void {
  const hear = (event: Event): void => {
    if (!event.isTrusted) return;
    const control = controlOf(event);
    if (control && card.contains(control) && isSubmitLike(adapter, control)) pressed();
  };
  // While the event goes down: a page may stop it, or take the button away, on its way up.
  document.addEventListener("click", hear, { capture: true, signal });
}

export function isSubmitLike(adapter: Adapter, control: Element): boolean {
  if (adapter.isSubmit(control)) return true;
  const { type, value } = control as HTMLInputElement;
  const words = control.getAttribute("aria-label") ?? (labelOf(control) || (type === "submit" ? value : ""));
  return POSTS.test(words.trim());
}

/** The button that was pressed; null for none. */
export function controlOf(event: Event): Element | null {
  const [target] = event.composedPath();
  return target instanceof Element ? target.closest(CONTROL) : null;
}
