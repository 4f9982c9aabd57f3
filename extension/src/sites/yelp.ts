/**
 * Yelp for Business: the reviews at `/r2r/<business>`.
 *
 * Outline after a public extension for the same page (2026), not seen by us. Classes are hashed: a card is the largest
 * part of the page around one mark of stars. The page shows some ten reviews; "Load more" and "Read more" are hers.
 */

import type { Adapter } from "./adapter";
import { onlyBox } from "./boxes";
import type { PageCard } from "./card";
import { dateIn } from "./dates";
import { type Outline, find } from "./outline";
import { replyIn } from "./replied";
import { cardsAround, starMarks, starsOf } from "./stars";
import { longest, wordsOf } from "./words";

const NAME: Outline = {
  seen: "2026; the first from memory",
  at: ['a[href*="/user_details"]', '[class*="passport-container"] span', "h3 a", "h3", "h4", "strong"],
};
const BOX: Outline = { seen: "2026", at: ["textarea"] };
const ID = /[?&]hrid=([\w-]{22})(?:&|$)/; // from memory: a review's own link on the public page
const LINK: Outline = { seen: "from memory", at: ['a[href*="hrid="]'] };
const STUB = /(…|\.\.\.)$/;

export const yelp: Adapter = {
  site: "yelp",
  surfaceOf: (url) => (/^\/(r2r|reviews|respond_to_reviews)\//.test(url.pathname) ? "list" : null),
  cards: (page) => cardsAround(starMarks(page).filter((one) => !one.closest("header, nav, [role=banner]"))),
  read,
  boxIn: (card) => onlyBox(card, BOX),
  isSubmit: (control) => control.matches('button[type="submit"]'),
};

function read(element: Element): PageCard {
  const reply = replyIn(element);
  const isReply = (one: Element): boolean => one === reply?.element;
  const name = find(element, NAME);
  const date = dateIn(element, isReply);
  const words = longest(element, (one) => isReply(one) || one === name || one === date);
  const text = words && wordsOf(words, isReply);
  const link = find(element, LINK)?.getAttribute("href") ?? "";
  const id = ID.exec(link)?.[1];
  return {
    element,
    ids: id ? [["yelp", id]] : [],
    author: name ? wordsOf(name) || null : null,
    rating: starsOf(element),
    recommends: null,
    date_shown: date ? wordsOf(date) : null,
    text: text || null,
    text_complete: !STUB.test(text ?? ""),
    reply: reply?.text ?? null,
    replied: reply !== null,
    permalink: null,
  };
}
