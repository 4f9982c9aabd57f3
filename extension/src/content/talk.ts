/** One card of the page, and what we have to say beside it. */

import type { Matched, Offered, Suggestion } from "../answers";
import type { Adapter } from "../sites/adapter";
import { type PageCard, fingerprint } from "../sites/card";
import type { Told } from "../trouble";
import { ask, troubleOf } from "../ui/ask";
import { filled } from "../ui/pieces";
import { type Reply, replyOf } from "../ui/reply";
import { say, sayTrouble } from "../ui/say";
import { factsOf } from "./facts";
import { type Looked, NOTHING, watchInserted } from "./inserted";
import { misfit } from "./misfits";
import { type Panel, panelIn } from "./panel";
import { watchPresses } from "./posted";
import { shows } from "./shows";
import type { Acts, State } from "./state";
import { isHers } from "./trusted";
import { type Place, type Use, type Used, putIn, takeOut, tell } from "./use";
import { view } from "./views";

const PRESS_HEARD = 30_000; // ms a press waits for its text before she is asked

export class Talk implements Acts, Place {
  readonly card: PageCard;
  readonly #print: string;
  readonly #panel: Panel;
  readonly #ended = new AbortController();
  #drawn = new AbortController();
  #state: State = { is: "asking" };
  #offered: Offered | null = null;
  #place = 0;
  #reply: Reply | null = null;
  #written: Readonly<Record<string, string>> = {};
  #confirmed = { take: false, again: false, consent: false };
  #watched: AbortController | null = null;
  #posting: { readonly id: number; readonly text: string } | null = null;

