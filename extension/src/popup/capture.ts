/** Capture: the reviews on her screen, looked over by her, then sent; nothing more than what the preview shows. */

import type { Captured } from "../answers";
import type { Visible } from "../content/asked";
import type { CaptureCard } from "../messages";
import { ask } from "../ui/ask";
import { button, el } from "../ui/el";
import { say, sayStars } from "../ui/say";
import { insteadOf } from "./instead";
import type { Popup } from "./main";
import { visibleIn } from "./tab";

/** Where no script of ours is on the page: why nothing can be sent from it, and what she can do instead. */
export async function capturePart(page: Popup, granted: readonly string[]): Promise<HTMLElement> {
  const part = el("section", {});
  const visible = await visibleIn(page.tab);
  if (visible) offer(part, visible, page);
  const why = visible ? null : insteadOf(page.tab.url, granted);
  if (why) part.replaceChildren(el("h2", {}, say("capture_title")), el("p", {}, why));
  return part;
}

function offer(part: HTMLElement, visible: Visible, page: Popup): void {
  const { cards, found } = visible;
  if (!found) return part.replaceChildren(el("p", {}, say("looks_different")));
  if (!cards.length) return;
  const open = button(say("capture_look", cards.length), () => preview(part, visible, page), page.signal);
  part.replaceChildren(el("h2", {}, say("capture_title")), el("div", { class: "acts" }, open));
}

function preview(part: HTMLElement, visible: Visible, page: Popup): void {
  const { cards, url } = visible;
  const send = button(say("capture_send", cards.length), () => page.run(() => sent(part, visible)), page.signal, { class: "deed" });
  part.replaceChildren(
    el("h2", { tabindex: "-1" }, say("capture_title")),
    el("p", {}, say("capture_what", url)),
    ...cards.map(shown),
    el("div", { class: "acts" }, send, button(say("cancel"), () => offer(part, visible, page), page.signal)),
  );
  part.querySelector("h2")?.focus();
}

/** Every field that is sent. */
function shown({ author, rating, recommends, date_shown, text, reply, ids, permalink }: CaptureCard): HTMLElement {
  const head = [author ?? say("no_name"), sayStars(rating, null, recommends), date_shown].filter(Boolean).join(" · ");
  return el(
    "blockquote",
    {},
    el("b", {}, head),
    `\n${text ?? say("no_words")}`,
    reply ? `\n\n${say("capture_reply")}: ${reply.text}` : "",
    ids.length ? `\n\n${ids.map(([kind, value]) => `${kind}: ${value}`).join(", ")}` : "",
    permalink ? `\n${permalink}` : "",
  );
}

async function sent(part: HTMLElement, { site, url, cards }: Visible): Promise<string> {
  const { results } = await ask<Captured, "capture">("capture", { site, url, cards });
  const count = (what: string): number => results.filter((one) => one.result === what).length;
  part.replaceChildren();
  return say("capture_done", count("new"), count("merged") + count("unchanged"), count("ask"), count("rejected"));
}
