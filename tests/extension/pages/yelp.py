"""Pages like Yelp's: the owner's, where "Comment" opens the box beside a review; and what everybody sees."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from html import escape

from tests.extension.pages.reviews import ENGLISH, SHOP, Words, Written, page, shown

LIST = "https://biz.yelp.com/r2r/vX9harbour"
PUBLIC = "https://www.yelp.com/biz/harbour-cakes"
POSTED = date(2026, 11, 4)

_SCRIPT = """
addEventListener("click", (event) => {
  const card = event.target.closest("[data-one]");
  if (event.target.closest("[data-open]")) {
    const form = document.createElement("form");
    const post = Object.assign(document.createElement("button"), { textContent: card.dataset.post });
    form.append(document.createElement("textarea"), post);
    form.addEventListener("submit", () => posted(card, form));
    card.append(form);
  }
});
function posted(card, form) {
  const said = form.querySelector("textarea").value;
  form.remove();
  const reply = document.createElement("div");
  for (const text of [card.dataset.answered, said]) {
    reply.append(Object.assign(document.createElement("p"), { textContent: text }));
  }
  card.append(reply);
}
"""


def reviews(
    written: Sequence[Written],
    words: Words = ENGLISH,
    *,
    listed: bool = False,
    scrambled: bool = False,
    posted: date = POSTED,
) -> str:
    """The reviews, as a list or one ``div`` after the other."""
    outer, one = ("ul", "li") if listed else ("div", "div")
    shown_day = f"{posted.month}/{posted.day}/{posted.year}"
    inner = "".join(_card(review, words, one, shown_day) for review in written)
    summary = '<header><div role="img" aria-label="4 star rating"></div></header>'
    return page(
        words,
        f"{summary}<main><h1>{SHOP}</h1><{outer}>{inner}</{outer}></main>",
        _SCRIPT,
        scrambled=scrambled,
    )


def public(written: Sequence[Written], posted: date) -> str:
    """What everybody sees of the same reviews, the owner's replies under them, as a look reads it."""
    facts = {
        "@context": "https://schema.org/",
        "@type": "LocalBusiness",
        "name": SHOP,
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4, "reviewCount": len(written)},
    }
    cards = "".join(_public_card(one, f"{posted:%b} {posted.day}, {posted.year}") for one in written)
    return (
        f'<!doctype html><html lang="en-US"><head><title>{SHOP} - Yelp</title>'
        f'<link rel="canonical" href="{PUBLIC}"><meta property="og:type" content="yelpyelp:business">'
        f'<script type="application/ld+json">{json.dumps(facts)}</script></head><body><h1>{SHOP}</h1>'
        f'<section aria-label="Recommended Reviews"><div id="reviews"><ul>{cards}</ul></div></section>'
        "</body></html>"
    )


def _public_card(one: Written, posted: str) -> str:
    comment = '<p class="comment__09f24__g7"><span class="raw__09f24__h8" lang="en">{}</span></p>'
    answered = (
        "<div><div><p>Olga O.</p><p>Business owner information</p></div>"
        f"<div><p>{posted}</p>{comment.format(shown(one.reply))}</div></div>"
        if one.reply
        else ""
    )
    return f"""
<li class="y-css-aa1"><div class="y-css-bb2">
  <div class="user-passport-info y-css-cc3"><span><a href="/user_details?userid={one.key}"
    >{escape(one.author)}</a></span><span>Harbour Town</span></div>
  <div><span><div role="img" aria-label="{one.stars} star rating"></div></span><span>{posted}</span></div>
  <div>{comment.format(shown(one.text))}</div>
  {answered}
</div></li>"""


def _card(one: Written, words: Words, element: str, day: str) -> str:
    answered = f"<div><p>{words.answered}</p><p>{shown(one.reply)}</p></div>" if one.reply else ""
    stars = f"{one.stars} star rating" if words is ENGLISH else words.stars.format(one.stars)
    return f"""
<{element} class="css-1k2z" data-one="{one.key}" data-answered="{words.answered}" data-post="{words.post}">
  <div class="css-9 passport-container__09f"><span><a href="/user_details?userid={one.key}"
    >{escape(one.author)}</a></span><span>Harbour Town</span></div>
  <div class="css-5"><div role="img" aria-label="{stars}"></div><span>{day}</span></div>
  <p class="css-7"><span lang="en">{shown(one.text)}</span></p>
  {answered}
  <button type="button">{words.profile}</button><button type="button" data-open>{words.reply}</button>
</{element}>"""
