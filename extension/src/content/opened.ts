/**
 * Whether she opened the site's reply box in a card, and none is there: then the page is not the one we know.
 *
 * Only watched, as in `posted`. A box in a frame of its own has a card of ours there, and is no miss here.
 */

import type { Adapter } from "../sites/adapter";
import { openDocuments } from "../sites/documents";
import { labelOf } from "../sites/words";
import { controlOf } from "./posted";

/** What opens a reply is called. */
const OPENS = /^(reply|respond|answer|comment|write a (reply|response|comment)|responder|contestar|comentar|escribir una respuesta|antworten|kommentieren|répondre|commenter)\b/i;
const DRAWN = 1_000; // ms until a page has shown the box that was asked for

export class Opened {
  #pressed = Number.POSITIVE_INFINITY; // when she pressed it, by the page's clock

  constructor(
    readonly adapter: Adapter,
    readonly card: Element,
    signal: AbortSignal,
  ) {
    const options = { capture: true, signal };
    card.ownerDocument.addEventListener("click", (event) => this.#hear(event), options);
  }

  /** She opened it here, some time ago, and no box of it is anywhere we may look. */
  isMissed(): boolean {
    const waited = performance.now() - this.#pressed;
    return waited >= DRAWN && this.adapter.boxIn(this.card) === null && !this.#isFramed();
  }

  #hear(event: Event): void {
    if (!event.isTrusted) return;
    const control = controlOf(event);
    if (!control || !this.card.contains(control)) return;
    const words = control.getAttribute("aria-label") ?? labelOf(control);
    if (OPENS.test(words.trim())) this.#pressed = Math.min(this.#pressed, performance.now());
  }

  #isFramed(): boolean {
    const isReply = ({ src }: HTMLIFrameElement): boolean =>
      URL.canParse(src) && this.adapter.surfaceOf(new URL(src)) === "reply";
    return [...openDocuments(this.card.ownerDocument)].some((page) => [...page.querySelectorAll("iframe")].some(isReply));
  }
}
