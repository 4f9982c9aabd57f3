/** The reply to one review, in the popup: who wrote, the reply with its blanks, into the box or to the clipboard. */

import type { Confirmed, Offered, Suggestion } from "../answers";
import { nameOf } from "../content/views";
import type { Outcome } from "../insert/outcome";
import type { Told } from "../trouble";
import { ask, troubleOf } from "../ui/ask";
import { button, el } from "../ui/el";
import { filled } from "../ui/pieces";
import { type Reply, replyOf } from "../ui/reply";
import { say, sayTrouble } from "../ui/say";
import type { Popup } from "./main";
import { cursorIn, insertInto } from "./tab";

/** What she confirmed, with both texts before her. */
interface Consent {
  readonly take: boolean;
  readonly again: boolean;
  readonly draft: boolean;
}

type Doubt = keyof Consent;

const ASKED_FIRST: Consent = { take: false, again: false, draft: false };
const DOUBT_NAMES = { take: "held", again: "answered", draft: "draft" } as const;

export function replyPart(offered: Offered, page: Popup, back: () => void): HTMLElement {
  const part = el("section", {});
  draw(part, offered, 0, {}, page, back);
  return part;
}

function draw(
  part: HTMLElement,
  offered: Offered,
  place: number,
  written: Readonly<Record<string, string>>,
  page: Popup,
  back: () => void,
): void {
  const suggestion = offered.suggestions[place];
  const head = [el("h2", { tabindex: "-1" }, nameOf(offered.review))];
  const toList = button(say("back_to_list"), back, page.signal);
  if (!suggestion) {
    return part.replaceChildren(...head, el("p", {}, offered.none_because ?? say("card_none")), el("div", { class: "acts" }, toList));
  }
  const reply = replyOf(suggestion, written, page.signal);
  const spot = el("div", {});
  const use = new Use(offered, suggestion, reply, spot, page, (next) => draw(part, { ...offered, suggestions: next }, 0, {}, page, back));
  const { length } = offered.suggestions;
  const another = (): void => draw(part, offered, (place + 1) % length, { ...written, ...reply.values() }, page, back);
  part.replaceChildren(
    ...head,
    reply.element,
    el("details", {}, el("summary", {}, say("why")), el("ul", {}, ...suggestion.reasons.map((one) => el("li", {}, one)))),
    el(
      "div",
      { class: "acts" },
      button(say("insert"), () => use.insert(ASKED_FIRST), page.signal, { class: "deed" }),
      button(say("copy"), () => use.copy(ASKED_FIRST), page.signal),
      length > 1 ? button(say("another", place + 1, length), another, page.signal) : null,
      toList,
    ),
    spot,
  );
}

/** One use of a reply from the popup. */
class Use {
  constructor(
    readonly offered: Offered,
    readonly suggestion: Suggestion,
    readonly reply: Reply,
    readonly spot: HTMLElement,
    readonly page: Popup,
    readonly instead: (suggestions: readonly Suggestion[]) => void,
  ) {}

  insert(consent: Consent): void {
    if (this.reply.complain() || this.#isDoubted(consent, (more) => this.insert(more))) return;
    this.page.run(async () => {
      const cursor = await cursorIn(this.page.tab);
      if (!cursor) return say("no_cursor");
      const confirmed = await this.#confirm(consent, (more) => this.insert(more));
      if (!confirmed) return null;
      return await this.#came(await insertInto(this.page.tab, cursor, confirmed.text, consent.draft), confirmed, consent);
    });
  }

  copy(consent: Consent): void {
    if (this.reply.complain() || this.#isDoubted(consent, (more) => this.copy(more))) return;
    this.page.run(async () => {
      const confirmed = await this.#confirm(consent, (more) => this.copy(more));
      if (!confirmed) return null;
      await navigator.clipboard.writeText(confirmed.text);
      await this.#tell("copied", confirmed);
      return say("copied");
    });
  }

  async #came(outcome: Outcome, confirmed: Confirmed, consent: Consent): Promise<string | null> {
    if (outcome.kind === "needs_consent") {
      this.#doubt("draft", null, outcome.holds, consent, (more) => this.insert(more));
      return null;
    }
    if (outcome.kind === "refused") return say(`refused_${outcome.why}`);
    if (outcome.kind !== "done" && outcome.kind !== "already") return say(outcome.kind);
    await this.#tell("inserted", confirmed);
    return say("inserted");
  }

  async #tell(kind: "inserted" | "copied", { posting, text }: Confirmed): Promise<void> {
    await ask("event", { kind, review: this.offered.review.id, posting, text });
  }

  /** Null where the service has a doubt that she must settle first, or another reply instead. */
  async #confirm({ take, again, draft }: Consent, go: (consent: Consent) => void): Promise<Confirmed | null> {
    const { sha256, item, variant } = this.suggestion;
    const values = this.reply.values();
    try {
      return await ask<Confirmed, "confirm">("confirm", { review: this.offered.review.id, sha256, item, variant, values, take, again });
    } catch (error) {
      return this.#refused(troubleOf(error), { take, again, draft }, go, error);
    }
  }

  #refused(trouble: Told, consent: Consent, go: (consent: Consent) => void, error: unknown): null {
    const { by = null, theirs = null, instead = [] } = trouble;
    if (trouble.kind === "answered") return this.#doubt("again", null, theirs, consent, go);
    if (trouble.kind === "held") return this.#doubt("take", by, null, consent, go);
    if (trouble.kind !== "recalled" && trouble.kind !== "expired") throw error;
    this.page.say(instead.length ? say(`${trouble.kind}_instead`) : sayTrouble(trouble));
    this.instead(instead);
    return null;
  }

  /** What is known already is asked before the service is. */
  #isDoubted(consent: Consent, go: (consent: Consent) => void): boolean {
    const { answered, held_by } = this.offered.review;
    if (answered && !consent.again) return this.#doubt("again", null, answered.text, consent, go) === null;
    return held_by !== null && !consent.take && this.#doubt("take", held_by, null, consent, go) === null;
  }

  #doubt(doubt: Doubt, who: string | null, theirs: string | null, consent: Consent, go: (consent: Consent) => void): null {
    const why = DOUBT_NAMES[doubt];
    const over = (): void => this.spot.replaceChildren();
    const on = (): void => (over(), go({ ...consent, [doubt]: true }));
    const title = el("h2", { tabindex: "-1" }, say(`conflict_${why}`, who ?? ""));
    this.spot.replaceChildren(
      title,
      el(
        "div",
        { class: "both" },
        el("div", {}, el("b", {}, say(`conflict_${why}_theirs`)), el("blockquote", {}, theirs ?? say("not_seen"))),
        el("div", {}, el("b", {}, say("conflict_ours")), el("blockquote", {}, filled(this.suggestion, this.reply.values()))),
      ),
      el(
        "div",
        { class: "acts" },
        button(say("keep_theirs"), over, this.page.signal),
        button(say(`conflict_${why}_go`, who ?? ""), on, this.page.signal),
      ),
    );
    title.focus();
    return null;
  }
}
