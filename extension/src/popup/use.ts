/** One use of a reply from the popup: asked first, confirmed, then put where the cursor is or on the clipboard. */

import type { Confirmed, Suggestion } from "../answers";
import type { Found } from "../background/anywhere";
import type { Outcome } from "../insert/outcome";
import type { Told } from "../trouble";
import { ask, troubleOf } from "../ui/ask";
import { say, sayInstead, sayTrouble } from "../ui/say";
import { type Use, confirm, tell } from "../use/confirm";
import { type Doubt, doubtBefore, doubtOf, draftDoubt } from "../use/doubts";
import { undoneBy } from "../use/undo";
import { type Tab, cursorIn, insertInto, undoIn, watchIn } from "./tab";

export type Wish = "insert" | "copy";

export type Came =
  | { readonly is: "in"; readonly words: string; readonly undo: Undo }
  | { readonly is: "said"; readonly words: string }
  | { readonly is: "doubt"; readonly doubt: Doubt }
  | { readonly is: "instead"; readonly suggestions: readonly Suggestion[]; readonly words: string };

type Undo = () => Promise<string>;

const NO_PAGE = { replied: false, reply: null }; // no card is read in anywhere mode

/** What came of her wish. Throws `Trouble` for what neither she nor another reply can settle. */
export async function useReply(wish: Wish, use: Use, tab: Tab): Promise<Came> {
  const doubt = doubtBefore(use.offered.review, NO_PAGE, use.given);
  if (doubt) return { is: "doubt", doubt };
  try {
    return wish === "insert" ? await insert(use, tab) : await copy(use);
  } catch (error) {
    const came = refused(troubleOf(error));
    if (!came) throw error;
    return came;
  }
}

async function insert(use: Use, tab: Tab): Promise<Came> {
  const cursor = await cursorIn(tab);
  if (!cursor) return said("no_cursor");
  const confirmed = await confirm(use);
  const outcome = await insertInto(tab, cursor, confirmed.text, use.given.consent);
  const came = await cameOf(outcome, use, confirmed, () => undone(tab, cursor, confirmed));
  if (came.is === "in") await watched(tab, cursor, use, confirmed);
  return came;
}

async function copy(use: Use): Promise<Came> {
  const confirmed = await confirm(use);
  await navigator.clipboard.writeText(confirmed.text);
  await tell("copied", use, confirmed);
  return said("copied");
}

async function cameOf(outcome: Outcome, use: Use, confirmed: Confirmed, undo: Undo): Promise<Came> {
  if (outcome.kind === "needs_consent") return { is: "doubt", doubt: draftDoubt(outcome.holds) };
  if (outcome.kind === "refused") return said(`refused_${outcome.why}`);
  if (outcome.kind !== "done" && outcome.kind !== "already") return misfit(outcome.kind, use);
  await tell("inserted", use, confirmed);
  return outcome.kind === "done" ? { is: "in", words: say("inserted"), undo } : said("inserted");
}

/** Watched from here on: the key says to the background which reply it is, whatever the page says. */
async function watched(tab: Tab, cursor: Found, { offered, suggestion }: Use, { posting }: Confirmed): Promise<void> {
  const { sha256, item, variant } = suggestion;
  const key = crypto.randomUUID();
  await ask("watch", { key, posting, review: offered.review.id, sha256, item, variant });
  await watchIn(tab, cursor, suggestion, key);
}

/** A reply that was taken out again is not posted, and nobody is asked about it. */
async function undone(tab: Tab, cursor: Found, { posting }: Confirmed): Promise<string> {
  const came = undoneBy(await undoIn(tab, cursor));
  if (came === "undone") await ask("sign", { posting, sign: "denied" });
  return say(came);
}

/** A box that did not take the text is said, and counted for the desk without a word of it. */
function misfit(code: "not_taken" | "partial", { offered }: Use): Came {
  const { site } = offered.review;
  void ask("misfit", { site, surface: "anywhere", code, counts: {} }).catch(() => undefined);
  return said(code);
}

/** Null for a trouble that is only to be said. */
function refused(trouble: Told): Came | null {
  const doubt = doubtOf(trouble, null);
  if (doubt) return { is: "doubt", doubt };
  if (trouble.kind !== "recalled" && trouble.kind !== "expired") return null;
  const { instead = [] } = trouble;
  return { is: "instead", suggestions: instead, words: instead.length ? sayInstead(trouble) : sayTrouble(trouble) };
}

function said(key: string): Came {
  return { is: "said", words: say(key) };
}
