/** The page as a whole: which cards are there, which are near, one question to the service for all that came near. */

import type { Matched, Suggested } from "../answers";
import type { Adapter } from "../sites/adapter";
import { lackOf } from "../sites/card";
import type { Told } from "../trouble";
import { ask, troubleOf } from "../ui/ask";
import type { Visible } from "./asked";
import { watchChanges } from "./changes";
import { inChunks } from "./chunks";
import { captureOf } from "./facts";
import { report } from "./misfits";
import { type Near, nearBy } from "./near";
import { notice } from "./notice";
import { Talk } from "./talk";

const AT_ONCE = 50;
const SETTLED = 5_000; // ms until a page that shows no card is taken at its word
const OVER = new Set(["not_paired", "revoked", "unauthorized", "not_granted", "scope"]);

interface Awaited {
  readonly posting: number;
  readonly review: number;
  readonly text: string;
}

/** What the background adds to the service's answer. */
interface Besides {
  readonly awaiting: readonly Awaited[];
  readonly auto: boolean; // she turned on that what she sees here is sent
}

export class Page {
  readonly #signal: AbortSignal;
  readonly #near: Near;
  readonly #talks = new Map<Element, Talk>();
  readonly #told = new Set<string>();
  #seen = new WeakSet<Element>();
  #count = 0;
  #notBefore = 0;
  #address = location.href;

  constructor(
    readonly adapter: Adapter,
    readonly ended: AbortController,
  ) {
    this.#signal = ended.signal;
    this.#near = nearBy((cards) => void this.#came(cards), this.#signal);
  }

