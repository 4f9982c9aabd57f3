"""A page like Yelp for Business's reviews: a card is told by its stars; the box opens with "Comment"."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.extension.pages.reviews import ENGLISH, SHOP, Words, Written, page, shown

LIST = "https://biz.yelp.com/r2r/vX9harbour"

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
    written: Sequence[Written], words: Words = ENGLISH, *, listed: bool = False, scrambled: bool = False
) -> str:
    """The reviews, as a list or one ``div`` after the other."""
    outer, one = ("ul", "li") if listed else ("div", "div")
    inner = "".join(_card(review, words, one) for review in written)
    summary = '<header><div role="img" aria-label="4 star rating"></div></header>'
    return page(
        words,
        f"{summary}<main><h1>{SHOP}</h1><{outer}>{inner}</{outer}></main>",
        _SCRIPT,
        scrambled=scrambled,
    )


def _card(one: Written, words: Words, element: str) -> str:
    answered = f"<div><p>{words.answered}</p><p>{shown(one.reply)}</p></div>" if one.reply else ""
    stars = f"{one.stars} star rating" if words is ENGLISH else words.stars.format(one.stars)
    return f"""
<{element} class="css-1k2z" data-one="{one.key}" data-answered="{words.answered}" data-post="{words.post}">
  <div class="css-9 passport-container__09f"><span><a href="/user_details?userid={one.key}"
    >{escape(one.author)}</a></span><span>Harbour Town</span></div>
  <div class="css-5"><div role="img" aria-label="{stars}"></div><span>11/4/2026</span></div>
  <p class="css-7"><span lang="en">{shown(one.text)}</span></p>
  {answered}
  <button type="button">{words.profile}</button><button type="button" data-open>{words.reply}</button>
</{element}>"""
