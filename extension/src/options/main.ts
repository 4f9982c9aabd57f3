/** The options page: the service this browser is paired with, the sites it may help on, and the end of both. */

import type { Standing } from "../background/answer";
import type { Me } from "../answers";
import { api } from "../browser";
import { ask, troubleOf } from "../ui/ask";
import { say, sayTrouble } from "../ui/say";
import { pairingPart } from "./pairing";
import { sitesPart } from "./sites";
import { connectedPart } from "./connected";

/** What the parts of the page may ask of it. */
export interface Options {
  readonly signal: AbortSignal;
  say(words: string): void;
  /** Runs what may meet trouble, says it, and draws the page anew. */
  run(work: () => Promise<string | null>): void;
}

const said = document.querySelector<HTMLElement>("#said") as HTMLElement;
const parts = document.querySelector<HTMLElement>("#parts") as HTMLElement;
let drawn = new AbortController();

document.documentElement.lang = api.i18n.getUILanguage();
document.title = say("options_title");
void draw();

async function draw(): Promise<void> {
  const standing = await ask<Standing, "state">("state", {});
  const me = standing.origin ? await whoAmI() : null;
  drawn.abort();
  drawn = new AbortController();
  const page: Options = { signal: drawn.signal, say: tell, run };
  const shown = standing.origin
    ? [connectedPart(standing, me, page), sitesPart(standing, me, page)]
    : [pairingPart(standing, page)];
  parts.replaceChildren(...shown);
}

async function whoAmI(): Promise<Me | null> {
  try {
    return await ask<Me, "me">("me", {});
  } catch (error) {
    tell(sayTrouble(troubleOf(error)));
    return null;
  }
}

function run(work: () => Promise<string | null>): void {
  void work()
    .catch((error: unknown) => sayTrouble(troubleOf(error)))
    .then(async (words) => {
      await draw();
      if (words !== null) tell(words);
    });
}

function tell(words: string): void {
  said.textContent = words;
}
