"""A page like Google Business Profile's list of reviews: the box in the card, or in a frame of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.extension.pages.reviews import ENGLISH, Words, Written, page, shown

LIST = "https://www.google.com/local/business/7701/customers/reviews"
REPLY = "https://www.google.com/local/business/7701/customers/reviews/reply"
OTHER_LIST = "https://business.google.com/groups/7701/reviews"

_INLINE = """
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  const post = event.target.closest("[data-post]");
  if (opener) opener.closest("[data-review-id]").querySelector("[data-form]").hidden = false;
  if (!post) return;
  seen.submits += 1;
  const card = post.closest("[data-review-id]");
  const said = card.querySelector("textarea").value;
  card.querySelector("[data-form]").hidden = true;
  const reply = document.createElement("div");
  reply.append(Object.assign(document.createElement("div"), { textContent: card.dataset.answered }));
  const words = Object.assign(document.createElement("div"), { textContent: said });
  words.style.whiteSpace = "pre-wrap";
  reply.append(words);
  setTimeout(() => card.append(reply), 50);
});
"""
_FRAMED = """
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (!opener) return;
  const id = opener.closest("[data-review-id]").dataset.reviewId;
  const frame = document.createElement("iframe");
  frame.src = "/local/business/7701/customers/reviews/reply?hl=en&reviewId=" + id;
  frame.style = "position: fixed; top: 0; width: 700px; height: 600px; background: white";
  document.body.prepend(frame);
});
addEventListener("posted", (event) => {
  seen.submits += 1;
  document.querySelector("iframe").remove();
  const card = document.querySelector(`[data-review-id="${event.detail.id}"]`);
  const reply = document.createElement("div");
  reply.append(Object.assign(document.createElement("div"), { textContent: card.dataset.answered }));
  reply.append(Object.assign(document.createElement("div"), { textContent: event.detail.text }));
  card.append(reply);
});
"""
_REPLY = """
document.querySelector("button").addEventListener("click", () => {
  const id = new URLSearchParams(location.search).get("reviewId");
  const text = document.querySelector("textarea").value;
  parent.dispatchEvent(new parent.CustomEvent("posted", { detail: { id, text } }));
});
"""


def reviews(
    written: Sequence[Written], words: Words = ENGLISH, *, framed: bool = False, scrambled: bool = False
) -> str:
    """The list."""
    cards = "".join(_card(one, words, framed=framed) for one in written)
    body = f'<div class="HRSRcc"><h1>{escape(words.reply)}</h1>{cards}</div>'
    return page(words, body, _FRAMED if framed else _INLINE, scrambled=scrambled)


def reply_frame(words: Words = ENGLISH) -> str:
    """The frame with the box: it says nothing of the review but its id, in its address."""
    body = f'<div><textarea class="YPqjbf"></textarea><button><span>{words.post}</span></button></div>'
    return page(words, body, _REPLY)


def _card(one: Written, words: Words, *, framed: bool) -> str:
    form = "" if framed else _form(words)
    answered = f"<div><div>{words.answered}</div><div>{shown(one.reply)}</div></div>" if one.reply else ""
    return f"""
<div class="noyJyc KuKPRc" data-review-id="{one.key}" data-listing-id="7701" data-answered="{words.answered}">
  <div class="N0c6q JhRJje"><a class="PskQHd" href="https://www.google.com/maps/contrib/{one.key}"
    aria-label="{words.profile} {escape(one.author)}">{escape(one.author)}</a>
    <span>Local Guide · 12</span></div>
  <div><span class="DYizzd" role="img" aria-label="{words.stars.format(one.stars)}"></span>
    <span class="KEfuhb">{words.ago}</span></div>
  <div class="gyKkFe JhRJje" jsname="PBWx0c">{shown(one.text)}</div>
  {answered}
  <div><button data-open type="button"><span>{words.reply}</span></button></div>{form}
</div>"""


def _form(words: Words) -> str:
    return (
        f'<div data-form hidden><textarea aria-label="{words.box}" maxlength="4096"></textarea>'
        f'<button data-post type="button"><span>{words.post}</span></button></div>'
    )
