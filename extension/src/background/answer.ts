/** Every message has one answer here. Who may ask was settled before (`guard`, `messages`). */

import { api } from "../browser";
import type { Ask, Asked, Message } from "../messages";
import { Trouble } from "../trouble";
import * as auto from "./auto";
import * as awaiting from "./awaiting";
import type { Asker } from "./guard";
import { kept } from "./kept";
import { disconnect } from "./leaving";
import * as outbox from "./outbox";
import * as pairing from "./pairing";
import { onlyOrigin } from "./policy";
import { grantedNames, reconcile } from "./registered";
import * as service from "./service";
import { pairedOrigin } from "./session";
import * as watching from "./watching";

type Answers = { readonly [A in Ask]: (asked: Asked[A], asker: Asker) => Promise<unknown> };

const ANSWERS: Answers = {
  scan: async ({ site, url, cards }, asker) => {
    const said = await service.suggestFor(siteOf(asker, site), addressOf(asker, url), cards);
    return { ...said, awaiting: await awaitingOf(asker), auto: await auto.isOn(siteOf(asker, site)) };
  },
  confirm: (asked) => service.confirm(asked),
  check: (asked) => service.check(asked),
  event: async (asked, asker) => {
    const { kind, review, posting, text } = asked;
    const now = new Date();
    await outbox.post({ posting, review, kind, text, signs: [] }, now);
    if (kind === "inserted" && posting !== null) await awaitPosting(asked, asker, now);
  },
  sign: ({ posting, sign }) => awaiting.sign(posting, sign, new Date()),
  misfit: (asked, asker) => service.misfit({ ...asked, site: siteOf(asker, asked.site) }),
  autocapture: async ({ site, url, cards }, asker) => {
    if (!(await auto.isOn(siteOf(asker, site)))) throw new Trouble("capture_off");
    return await service.capture(siteOf(asker, site), addressOf(asker, url), cards);
  },
  awaiting: (_, asker) => awaitingOf(asker),
  options: async () => void (await api.runtime.openOptionsPage()),

  pair_start: ({ origin, label }) => pairing.start(origin, label),
  pair_poll: () => pairing.poll(),
  pair_cancel: () => pairing.cancel(),
  state: () => standing(),
  me: () => service.whoAmI(),
  watch: ({ ask: _, key, ...reply }) => watching.begin(key, reply),
  open: ({ site, url }) => service.suggestFor(site, url, []),
  capture: ({ site, url, cards }) => service.capture(site, url, cards),
  auto: ({ site, on }) => auto.turn(site, on),
  reconcile: () => reconcile(),
  unlock: ({ person, pin }) => service.unlock(person, pin),
  lock: () => service.lock(),
  disconnect: () => disconnect(),

  box_check: async ({ key, text }) => {
    const { posting: _, ...reply } = await watching.of(key);
    return await service.check({ ask: "check", ...reply, text });
  },
  box_undone: async ({ key }) => {
    const { posting } = await watching.of(key);
    return await awaiting.sign(posting, "denied", new Date());
  },
};

export function answer(message: Message, asker: Asker): Promise<unknown> {
  const known = ANSWERS[message.ask] as (asked: Message, asker: Asker) => Promise<unknown>;
  return known(message, asker);
}

/** How this browser stands, as our own pages show it. */
export interface Standing {
  readonly origin: string | null; // the paired service
  readonly only: string | null; // the one service a build or a policy allows
  readonly pairing: pairing.Shown | null;
  readonly granted: readonly string[];
  readonly auto: readonly string[];
  readonly waiting: number;
  readonly awaiting: readonly awaiting.Waiting[];
}

async function standing(): Promise<Standing> {
  return {
    origin: await pairedOrigin(),
    only: await onlyOrigin(),
    pairing: await pairing.current(),
    granted: await grantedNames(),
    auto: await auto.list(),
    waiting: await outbox.waiting(),
    awaiting: await awaiting.list(new Date()),
  };
}

/** A page's script may speak of its own page alone, whatever it says. */
function siteOf(asker: Asker, said: string): string {
  return asker.by === "page" ? asker.site : said;
}

function addressOf(asker: Asker, said: string): string {
  return asker.by === "page" ? asker.address : said;
}

function awaitingOf(asker: Asker): ReturnType<typeof awaiting.list> {
  return awaiting.list(new Date(), kept, asker.by === "page" ? asker.site : undefined);
}

async function awaitPosting({ posting, review, text }: Asked["event"], asker: Asker, now: Date): Promise<void> {
  if (posting === null) return;
  const site = asker.by === "page" ? asker.site : null;
  await awaiting.begin({ posting, review, site, text, inserted: now.getTime() });
}