  constructor(
    readonly adapter: Adapter,
    readonly handle: string,
    element: Element,
    readonly wantsAnswer: (talk: Talk, chosen: number | null) => void,
    signal: AbortSignal,
  ) {
    this.card = adapter.read(element);
    this.#print = fingerprint(this.card);
    this.#panel = panelIn(element, say("card_name", this.card.author ?? say("no_name")));
    signal.addEventListener("abort", () => this.end(), { once: true, signal: this.#ended.signal });
    watchPresses(adapter, element, () => void this.#pressed(), this.#ended.signal);
    this.#draw();
  }

  /** What is asked about this card. */
  facts(chosen: number | null): ReturnType<typeof factsOf> {
    return factsOf(this.card, this.handle, chosen);
  }

  /** The review this card was found to be. */
  get review(): number | null {
    return this.#offered?.review.id ?? null;
  }

  end(): void {
    this.#ended.abort();
    this.#drawn.abort();
    this.#watched?.abort();
    this.#panel.remove();
  }

  /** Whether the page still shows the review we spoke of, in the same place. */
  isSame(): boolean {
    const { element } = this.card;
    return element.isConnected && fingerprint(this.adapter.read(element)) === this.#print;
  }

  /** The page drew over us in its own card: we come back beside the same review. */
  comeBack(): void {
    if (!this.#panel.host.isConnected) this.card.element.append(this.#panel.host);
  }

  box(): ReturnType<Adapter["boxIn"]> {
    return this.adapter.boxIn(this.card.element);
  }

  answered(matched: Matched): void {
    const { match, offered, candidates } = matched;
    if (offered && (match === "exact" || match === "likely")) return this.#offer(offered);
    this.#show(match === "ask" && candidates.length ? { is: "which", candidates } : { is: "unknown" });
  }

  failed(trouble: Told, again = true): void {
    this.#show({ is: "trouble", trouble, again });
  }

  /** A reply of ours waits to be seen here. */
  expects(posting: number, text: string): void {
    this.#posting ??= { id: posting, text };
  }

  /** Looks whether what was inserted is visible now. */
  async lookForReply(): Promise<void> {
    const posting = this.#posting;
    if (!posting || !shows(this.card.element, posting.text)) return;
    await this.#sign("visible");
  }

  insert(press: Event): void {
    if (!this.#isHers(press) || this.#reply?.complain()) return;
    const conflict = this.#conflictBefore();
    if (conflict) return this.#show(conflict);
    void this.#run(() => this.#insert());
  }

  copy(press: Event): void {
    if (!this.#isHers(press) || this.#reply?.complain()) return;
    void this.#run(() => this.#copy());
  }

  another(): void {
    if (!this.#offered) return;
    this.#remember();
    this.#place = (this.#place + 1) % this.#offered.suggestions.length;
    this.#note(null);
  }

  choose(review: number, press: Event): void {
    if (this.#isHers(press)) this.wantsAnswer(this, review);
  }

  goOn(press: Event): void {
    if (!this.#isHers(press) || this.#state.is !== "conflict") return;
    const { why } = this.#state;
    this.#confirmed = {
      take: this.#confirmed.take || why === "held",
      again: this.#confirmed.again || why === "answered",
      consent: this.#confirmed.consent || why === "draft",
    };
    const conflict = this.#conflictBefore();
    if (conflict) return this.#show(conflict);
    void this.#run(() => this.#insert());
  }

  goBack(): void {
    this.#confirmed = { take: false, again: false, consent: false };
    this.#note(null);
  }

  again(): void {
    if (this.#offered) return this.#note(null);
    this.#show({ is: "asking" });
    this.wantsAnswer(this, null);
  }

  told(posted: boolean, press: Event): void {
    if (this.#isHers(press)) void this.#run(() => this.#sign(posted ? "told" : "denied"));
  }

  #isHers(press: Event): boolean {
    return isHers(press, this.#panel.host, this.card.element);
  }

  #offer(offered: Offered): void {
    this.#offered = offered;
    this.#place = 0;
    this.#note(null);
  }

  #note(note: string | null): void {
    if (!this.#offered) return;
    this.#show({ is: "offer", offered: this.#offered, place: this.#place, note });
  }

  get #suggestion(): Suggestion | null {
    return this.#offered?.suggestions[this.#place] ?? null;
  }

  /** An answer that is known already, and somebody who holds the review, are asked about before the service is. */
  #conflictBefore(): State | null {
    if (!this.#offered || !this.#suggestion) return null;
    const { answered, held_by } = this.#offered.review;
    const ours = filled(this.#suggestion, this.#values());
    if ((answered || this.card.replied) && !this.#confirmed.again) {
      return { is: "conflict", why: "answered", who: null, theirs: this.card.reply ?? answered?.text ?? null, ours };
    }
    if (held_by && !this.#confirmed.take) return { is: "conflict", why: "held", who: held_by, theirs: null, ours };
    return null;
  }

  #use(): Use | null {
    if (!this.#offered || !this.#suggestion) return null;
    return { offered: this.#offered, suggestion: this.#suggestion, values: this.#values(), ...this.#confirmed };
  }

  async #insert(): Promise<void> {
    const use = this.#use();
    if (!use) return;
    this.#note(say("inserting"));
    this.#took(await putIn(use, this, this.#ended.signal), use);
  }

  #took(used: Used, use: Use): void {
    if (used.is === "no_box") return this.#note(say("open_box_first"));
    if (used.is === "other_card") return this.#note(say("card_changed"));
    if (used.is === "draft") {
      return this.#show({ is: "conflict", why: "draft", who: null, theirs: used.holds, ours: used.text });
    }
    if (used.is === "failed") {
      misfit(this.adapter, used.outcome);
      return this.#note(say(used.outcome.kind === "refused" ? `refused_${used.outcome.why}` : used.outcome.kind));
    }
    const { posting, text } = used.confirmed;
    this.#posting = { id: posting, text };
    this.#inserted(NOTHING);
    this.#watch(used.box, use);
  }

  #inserted(looked: Looked): void {
    this.#show({ is: "inserted", note: say("inserted"), looked });
  }

  #watch(box: Parameters<typeof watchInserted>[0], use: Use): void {
    this.#watched?.abort();
    this.#watched = new AbortController();
    watchInserted(box, use, (looked) => this.#state.is === "inserted" && this.#inserted(looked), this.#watched.signal);
  }

  async #copy(): Promise<void> {
    const use = this.#use();
    if (!use) return;
    const confirmed = await takeOut(use);
    await navigator.clipboard.writeText(confirmed.text);
    await tell("copied", use, confirmed);
    this.#note(say("copied"));
  }

  async #pressed(): Promise<void> {
    if (!this.#posting) return;
    await this.#run(() => this.#sign("pressed"));
    setTimeout(() => void this.#askWhether(), PRESS_HEARD);
  }

  /** A press without its text to see: only she can say. */
  async #askWhether(): Promise<void> {
    await this.lookForReply();
    if (this.#posting && !this.#ended.signal.aborted) this.#show({ is: "did_you", text: this.#posting.text });
  }

  async #sign(sign: "pressed" | "visible" | "told" | "denied"): Promise<void> {
    const posting = this.#posting;
    if (!posting) return;
    const verdict = await ask<string>("sign", { posting: posting.id, sign });
    if (verdict === "ask") return this.#show({ is: "did_you", text: posting.text });
    if (verdict !== "submitted" && verdict !== "denied") return;
    this.#posting = null;
    this.#watched?.abort();
    if (verdict === "submitted") this.#show({ is: "posted" });
    else this.#note(null);
  }

  /** Runs what may meet trouble; the reply that may be used instead takes the place of one that may not. */
  async #run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#met(troubleOf(error));
    }
  }

  #met(trouble: Told): void {
    const ours = this.#suggestion ? filled(this.#suggestion, this.#values()) : "";
    if (trouble.kind === "answered") {
      const { theirs = null } = trouble;
      return this.#show({ is: "conflict", why: "answered", who: null, theirs: this.card.reply ?? theirs, ours });
    }
    if (trouble.kind === "held") {
      return this.#show({ is: "conflict", why: "held", who: trouble.by ?? null, theirs: null, ours });
    }
    if (trouble.kind === "out_of_bounds") return this.#note(sayTrouble(trouble)); // she mends it where she wrote it
    if (!this.#offered || (trouble.kind !== "recalled" && trouble.kind !== "expired")) return this.failed(trouble);
    this.#withdrawn(this.#offered, trouble);
  }

  #withdrawn(offered: Offered, trouble: Told): void {
    this.#offered = { ...offered, suggestions: trouble.instead ?? [], none_because: say(`trouble_${trouble.kind}`) };
    this.#place = 0;
    this.#written = {};
    this.#note(say(trouble.instead?.length ? `${trouble.kind}_instead` : `trouble_${trouble.kind}`));
  }

  #values(): Readonly<Record<string, string>> {
    const names = new Set(this.#suggestion?.blanks.map((one) => one.name));
    const { ...all } = { ...this.#written, ...this.#reply?.values() };
    return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  }

  #remember(): void {
    this.#written = { ...this.#written, ...this.#reply?.values() };
  }

  #show(state: State): void {
    this.#remember();
    this.#state = state;
    this.#draw();
  }

  #draw(): void {
    if (this.#ended.signal.aborted) return;
    this.#drawn.abort();
    this.#drawn = new AbortController();
    const { signal } = this.#drawn;
    this.#reply = this.#state.is === "offer" && this.#suggestion ? replyOf(this.#suggestion, this.#written, signal) : null;
    this.#panel.draw(view(this.#state, this, this.#reply, signal));
  }
}

