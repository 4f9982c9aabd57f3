/** The replies on offer for one review, the one she looks at, and what she wrote into its blanks: never lost. */

import type { Offered, Suggestion } from "../answers";
import { filled } from "../ui/pieces";
import { type Reply, replyOf } from "../ui/reply";
import type { Use } from "../use/confirm";
import type { Given } from "../use/doubts";

type Written = Readonly<Record<string, string>>;

export class Offering {
  #place = 0;
  #written: Written = {};
  #reply: Reply | null = null;

  constructor(public offered: Offered) {}

  get place(): number {
    return this.#place;
  }

  get suggestion(): Suggestion | null {
    return this.offered.suggestions[this.#place] ?? null;
  }

  /** The form of the reply, drawn until `signal`; null where there is no reply. */
  form(signal: AbortSignal): Reply | null {
    this.remember();
    this.#reply = this.suggestion ? replyOf(this.suggestion, this.#written, signal) : null;
    return this.#reply;
  }

  /** What she wrote so far outlives the form it was written in. */
  remember(): void {
    this.#written = { ...this.#written, ...this.#reply?.values() };
  }

  /** Points at a blank that cannot be used yet; false for none. */
  complain(): boolean {
    return this.#reply?.complain() ?? false;
  }

  another(): void {
    this.remember();
    this.#place = (this.#place + 1) % this.offered.suggestions.length;
  }

  /** Others take the place of replies that may not be used any more. */
  instead(suggestions: readonly Suggestion[], none_because: string): void {
    this.offered = { ...this.offered, suggestions, none_because };
    this.#place = 0;
    this.#written = {};
    this.#reply = null;
  }

  /** The reply as it would read now. */
  ours(): string {
    return this.suggestion ? filled(this.suggestion, this.#values(this.suggestion)) : "";
  }

  use(given: Given): Use | null {
    const { offered, suggestion } = this;
    return suggestion && { offered, suggestion, values: this.#values(suggestion), given };
  }

  #values({ blanks }: Suggestion): Written {
    this.remember();
    return Object.fromEntries(blanks.map(({ name }) => [name, this.#written[name] ?? ""]));
  }
}
