/** Whether the reply we put in was posted: what is seen in one card is told to the background, which decides. */

import type { Sign } from "../messages";
import { ask } from "../ui/ask";
import { shows } from "./shows";

const PRESS_HEARD = 30_000; // ms a press waits for its text before she is asked

/** What the background makes of it: `ask` is a question to her. */
export type Verdict = "submitted" | "denied" | "ask" | "waiting";

export interface Expected {
  readonly posting: number;
  readonly text: string;
}

export class Proof {
  #expected: Expected | null = null;

  constructor(
    readonly card: Element,
    readonly came: (verdict: Verdict, expected: Expected) => void,
    readonly signal: AbortSignal,
  ) {}

  /** A reply of ours waits to be seen here. `anew`: it was put in this moment. */
  expect(expected: Expected, anew = false): void {
    if (anew || !this.#expected) this.#expected = expected;
  }

  /** Whether what was inserted is visible now. */
  async look(): Promise<void> {
    if (this.#expected && shows(this.card, this.#expected.text)) await this.sign("visible");
  }

  /** She pressed what submits. Where no text follows, only she can say. */
  async press(): Promise<void> {
    if (!this.#expected) return;
    await this.sign("pressed");
    setTimeout(() => void this.#askHer(), PRESS_HEARD);
  }

  async sign(sign: Sign): Promise<void> {
    const expected = this.#expected;
    if (!expected) return;
    const verdict = await ask<Verdict, "sign">("sign", { posting: expected.posting, sign });
    if (verdict === "submitted" || verdict === "denied") this.#expected = null;
    if (!this.signal.aborted) this.came(verdict, expected);
  }

  async #askHer(): Promise<void> {
    await this.look();
    if (this.#expected && !this.signal.aborted) this.came("ask", this.#expected);
  }
}
