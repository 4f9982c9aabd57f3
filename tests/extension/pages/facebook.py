"""A page like a Facebook page's recommendations: answered in a comment, in an editor that is no field."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.extension.pages.reviews import ENGLISH, SHOP, Words, Written, page, shown

LIST = "https://www.facebook.com/harbourcakes/reviews"

_SCRIPT = """
addEventListener("click", (event) => {
  const card = event.target.closest("[data-one]");
  if (event.target.closest("[data-open]")) card.querySelector("[data-composer]").hidden = false;
  if (!event.target.closest("[data-post]")) return;
  seen.submits += 1;
  const editor = card.querySelector("[role=textbox]");
  const said = editor.innerText;
  editor.replaceChildren();
  const comment = document.createElement("div");
  comment.setAttribute("role", "article");
  comment.setAttribute("aria-label", card.dataset.comment);
  comment.append(Object.assign(document.createElement("div"), { textContent: said }));
  card.append(comment);
});
"""


def reviews(
    written: Sequence[Written], words: Words = ENGLISH, *, listed: bool = False, scrambled: bool = False
) -> str:
    """The recommendations, in a feed or one after the other."""
    cards = "".join(_card(one, words) for one in written)
    messages = '<div role="textbox" contenteditable="true" data-lexical-editor="true">hello</div>'
    inner = f'<div role="feed">{cards}</div>' if listed else f"<div><div>{cards}</div></div>"
    post = (
        f'<div role="article"><h3><strong><a href="/{SHOP}">{SHOP}</a></strong></h3><p>Open today!</p></div>'
    )
    return page(words, f"<h1>{SHOP}</h1>{post}{inner}<aside>{messages}</aside>", _SCRIPT, scrambled=scrambled)


def _card(one: Written, words: Words) -> str:
    verb = words.recommends_not if one.recommends is False else words.recommends
    by_page = f"{SHOP} · 1d"
    answered = (
        f'<div role="article" aria-label="{by_page}"><div>{shown(one.reply)}</div></div>' if one.reply else ""
    )
    return f"""
<div role="article" class="x1yztbdb x2" data-one="{one.key}" data-comment="{by_page}">
  <h3><strong><a href="/profile.php?id={one.key}">{escape(one.author)}</a></strong> {verb} {SHOP}.</h3>
  <span class="x3">{words.ago}</span>
  <div data-ad-preview="message"><div dir="auto">{shown(one.text)}</div></div>
  {answered}
  <div role="button" tabindex="0" data-open aria-label="{words.reply}">{words.reply}</div>
  <div data-composer hidden>
    <div role="textbox" contenteditable="true" data-lexical-editor="true" aria-label="{words.box}"></div>
    <div role="button" tabindex="0" data-post aria-label="{words.post}">{words.post}</div>
  </div>
</div>"""
