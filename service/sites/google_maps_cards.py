"""The reviews Google Maps draws: one card for each, as its scripts have built it.

Outline, on pages of 2021-07 and of 2023-04 to 2026-08 alike; all classes were renamed in between, and none is
used::

    card     div[data-review-id][aria-label=<author>]; the id is repeated on every button inside
    stars    [role=img][aria-label=" 5 stars "]; hotels print "4/5" in the same row instead
    when     the span after the stars
    body     [id=<review id>][lang] (2023 on); else the element after the stars' row
    more     button[jsaction*=expandReview], also under a whole text whose details unfold
    actions  button[jsaction*="review.share"], button[jsaction*="toggleThumbsUp"]
    reply    the element after the actions: spans (title, time), then the words, which have [lang] (2023 on)
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.domain import Item, Moment, Precision, Reply
from service.sites import dates, google_ids, numbers, text, walk

_STARS = Decimal(5)
_OUT_OF = re.compile(r"\s*\d(?:[.,]\d)?\s*/\s*\d{1,2}\s*")
_EDITED = re.compile("edit|bearbeit|modif|bewerkt|redig|edytow|düzenle|изменен|編集", re.IGNORECASE)
_TRANSLATED = re.compile(r"\([^()\n]{0,40}\bGoogle\b[^()\n]{0,40}\)\s*")
_ORIGINAL = re.compile(r"\n\(\s*(?:Orig|Оригинал|原文|Πρωτότυπο|मूल)[^()\n]{0,20}\)\s*")
_UNFOLD = 'button[jsaction*="expandReview"], button[aria-expanded="false"]'
_ACTIONS = 'button[jsaction*="review.share"], button[jsaction*="toggleThumbsUp"]'


def read(tree: LexborHTMLParser, now: datetime | None) -> list[Item]:
    """Every review in page order, each once."""
    cards: dict[str, LexborNode] = {}
    for node in walk.outermost(tree, "div[data-review-id]"):
        cards.setdefault(node.attributes.get("data-review-id") or "", node)
    return [_item(key, card, now) for key, card in cards.items() if key]


def _item(key: str, card: LexborNode, now: datetime | None) -> Item:
    stars = _stars(card)
    body = _body(card, key, stars)
    rating, best = _rating(stars)
    said, translated = _original(text.of(body, lines=True))
    shown = _shown(walk.after(stars), now)
    edited = shown if shown and _EDITED.match(shown.shown) else None
    return Item(
        ids=(("google.maps", key),) if google_ids.REVIEW.fullmatch(key) else (),
        rating=rating,
        best=best,
        author=text.line(card.attributes.get("aria-label")) or _author(card),
        text=said,
        text_complete=not _is_cut(said, card),
        translated=translated or _is_translated(card, body, stars),
        language=text.line(body.attributes.get("lang")) if body else None,
        posted=None if edited else shown,
        edited=edited,
        reply=_reply(card, body, now),
        syndicated_from=_source(walk.after(stars)),
    )


def _stars(card: LexborNode) -> LexborNode | None:
    for node in card.css("[role=img][aria-label]"):
        rating, best = _rating(node)
        if rating is not None and best is not None and 0 < rating <= best:
            return node
    return next((node for node in card.css("span") if _OUT_OF.fullmatch(node.text())), None)


def _rating(stars: LexborNode | None) -> tuple[Decimal | None, Decimal | None]:
    if stars is None:
        return None, None
    rating, best = numbers.rating((stars.attributes.get("aria-label") or stars.text()).strip())
    return rating, (best or _STARS) if rating is not None else None


def _body(card: LexborNode, key: str, stars: LexborNode | None) -> LexborNode | None:
    named = next((node for node in card.css("[id]") if node.attributes.get("id") == key), None)
    if named is not None or stars is None or stars.parent is None:
        return named
    following = walk.after(stars.parent)
    return None if following is None or following.css_first(_ACTIONS) else following


def _author(card: LexborNode) -> str | None:
    """The name in the link to the writer's other reviews; "Local Guide · 8 reviews" stands behind it."""
    links = card.css('[href*="/maps/contrib/"], [data-href*="/maps/contrib/"]')
    return next((name for link in links if (name := text.line_of(link.css_first("div")))), None)


def _shown(node: LexborNode | None, now: datetime | None) -> Moment | None:
    shown = text.line(node.text(deep=False)) if node is not None else None
    if not shown:
        return None
    return dates.parse(shown, now=now) or Moment(shown, None, Precision.NONE)


def _source(when: LexborNode | None) -> str | None:
    """Whose review a hotel's page shows: "2 weeks ago on <span>Tripadvisor</span>"; None for Google's own."""
    named = text.line_of(when.css_first("span > span")) if when is not None else None
    return None if named is None or named == "Google" else named.casefold()


def _original(words: str | None) -> tuple[str | None, bool]:
    """What was written, where both it and a translation are shown; and whether only the translation is."""
    prefix = _TRANSLATED.match(words) if words else None
    if words is None or prefix is None:
        return words, False
    parts = _ORIGINAL.split(words[prefix.end() :], maxsplit=1)
    return parts[-1] or None, len(parts) == 1


def _is_translated(card: LexborNode, body: LexborNode | None, stars: LexborNode | None) -> bool:
    """Whether a note of Google's stands outside the words: "Translated by Google", in whichever language."""
    row = stars.parent if stars is not None else None
    notes = [span for span in card.css("span") if "Google" in span.text(deep=False) and len(span.text()) < 60]
    return any(not walk.within(note, body) and not walk.within(note, row) for note in notes)


def _reply(card: LexborNode, body: LexborNode | None, now: datetime | None) -> Reply | None:
    block = _reply_block(card, body)
    words = _reply_words(block) if block is not None else None
    said, _ = _original(text.of(words, lines=True))
    if block is None or words is None or not said:
        return None
    heads = [span for span in block.css("span") if not walk.within(span, words) and text.line_of(span)]
    return Reply(said, not _is_cut(said, block), _shown(heads[-1], now) if len(heads) > 1 else None)


def _reply_block(card: LexborNode, body: LexborNode | None) -> LexborNode | None:
    actions = card.css(_ACTIONS)
    if actions and actions[-1].parent is not None:
        following = walk.after(actions[-1].parent)
        if following is not None and following.css_first("span") and text.of(following):
            return following
    told = next((node for node in card.css("[lang]") if not walk.within(node, body)), None)
    return told.parent if told is not None else None


def _reply_words(block: LexborNode) -> LexborNode | None:
    return block.css_first("[lang]") or next(
        (node for node in reversed(list(walk.children(block))) if node.tag == "div" and text.of(node)), None
    )


def _is_cut(words: str | None, around: LexborNode) -> bool:
    """A cut text ends in dots; the button alone unfolds other details as well."""
    return bool(words) and str(words).endswith(("…", "...")) and around.css_first(_UNFOLD) is not None
