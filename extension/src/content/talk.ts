/** One card of the page, and what we have to say beside it. */

import type { Matched } from "../answers";
import type { Box } from "../insert/box";
import { canUndo, undo } from "../insert/insert";
import type { Adapter } from "../sites/adapter";
import { type PageCard, fingerprint } from "../sites/card";
import type { Told } from "../trouble";
import { troubleOf } from "../ui/ask";
import { say, sayInstead, sayTrouble } from "../ui/say";
import { type Use, confirm, tell } from "../use/confirm";
import { type Doubt, NOTHING_GIVEN, alsoGiven, doubtBefore, doubtOf, draftDoubt } from "../use/doubts";
import { undoneBy } from "../use/undo";
import { factsOf } from "./facts";
import { type Looked, NOTHING, checkOf, watchInserted } from "./inserted";
import { misfit, report } from "./misfits";
import { Offering } from "./offering";
import { Opened } from "./opened";
import { type Panel, panelIn } from "./panel";
import { watchPresses } from "./posted";
import { type Expected, Proof, type Verdict } from "./proof";
import { type Came, type Place, putIn } from "./put_in";
import type { Acts, State } from "./state";
import { isHers } from "./trusted";
import { view } from "./views";

type Wish = "insert" | "copy";

export class Talk implements Acts, Place {
  readonly proof: Proof;
  readonly #print: string;
  readonly #opened: Opened;
  readonly #panel: Panel;
  readonly #ended = new AbortController();
  #drawn = new AbortController();
  #state: State = { is: "asking" };
  #offering: Offering | null = null;
  #given = NOTHING_GIVEN;
  #wish: Wish = "insert";
  #busy = false;
  #watched: AbortController | null = null;
  #filled: Box | null = null;

