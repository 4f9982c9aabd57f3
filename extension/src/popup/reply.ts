/** The reply to one review, in the popup: who wrote, the reply with its blanks, into the box or to the clipboard. */

import type { Offered, Suggestion } from "../answers";
import { doubtPart } from "../ui/doubt";
import { button, el } from "../ui/el";
import { filled } from "../ui/pieces";
import { type Reply, replyOf } from "../ui/reply";
import { nameOf } from "../ui/review";
import { say } from "../ui/say";
import { type Doubt, type Given, NOTHING_GIVEN, alsoGiven } from "../use/doubts";
import type { Popup } from "./main";
import { type Came, type Wish, useReply } from "./use";

type Written = Readonly<Record<string, string>>;

/** The part of the popup for one review; `back` leads to the list. */
export function replyPart(offered: Offered, page: Popup, back: () => void): HTMLElement {
  return new ReplyPart(offered, page, back).element;
}

class ReplyPart {
  readonly element = el("section", {});
  readonly #spot = el("div", {}); // where a doubt is spelled out
  #suggestions: readonly Suggestion[];
  #place = 0;
  #written: Written = {};
  #reply: Reply | null = null;

  constructor(
    readonly offered: Offered,
    readonly page: Popup,
    readonly back: () => void,
  ) {
    this.#suggestions = offered.suggestions;
    this.#draw();
  }

  #draw(): void {
    const suggestion = this.#suggestions[this.#place];
    const head = el("h2", { tabindex: "-1" }, nameOf(this.offered.review));
    this.#reply = suggestion ? replyOf(suggestion, this.#written, this.page.signal) : null;
    this.#spot.replaceChildren();
    this.element.replaceChildren(head, ...(suggestion ? this.#offer(suggestion) : this.#nothing()));
  }

  #nothing(): readonly HTMLElement[] {
    return [el("p", {}, this.offered.none_because ?? say("card_none")), el("div", { class: "acts" }, this.#toList())];
  }

  #offer(suggestion: Suggestion): readonly HTMLElement[] {
    const { signal } = this.page;
    const { length } = this.#suggestions;
    const go = (wish: Wish) => (): void => this.#go(wish, suggestion, NOTHING_GIVEN);
    return [
      this.#reply?.element ?? el("p", {}),
      el("details", {}, el("summary", {}, say("why")), el("ul", {}, ...suggestion.reasons.map((one) => el("li", {}, one)))),
      el(
        "div",
        { class: "acts" },
        button(say("insert"), go("insert"), signal, { class: "deed" }),
        button(say("copy"), go("copy"), signal),
        length > 1 ? button(say("another", this.#place + 1, length), () => this.#another(), signal) : null,
        this.#toList(),
      ),
      this.#spot,
    ];
  }

  #toList(): HTMLElement {
    return button(say("back_to_list"), this.back, this.page.signal);
  }

  #another(): void {
    this.#written = { ...this.#written, ...this.#reply?.values() };
    this.#place = (this.#place + 1) % this.#suggestions.length;
    this.#draw();
  }

  #go(wish: Wish, suggestion: Suggestion, given: Given): void {
    if (!this.#reply || this.#reply.complain()) return;
    this.#spot.replaceChildren();
    const use = { offered: this.offered, suggestion, values: this.#reply.values(), given };
    this.page.run(async () => this.#came(await useReply(wish, use, this.page.tab), wish, suggestion, given));
  }

  #came(came: Came, wish: Wish, suggestion: Suggestion, given: Given): string | null {
    if (came.is === "said") return came.words;
    if (came.is === "in") return this.#inserted(came.undo, came.words);
    if (came.is === "instead") return this.#instead(came.suggestions, came.words);
    this.#ask(came.doubt, suggestion, () => this.#go(wish, suggestion, alsoGiven(given, came.doubt)));
    return null;
  }

  /** The next best takes the place of a reply that may not be used any more. */
  #instead(suggestions: readonly Suggestion[], words: string): string {
    this.#suggestions = suggestions;
    this.#place = 0;
    this.#written = {};
    this.#draw();
    return words;
  }

  #inserted(undo: () => Promise<string>, words: string): string {
    const go = (): void => this.page.run(() => (this.#spot.replaceChildren(), undo()));
    this.#spot.replaceChildren(el("div", { class: "acts" }, button(say("undo"), go, this.page.signal)));
    return words;
  }

  #ask(doubt: Doubt, suggestion: Suggestion, go: () => void): void {
    const over = (): void => this.#spot.replaceChildren();
    const ours = filled(suggestion, this.#reply?.values() ?? {});
    const part = doubtPart(doubt, ours, over, () => (over(), go()), this.page.signal);
    this.#spot.replaceChildren(part);
    part.querySelector("h2")?.focus();
  }
}
