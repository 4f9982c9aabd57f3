/**
 * Google Business Profile: the list of reviews, and the frame with the reply's box.
 *
 * Outline after public bots of 2023-2026, none of it seen by us on a live page: both are frames of
 * `/local/business/<listing>/customers/reviews`, inside Search or business.google.com; the reply's address names its
 * review. Class names are scrambled and come last.
 */

import type { Box } from "../insert/box";
import type { Adapter, Surface } from "./adapter";
import { onlyBox } from "./boxes";
import type { PageCard } from "./card";
import { dateIn } from "./dates";
import { openDocuments } from "./documents";
import { type Outline, find, findAll } from "./outline";
import { replyIn } from "./replied";
import { starsOf } from "./stars";
import { longest, wordsOf } from "./words";

const CARD: Outline = { seen: "2025", at: ["div[data-review-id]", "[data-review-id]", "div.noyJyc", "div.J7elmb"] };
const NAME: Outline = {
  seen: "2025; the first from memory",
  at: ['a[href*="/maps/contrib/"]', 'a[aria-label*="reviewer profile"]', 'a[jsname="xs1xe"]', "a.PskQHd"],
};
const TEXT: Outline = { seen: "2025", at: ['div[jsname="PBWx0c"]', '[jsname="PBWx0c"]', ".gyKkFe.JhRJje"] };
const DATE: Outline = { seen: "2025", at: ["time", "span.KEfuhb"] };
const MORE: Outline = { seen: "2025", at: ['a[jsname="ix0Hvc"]'] };
const BOX: Outline = {
  seen: "2023-2025",
  at: ['textarea[aria-label="Your public reply"]', 'textarea[jsname="YPqjbf"]', "textarea#i4", "textarea"],
};
const SUBMIT = 'button[jsname="hrGhad"]';

const LIST = /\/(?:customers\/)?reviews(?:\/|$)/;
const REPLY = /\/customers\/reviews\/reply(?:\/|$)/;

export const google: Adapter = {
  site: "google_maps",
  surfaceOf(url): Surface | null {
    if (REPLY.test(url.pathname)) return "reply";
    return LIST.test(url.pathname) ? "list" : null;
  },
  cards(page, url) {
    return this.surfaceOf(url) === "reply" ? [page.body] : findAll(page, CARD);
  },
  read(element) {
    const url = new URL(element.ownerDocument.location.href);
    if (this.surfaceOf(url) !== "reply") return readCard(element);
    const id = url.searchParams.get("reviewId") ?? "";
    const card = id ? cardElsewhere(element.ownerDocument, id) : null;
    return { ...(card ? readCard(card) : unread(id)), element };
  },
  boxIn(card): Box | null {
    return onlyBox(card, BOX);
  },
  isSubmit: (control) => control.matches(SUBMIT),
};

function readCard(element: Element): PageCard {
  const reply = replyIn(element);
  const isReply = (one: Element): boolean => one === reply?.element;
  const name = find(element, NAME);
  const date = find(element, DATE) ?? dateIn(element, isReply);
  const text = find(element, TEXT) ?? longest(element, (one) => isReply(one) || one === name || one === date);
  const id = element.getAttribute("data-review-id");
  return {
    element,
    ids: id ? [["google.maps", id]] : [],
    author: name ? wordsOf(name) || null : null,
    rating: starsOf(element),
    recommends: null,
    date_shown: date ? wordsOf(date).slice(0, 100) || null : null,
    text: (text && wordsOf(text, isReply)) || null,
    text_complete: find(element, MORE) === null,
    reply: reply?.text ?? null,
    replied: reply !== null,
    permalink: element.getAttribute("data-share-review-url"),
  };
}

/** A frame that was opened without its list says only which review it is for. */
function unread(id: string): Omit<PageCard, "element"> {
  return {
    ids: id ? [["google.maps", id]] : [],
    author: null,
    rating: null,
    recommends: null,
    date_shown: null,
    text: null,
    text_complete: false,
    reply: null,
    replied: false,
    permalink: null,
  };
}

/** The review a reply frame is for, in the list beside it: frames of the same origin lie open to each other. */
function cardElsewhere(page: Document, id: string): Element | null {
  for (const one of openDocuments(page)) {
    const found = one.querySelector(`[data-review-id="${CSS.escape(id)}"]`);
    if (found) return found;
  }
  return null;
}