  start(): void {
    watchChanges(document, (where) => void this.#changed(where), this.#signal);
    this.scan();
    setTimeout(() => this.#settled(), SETTLED);
  }

  isList(): boolean {
    return this.adapter.surfaceOf(new URL(location.href)) === "list";
  }

  /** Looks for cards that were not there before. Cheap: what they say is read when they come near. */
  scan(): void {
    if (location.href !== this.#address) this.#moved();
    for (const [element, talk] of this.#talks) if (!element.isConnected) this.#forget(element, talk);
    for (const card of this.#cards()) {
      if (this.#seen.has(card)) continue;
      this.#seen.add(card);
      this.#near.watch(card);
    }
  }

  /** What a capture would send: the cards that are on the screen now, and nothing else. */
  visible(): Visible {
    const cards = this.#cards();
    const shown = cards.filter(isOnScreen).slice(0, AT_ONCE);
    return {
      site: this.adapter.site,
      url: pageAddress(),
      cards: shown.map((card, place) => captureOf(this.adapter.read(card), `v${place}`)),
      found: cards.length,
    };
  }

  #cards(): Element[] {
    const url = new URL(location.href);
    return this.adapter.surfaceOf(url) ? this.adapter.cards(document, url) : [];
  }

  /** A site of one page that went to another address: what was there is over. */
  #moved(): void {
    this.#address = location.href;
    for (const [element, talk] of this.#talks) this.#forget(element, talk);
    this.#seen = new WeakSet();
    setTimeout(() => this.#settled(), SETTLED);
  }

  #forget(element: Element, talk: Talk): void {
    talk.end();
    this.#talks.delete(element);
    this.#seen.delete(element);
  }

  async #came(cards: readonly Element[]): Promise<void> {
    const fresh: Talk[] = [];
    await inChunks(cards, (card) => this.#begin(card, fresh), this.#signal);
    for (let at = 0; at < fresh.length; at += AT_ONCE) await this.#ask(fresh.slice(at, at + AT_ONCE));
  }

  #begin(card: Element, fresh: Talk[]): void {
    if (this.#talks.has(card) || !card.isConnected) return;
    const read = this.adapter.read(card);
    const lack = lackOf(read);
    if (lack && this.isList()) return this.#tell(lack, { cards: this.#cards().length });
    const talk = new Talk(this.adapter, `c${++this.#count}`, read, (one, chosen) => void this.#ask([one], chosen), this.#signal);
    this.#talks.set(card, talk);
    fresh.push(talk);
  }

  /** One question for all of them. */
  async #ask(talks: readonly Talk[], chosen: number | null = null): Promise<void> {
    try {
      const said = await this.#suggest(talks, chosen);
      const byCard = new Map(said.cards.map((one) => [one.card, one]));
      await inChunks(talks, (talk) => answer(talk, byCard.get(talk.handle)), this.#signal);
      await this.#expect(said.awaiting);
      if (said.auto && chosen === null) this.#capture(talks);
    } catch (error) {
      this.#failed(talks, troubleOf(error));
    }
  }

  async #suggest(talks: readonly Talk[], chosen: number | null): Promise<Suggested & Besides> {
    const wait = this.#notBefore - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    return await ask("scan", { site: this.adapter.site, url: pageAddress(), cards: talks.map((one) => one.facts(chosen)) });
  }

  /** Sent because she turned it on for this site. Nobody waits for it; what fails comes again with the next look. */
  #capture(talks: readonly Talk[]): void {
    const cards = talks.map((one) => captureOf(one.card, one.handle));
    void ask("autocapture", { site: this.adapter.site, url: pageAddress(), cards }).catch(() => undefined);
  }

  #failed(talks: readonly Talk[], trouble: Told): void {
    if (OVER.has(trouble.kind)) return this.ended.abort(); // nothing of ours has any business here now
    if (trouble.kind === "slow_down") this.#notBefore = Date.now() + (trouble.retry_after ?? 60) * 1_000;
    for (const talk of talks) talk.failed(trouble);
  }

  /** The page changed at these places: new cards, cards of other reviews now, replies that became visible. */
  async #changed(where: readonly Node[]): Promise<void> {
    const touched = this.#touched(where);
    await inChunks(touched, (card) => this.#lookAgain(card), this.#signal);
    this.scan();
    if (touched.some((card) => this.#talks.has(card))) await this.#lookForReplies();
  }

  /** The cards in which something changed. */
  #touched(where: readonly Node[]): Element[] {
    const cards = new Set<Element>();
    const passed = new Set<Node>(); // many changes lie in few places
    for (const node of where) {
      for (let one: Node | null = node; one && !passed.has(one); one = one.parentNode) {
        passed.add(one);
        if (one instanceof Element && this.#talks.has(one)) cards.add(one);
      }
    }
    return [...cards];
  }

  #lookAgain(card: Element): void {
    const talk = this.#talks.get(card);
    if (!talk) return;
    if (talk.isSame()) talk.comeBack();
    else this.#forget(card, talk);
  }

  async #lookForReplies(): Promise<void> {
    const awaited = await ask<readonly Awaited[], "awaiting">("awaiting", {}).catch(() => []);
    await this.#expect(awaited);
  }

  async #expect(awaited: readonly Awaited[]): Promise<void> {
    for (const talk of this.#talks.values()) {
      const mine = awaited.find((one) => one.review === talk.review);
      if (!mine) continue;
      talk.proof.expect(mine);
      await talk.proof.look();
    }
  }

  #settled(): void {
    if (this.isList() && this.#cards().length === 0) this.#tell("zero_cards", {});
  }

  /** Said on the page and counted for the desk, once for each way in which it does not fit. */
  #tell(code: "zero_cards" | "no_name" | "no_text", counts: Readonly<Record<string, number>>): void {
    if (this.#told.has(code) || this.#signal.aborted) return;
    this.#told.add(code);
    report(this.adapter, code, counts);
    notice(this.#signal);
  }
}

function answer(talk: Talk, matched: Matched | undefined): void {
  if (matched) talk.answered(matched);
}

function pageAddress(): string {
  return `${location.origin}${location.pathname}`;
}

function isOnScreen(card: Element): boolean {
  const { top, bottom, width, height } = card.getBoundingClientRect();
  return width > 0 && height > 0 && bottom > 0 && top < innerHeight && card.checkVisibility();
}
