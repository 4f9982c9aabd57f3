/** What the service answers, field by field (`/api/v1`). Unknown fields are not read: the service may grow. */

import { type Read, atLeast, list, maybe, named, number, oneOf, orNull, text, truth, whole } from "./schema";

const WORD = 200;
const LINE = 2_000;
const TEXT = 20_000;
const TIME = text(40);
const MANY = 500;

const span = atLeast({
  kind: oneOf("locked", "placeholder", "blank"),
  name: maybe(text(WORD)),
  start: whole(TEXT),
  end: whole(TEXT),
});

/** What she may write in a blank. `max` counts characters; with `choices` she chooses. */
const blank = atLeast({
  name: text(WORD),
  hint: maybe(text(LINE)),
  max: whole(TEXT),
  empty: maybe(truth),
  forbid: maybe(list(text(WORD), 20)),
  choices: maybe(list(text(LINE), 100)),
});

const finding = atLeast({
  rule: text(WORD),
  level: oneOf("block", "warn", "note"),
  why: text(LINE),
  mend: maybe(text(LINE)),
  start: maybe(whole(TEXT)),
  end: maybe(whole(TEXT)),
});

export const suggestion = atLeast({
  pack: text(WORD),
  sha256: text(64),
  item: text(WORD),
  variant: whole(),
  text: text(TEXT),
  spans: list(span, MANY),
  blanks: list(blank, 50),
  class: maybe(text(WORD)),
  findings: list(finding, MANY),
  reasons: list(text(LINE), MANY),
});

const answered = atLeast({ by: oneOf("page", "us", "site"), text: orNull(text(TEXT)), at: orNull(TIME) });

export const review = atLeast({
  id: whole(),
  site: text(WORD),
  branch: maybe(whole()),
  branch_name: maybe(text(WORD)),
  author: maybe(text(LINE)),
  rating: maybe(number(0, 10)),
  best: maybe(number(0, 10)),
  recommends: maybe(truth),
  opening: maybe(text(LINE)),
  posted: maybe(TIME),
  due_at: maybe(TIME),
  url: maybe(text(LINE)),
  answered: maybe(answered),
  held_by: maybe(text(WORD)),
  flags: list(text(WORD), 50),
});

export const offered = atLeast({
  review,
  suggestions: list(suggestion, 20),
  none_because: maybe(text(LINE)),
});

export const matched = atLeast({
  card: text(40),
  match: oneOf("exact", "likely", "ask", "none"),
  offered: orNull(offered),
  candidates: list(review, 50),
});

export const suggested = atLeast({
  state_at: TIME,
  ttl: whole(86_400),
  site: orNull(text(WORD)),
  cards: list(matched, 50),
  open: list(offered, 20),
});

export const confirmed = atLeast({ posting: whole(), state_at: TIME, text: text(TEXT), class: maybe(text(WORD)) });

export const checked = atLeast({
  class: text(WORD),
  departures: list(atLeast({ start: whole(TEXT), end: whole(TEXT) }), MANY),
  blanks: named(orNull(text(TEXT)), 50),
  findings: list(finding, MANY),
});

const result = atLeast({ key: text(40), result: oneOf("stored", "duplicate", "refused"), why: orNull(text(LINE)) });
export const stored = atLeast({ results: list(result, 50) });

export const captured = atLeast({
  results: list(
    atLeast({
      card: text(40),
      result: oneOf("new", "merged", "unchanged", "ask", "rejected"),
      why: orNull(text(LINE)),
    }),
    50,
  ),
  heard: whole(),
});

const named_one = atLeast({ id: whole(), name: text(WORD) });
const unlocked = atLeast({ person: whole(), name: text(WORD), until: TIME });

export const me = atLeast({
  person: orNull(named_one),
  branches: list(named_one, 2_000),
  sites: list(atLeast({ site: text(WORD), label: text(WORD) }), 100),
  capture: truth,
  auto_capture: list(text(WORD), 100),
  min_version: text(40),
  latest_version: text(40),
  station: orNull(
    atLeast({ branch: whole(), label: text(WORD), people: list(named_one, 200), unlocked: orNull(unlocked) }),
  ),
});

export const unlockedNow = unlocked;

export const started = atLeast({
  pair_id: text(WORD),
  user_code: text(20),
  verify_url: text(LINE),
  interval: whole(60),
  expires_in: whole(3_600),
});

export const tokens = atLeast({
  access: text(LINE),
  access_expires_in: whole(86_400),
  refresh: text(LINE),
});

/** `application/problem+json`: what is read of a refusal. */
export const problem = atLeast({
  code: text(40),
  detail: maybe(text(LINE)),
  theirs: maybe(text(TEXT)),
  at: maybe(TIME),
  by: maybe(text(WORD)),
  instead: maybe(list(suggestion, 20)),
  faults: maybe(list(text(LINE), 100)),
  tries_left: maybe(whole()),
  min_version: maybe(text(40)),
});

export type Span = Read<typeof span>;
export type Blank = Read<typeof blank>;
export type Finding = Read<typeof finding>;
export type Suggestion = Read<typeof suggestion>;
export type Review = Read<typeof review>;
export type Offered = Read<typeof offered>;
export type Matched = Read<typeof matched>;
export type Suggested = Read<typeof suggested>;
export type Confirmed = Read<typeof confirmed>;
export type Checked = Read<typeof checked>;
export type Captured = Read<typeof captured>;
export type Me = Read<typeof me>;
export type Started = Read<typeof started>;
export type Tokens = Read<typeof tokens>;
export type Problem = Read<typeof problem>;