  constructor(
    readonly adapter: Adapter,
    readonly handle: string,
    readonly card: PageCard,
    readonly wantsAnswer: (talk: Talk, chosen: number | null) => void,
    signal: AbortSignal,
  ) {
    const { element } = card;
    this.#print = fingerprint(card);
    this.#opened = new Opened(adapter, element, this.#ended.signal);
    this.#panel = panelIn(element, say("card_name", card.author ?? say("no_name")));
    this.proof = new Proof(element, (verdict, expected) => this.#judged(verdict, expected), this.#ended.signal);
    signal.addEventListener("abort", () => this.end(), { once: true, signal: this.#ended.signal });
    watchPresses(adapter, element, () => void this.#try(() => this.proof.press()), this.#ended.signal);
    this.#draw();
  }

  /** What is asked about this card. */
  facts(chosen: number | null): ReturnType<typeof factsOf> {
    return factsOf(this.card, this.handle, chosen);
  }

  /** The review this card was found to be. */
  get review(): number | null {
    return this.#offering?.offered.review.id ?? null;
  }

  end(): void {
    this.#ended.abort();
    this.#drawn.abort();
    this.#watched?.abort();
    this.#panel.remove();
  }

  /** Whether the page still shows the review we spoke of, in the same place. */
  isSame(): boolean {
    return this.card.element.isConnected && fingerprint(this.#seen()) === this.#print;
  }

  /** The page drew over us in its own card: we come back beside the same review. */
  comeBack(): void {
    if (!this.#panel.host.isConnected) this.card.element.append(this.#panel.host);
  }

  box(): ReturnType<Adapter["boxIn"]> {
    return this.adapter.boxIn(this.card.element);
  }

  answered({ match, offered, candidates }: Matched): void {
    if (!offered || (match !== "exact" && match !== "likely")) {
      return this.#show(match === "ask" && candidates.length ? { is: "which", candidates } : { is: "unknown" });
    }
    this.#offering = new Offering(offered);
    this.#note(null);
  }

  failed(trouble: Told): void {
    this.#show({ is: "trouble", trouble, again: true });
  }

  insert(press: Event): void {
    this.#begin("insert", press);
  }

  copy(press: Event): void {
    this.#begin("copy", press);
  }

  another(): void {
    this.#offering?.another();
    this.#note(null);
  }

  choose(review: number, press: Event): void {
    if (this.#isHers(press)) this.wantsAnswer(this, review);
  }

  goOn(press: Event): void {
    if (!this.#isHers(press) || this.#state.is !== "conflict") return;
    this.#given = alsoGiven(this.#given, this.#state);
    this.#do();
  }

  goBack(): void {
    this.#given = NOTHING_GIVEN;
    this.#note(null);
  }

  undo(press: Event): void {
    if (!this.#isHers(press) || this.#state.is !== "inserted" || this.#busy) return;
    this.#busy = true;
    void this.#try(() => this.#undo()).finally(() => (this.#busy = false));
  }

  again(): void {
    if (this.#offering) return this.#note(null);
    this.#show({ is: "asking" });
    this.wantsAnswer(this, null);
  }

  told(posted: boolean, press: Event): void {
    if (this.#isHers(press)) void this.#try(() => this.proof.sign(posted ? "told" : "denied"));
  }

  #begin(wish: Wish, press: Event): void {
    if (!this.#isHers(press) || this.#offering?.complain()) return;
    this.#wish = wish;
    this.#do();
  }

  /** Does what she wished, once at a time, and asks first where there is a doubt. */
  #do(): void {
    const use = this.#offering?.use(this.#given);
    if (!use || this.#busy) return;
    const doubt = doubtBefore(use.offered.review, this.#seen(), this.#given);
    if (doubt) return this.#doubt(doubt);
    this.#busy = true;
    void this.#try(() => (this.#wish === "insert" ? this.#insert(use) : this.#copy(use))).finally(() => (this.#busy = false));
  }

  async #insert(use: Use): Promise<void> {
    this.#note(say("inserting"));
    this.#took(await putIn(use, this, this.#ended.signal), use);
  }

  async #undo(): Promise<void> {
    if (!this.#filled) return;
    const came = undoneBy(await undo(this.#filled, { signal: this.#ended.signal }));
    if (came !== "undone") return this.#inserted(NOTHING, say(came));
    this.#given = NOTHING_GIVEN; // a draft that stands there again is asked about again
    await this.proof.sign("denied");
    this.#note(say("undone"));
  }

  async #copy(use: Use): Promise<void> {
    const confirmed = await confirm(use);
    await navigator.clipboard.writeText(confirmed.text);
    await tell("copied", use, confirmed);
    this.#note(say("copied"));
  }

  #took(came: Came, use: Use): void {
    if (came.is === "no_box") return this.#withoutBox();
    if (came.is === "other_card") return this.#note(say("card_changed"));
    if (came.is === "draft") return this.#doubt(draftDoubt(came.holds), came.text);
    if (came.is === "failed") {
      misfit(this.adapter, came.outcome);
      return this.#note(say(came.outcome.kind === "refused" ? `refused_${came.outcome.why}` : came.outcome.kind));
    }
    const { posting, text } = came.confirmed;
    this.proof.expect({ posting, text }, true);
    this.#filled = came.box;
    this.#inserted(NOTHING);
    this.#watch(came.box, use);
  }

  /** Not opened yet, or opened and none that we know. */
  #withoutBox(): void {
    if (!this.#opened.isMissed()) return this.#note(say("open_box_first"));
    report(this.adapter, "no_box", {});
    this.#note(say("looks_different"));
  }

  #watch(box: Box, use: Use): void {
    this.#watched?.abort();
    this.#watched = new AbortController();
    const found = (looked: Looked): void => void (this.#state.is === "inserted" && this.#inserted(looked));
    watchInserted(box, use.suggestion, checkOf(use), found, this.#watched.signal);
  }

  #judged(verdict: Verdict, { text }: Expected): void {
    if (verdict === "waiting") return;
    if (verdict === "ask") return this.#show({ is: "did_you", text });
    this.#watched?.abort();
    if (verdict === "submitted") this.#show({ is: "posted" });
    else this.#note(null);
  }

  /** Runs what may meet trouble. */
  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#met(troubleOf(error));
    }
  }

  #met(trouble: Told): void {
    const doubt = doubtOf(trouble, this.#seen().reply);
    if (doubt) return this.#doubt(doubt);
    if (trouble.kind === "out_of_bounds") return this.#note(sayTrouble(trouble)); // she mends it where she wrote it
    if (!this.#offering || (trouble.kind !== "recalled" && trouble.kind !== "expired")) return this.failed(trouble);
    const { kind, instead = [] } = trouble;
    this.#offering.instead(instead, say(`trouble_${kind}`));
    this.#note(instead.length ? sayInstead(trouble) : sayTrouble(trouble));
  }

  #isHers(press: Event): boolean {
    return isHers(press, this.#panel.host, this.card.element);
  }

  /** The card as it stands now. */
  #seen(): PageCard {
    return this.adapter.read(this.card.element);
  }

  #doubt(doubt: Doubt, ours = this.#offering?.ours() ?? ""): void {
    this.#show({ is: "conflict", ...doubt, ours });
  }

  #inserted(looked: Looked, note = say("inserted")): void {
    const undo = this.#filled !== null && canUndo(this.#filled);
    this.#show({ is: "inserted", note, looked, undo });
  }

  #note(note: string | null): void {
    const offering = this.#offering;
    if (offering) this.#show({ is: "offer", offered: offering.offered, place: offering.place, note });
  }

  #show(state: State): void {
    this.#state = state;
    this.#draw();
  }

  #draw(): void {
    if (this.#ended.signal.aborted) return;
    this.#drawn.abort();
    this.#drawn = new AbortController();
    const { signal } = this.#drawn;
    const form = this.#state.is === "offer" ? (this.#offering?.form(signal) ?? null) : null;
    this.#panel.draw(view(this.#state, this, form, signal));
  }
}
