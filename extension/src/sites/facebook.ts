/**
 * Facebook: a page's recommendations, answered in a comment.
 *
 * Outline after several public repositories of 2025-2026, not seen by us. All classes are hashed; roles and `data-`
 * attributes hold. Messenger's boxes look the same, so only a box inside the recommendation is ever taken.
 */

import type { Adapter } from "./adapter";
import { onlyBox } from "./boxes";
import type { PageCard } from "./card";
import { dateIn } from "./dates";
import { type Outline, find, findAll } from "./outline";
import { longest, wordsOf } from "./words";

const CARD: Outline = { seen: "2025-2026", at: ['[role="article"]:not([role="article"] [role="article"])'] };
const COMMENT: Outline = { seen: "2026", at: ['[role="article"][aria-label]'] };
const NAME: Outline = { seen: "from memory", at: ["h2 a", "h3 a", "h4 a", "h2 strong", "h3 strong", "strong a", "strong"] };
const TEXT: Outline = {
  seen: "from memory",
  at: ['[data-ad-preview="message"]', '[data-ad-comet-preview="message"]'],
};
const BOX: Outline = { seen: "2025-2026", at: ['[role="textbox"][contenteditable="true"][data-lexical-editor="true"]'] };
const SUBMIT = '#focused-state-composer-submit, #focused-state-composer-submit *, [role="button"][aria-label="Post comment"]';
const PAGES = /^\/(?:[^/]+\/reviews\/?|latest\/inbox.*)$/;

const HEADINGS = "h2, h3, h4";
const SAYS_NO = /doesn.t recommend|does not recommend|no recomienda|empfiehlt .* nicht|ne recommande pas/i;
const SAYS_YES = /recommends|recomienda|empfiehlt|recommande/i;

export const facebook: Adapter = {
  site: "facebook",
  surfaceOf: (url) => (PAGES.test(url.pathname) ? "list" : null),
  // A page shows other articles too; only what its heading calls a recommendation is a review.
  cards: (page) => findAll(page, CARD).filter((one) => recommends(headingOf(one)) !== null),
  read,
  boxIn: (card) => onlyBox(card, BOX),
  isSubmit: (control) => control.matches(SUBMIT),
};

function read(element: Element): PageCard {
  const comments = findAll(element, COMMENT);
  const isComment = (one: Element): boolean => comments.includes(one);
  const name = find(element, NAME);
  const heading = name && (name.closest(HEADINGS) ?? name);
  const date = dateIn(element, isComment);
  const text = find(element, TEXT) ?? longest(element, (one) => isComment(one) || one === heading || one === date);
  const reply = comments.find((one) => isByPage(one));
  const replied = reply && longest(reply);
  return {
    element,
    ids: [],
    author: name ? wordsOf(name) || null : null,
    rating: null,
    recommends: recommends(headingOf(element)),
    date_shown: date ? wordsOf(date) : null,
    text: (text && wordsOf(text, isComment)) || null,
    text_complete: true,
    reply: replied ? wordsOf(replied) : null,
    replied: reply !== undefined,
    permalink: null,
  };
}

function headingOf(element: Element): string {
  const name = find(element, NAME);
  return name ? wordsOf(name.closest(HEADINGS) ?? name) : "";
}

function recommends(heading: string): boolean | null {
  if (SAYS_NO.test(heading)) return false;
  return SAYS_YES.test(heading) ? true : null;
}

/** A comment is the page's own where its label names the page, as the heading of the whole page does. */
function isByPage(comment: Element): boolean {
  const page = comment.ownerDocument.querySelector("h1")?.textContent?.trim();
  return Boolean(page) && (comment.getAttribute("aria-label") ?? "").includes(page ?? "");
}
