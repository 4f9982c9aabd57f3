/** What our own popup and background ask of a page's script. A page, and another extension, are not heard. */

import type { api as browser } from "../browser";
import type { CaptureCard } from "../messages";
import type { Page } from "./page";

/** The reviews that are visible, for her to look over before she sends them. */
export interface Visible {
  readonly site: string;
  readonly url: string;
  readonly cards: readonly CaptureCard[];
  readonly found: number; // cards on the page, seen or not
}

export function answerOurPages(page: Page, api: typeof browser, ended: AbortController): void {
  const hear = (asked: unknown, sender: chrome.runtime.MessageSender, answer: (said: unknown) => void): boolean => {
    if (!isOurs(sender, api)) return false;
    const what = (asked as { readonly ask?: unknown }).ask;
    if (what === "revoked") ended.abort();
    if (what !== "visible" || !page.isList()) return false;
    answer(page.visible());
    return false;
  };
  api.runtime.onMessage.addListener(hear);
  ended.signal.addEventListener("abort", () => api.runtime?.onMessage?.removeListener(hear), { once: true });
}

/** The background has no page, so Firefox gives it its own address and Chromium none, or the worker's. */
function isOurs({ id, url, tab }: chrome.runtime.MessageSender, api: typeof browser): boolean {
  return id === api.runtime.id && (url === undefined ? !tab : url.startsWith(api.runtime.getURL("")));
}
