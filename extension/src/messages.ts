/**
 * What may be asked of the background, and by whom. A page's script may ask for little, and only in these shapes; the
 * rest is for our own pages.
 */

import { type Read, type Reader, Misshapen, exactly, list, named, number, oneOf, orNull, pair, text, truth, whole } from "./schema";

const SITE = text(40);
const ADDRESS = text(2_000); // origin and path; `guard.cut` takes the rest away before anything is sent
const TEXT = 8_000;

/** What is said of one review on the page, to find it among ours: never its whole text. */
export const card = exactly({
  card: text(40),
  ids: list(pair(text(40), text(300)), 5),
  author: orNull(text(300)),
  rating: orNull(number(0, 10)),
  recommends: orNull(truth),
  date_shown: orNull(text(100)),
  opening: orNull(text(160)), // 80 characters, some of them two units long
  replied: truth,
  chosen: orNull(whole()), // the review she said it is, where she was asked
});

/** One visible review, whole, as it is previewed and sent on her press. */
export const captureCard = exactly({
  card: text(40),
  ids: list(pair(text(40), text(300)), 5),
  author: orNull(text(300)),
  rating: orNull(number(0, 10)),
  recommends: orNull(truth),
  date_shown: orNull(text(100)),
  text: orNull(text(TEXT)),
  text_complete: truth,
  reply: orNull(exactly({ text: text(TEXT), text_complete: truth })),
  permalink: orNull(ADDRESS),
});

const REPLY = { review: whole(), sha256: text(64), item: text(200), variant: whole() };
export const SIGNS = ["pressed", "visible", "told", "denied"] as const;
export const MISFITS = ["zero_cards", "no_name", "no_text", "no_box", "not_taken", "partial"] as const;

/** What a page's script may ask, on a site that was granted. */
const FROM_PAGES = {
  scan: exactly({ ask: oneOf("scan"), site: SITE, url: ADDRESS, cards: list(card, 50) }),
  confirm: exactly({
    ask: oneOf("confirm"),
    ...REPLY,
    values: named(text(2_000), 50),
    take: truth,
    again: truth,
  }),
  check: exactly({ ask: oneOf("check"), ...REPLY, text: text(TEXT) }),
  event: exactly({
    ask: oneOf("event"),
    kind: oneOf("inserted", "copied"),
    review: whole(),
    posting: orNull(whole()),
    text: text(TEXT),
  }),
  sign: exactly({ ask: oneOf("sign"), posting: whole(), sign: oneOf(...SIGNS) }),
  misfit: exactly({
    ask: oneOf("misfit"),
    site: SITE,
    surface: text(40),
    code: oneOf(...MISFITS),
    counts: named(whole(100_000), 10),
  }),
  autocapture: exactly({ ask: oneOf("autocapture"), site: SITE, url: ADDRESS, cards: list(captureCard, 50) }),
  awaiting: exactly({ ask: oneOf("awaiting") }),
  options: exactly({ ask: oneOf("options") }),
};

/** What our popup and options may ask besides. */
const FROM_OURS = {
  pair_start: exactly({ ask: oneOf("pair_start"), origin: ADDRESS, label: text(60) }),
  pair_poll: exactly({ ask: oneOf("pair_poll") }),
  pair_cancel: exactly({ ask: oneOf("pair_cancel") }),
  state: exactly({ ask: oneOf("state") }),
  me: exactly({ ask: oneOf("me") }),
  watch: exactly({ ask: oneOf("watch"), key: text(40), posting: whole(), ...REPLY }),
  open: exactly({ ask: oneOf("open"), site: orNull(SITE), url: ADDRESS }),
  capture: exactly({ ask: oneOf("capture"), site: SITE, url: ADDRESS, cards: list(captureCard, 50) }),
  auto: exactly({ ask: oneOf("auto"), site: SITE, on: truth }),
  reconcile: exactly({ ask: oneOf("reconcile") }),
  unlock: exactly({ ask: oneOf("unlock"), person: whole(), pin: text(20) }),
  lock: exactly({ ask: oneOf("lock") }),
  disconnect: exactly({ ask: oneOf("disconnect") }),
};

/** What the script of a watched box may ask, on a site that nobody granted: of the one reply its key stands for. */
const FROM_BOXES = {
  box_check: exactly({ ask: oneOf("box_check"), key: text(40), text: text(TEXT) }),
  box_undone: exactly({ ask: oneOf("box_undone"), key: text(40) }),
};

const ALL = { ...FROM_PAGES, ...FROM_OURS, ...FROM_BOXES };
const BY = { page: FROM_PAGES, ours: { ...FROM_PAGES, ...FROM_OURS }, box: FROM_BOXES };

type Messages<Readers> = { readonly [Ask in keyof Readers]: Readers[Ask] extends Reader<infer T> ? T : never };
export type FromPages = Messages<typeof FROM_PAGES>;
export type Asked = Messages<typeof ALL>;
export type Ask = keyof Asked;
export type Message = Asked[Ask];
export type Card = Read<typeof card>;
export type CaptureCard = Read<typeof captureCard>;
export type Sign = (typeof SIGNS)[number];
export type MisfitCode = (typeof MISFITS)[number];

/** Whether it is the script of a watched box that asks. Its answer is the same on every site, granted or not. */
export function isBoxes(value: unknown): boolean {
  return typeof value === "object" && value !== null && "ask" in value && Object.hasOwn(FROM_BOXES, String(value.ask));
}

/** A message in its agreed shape; throws `Misshapen` for anything else, and for what only our own pages may ask. */
export function readMessage(value: unknown, by: keyof typeof BY): Message {
  const ask = typeof value === "object" && value !== null && "ask" in value ? value.ask : undefined;
  const readers: Readonly<Record<string, Reader<Message>>> = BY[by];
  if (typeof ask !== "string" || !Object.hasOwn(readers, ask)) throw new Misshapen("ask");
  return (readers[ask] as Reader<Message>)(value, ask);
}
