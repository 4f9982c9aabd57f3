/** Anywhere mode: her open reviews, the reply for the one she chooses, and into whatever box her cursor is in. */

import type { Me, Offered, Suggested } from "../answers";
import { ask, troubleOf } from "../ui/ask";
import { button, el } from "../ui/el";
import { nameOf } from "../ui/review";
import { say, sayTrouble, sayWhen } from "../ui/say";
import type { Popup } from "./main";
import { replyPart } from "./reply";

export async function anywherePart(me: Me, page: Popup): Promise<HTMLElement> {
  const part = el("section", {});
  await list(part, page.tab.url, me, page);
  return part;
}

/** The reviews of the site the tab shows; of all sites where `url` is "". */
async function list(part: HTMLElement, url: string, me: Me, page: Popup): Promise<void> {
  try {
    const { site, open } = await ask<Suggested, "open">("open", { site: null, url });
    const label = me.sites.find((one) => one.site === site)?.label ?? null;
    const rows = open.map((one) => button(rowOf(one), () => choose(part, one, me, page), page.signal, { class: "row" }));
    const all = site === null ? null : button(say("all_sites"), () => void list(part, "", me, page), page.signal);
    part.replaceChildren(
      el("h2", {}, label ? say("open_reviews_of", label) : say("open_reviews")),
      ...(rows.length ? rows : [el("p", {}, say("no_open_reviews"))]),
      el("div", { class: "acts" }, all),
    );
  } catch (error) {
    part.replaceChildren(el("p", { role: "status" }, sayTrouble(troubleOf(error))));
  }
}

function rowOf({ review }: Offered): string {
  return [nameOf(review), review.due_at ? say("due", sayWhen(review.due_at, Date.now())) : null].filter(Boolean).join(" · ");
}

function choose(part: HTMLElement, offered: Offered, me: Me, page: Popup): void {
  const back = (): void => void list(part, page.tab.url, me, page);
  part.replaceChildren(replyPart(offered, page, back));
  part.querySelector<HTMLElement>("h2")?.focus();
}
