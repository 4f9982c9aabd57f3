/** What is sent of a card: enough to find its review, and never its whole text; whole only where she captures. */

import type { CaptureCard, Card } from "../messages";
import { type PageCard, openingOf } from "../sites/card";

const NAME = 200; // the service takes no more
const TEXT = 8_000;

export function factsOf(card: PageCard, handle: string, chosen: number | null): Card {
  return {
    card: handle,
    ids: idsOf(card),
    author: cutTo(card.author, NAME),
    rating: card.rating,
    recommends: card.recommends,
    date_shown: cutTo(card.date_shown, 100),
    opening: openingOf(card.text),
    replied: card.replied,
    chosen,
  };
}

/** The review as it stands there. A text that is longer than we may send is marked incomplete, not refused. */
export function captureOf(card: PageCard, handle: string): CaptureCard {
  return {
    card: handle,
    ids: idsOf(card),
    author: cutTo(card.author, NAME),
    rating: card.rating,
    recommends: card.recommends,
    date_shown: cutTo(card.date_shown, 100),
    text: cutTo(card.text, TEXT),
    text_complete: card.text_complete && (card.text?.length ?? 0) <= TEXT,
    reply: card.reply === null ? null : { text: card.reply.slice(0, TEXT), text_complete: card.reply.length <= TEXT },
    permalink: addressOnly(card.permalink),
  };
}

/** An id that is longer than any site's is none. */
function idsOf({ ids }: PageCard): PageCard["ids"] {
  return ids.filter(([, value]) => value !== "" && value.length <= NAME);
}

function cutTo(text: string | null, most: number): string | null {
  return text === null ? null : text.slice(0, most);
}

/** Without its query, which may hold a session. */
function addressOnly(address: string | null): string | null {
  if (!address || !URL.canParse(address)) return null;
  const { protocol, origin, pathname } = new URL(address);
  return protocol === "https:" ? `${origin}${pathname}` : null;
}
