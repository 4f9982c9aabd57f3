"""The recommendations a Facebook Page shows: one card for each, in two generations of markup.

Outline of 2018 to 2021 (page of 2021-07) and of 2022 to 2026 (pages of 2025), most semantic first::

    card     [role=article] around the header                  the same, or all that belongs to one header
    header   h5 beside [data-testid=story-subtitle]            [data-ad-rendering-role=profile_name]
    words    "<a>Ann</a> doesn't recommend <a>The Page</a>."   the same, in the reader's language
    when     abbr[data-utime]                                  the link to the post, its time often scrambled
    message  [data-testid=post_message]                        [data-ad-rendering-role=story_message]
    comment  [role=article][aria-label] inside the card        the same
    stars    "5 stars", listed under an old one's message      none: stars ended in August 2018
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.domain import Item, Kind, Moment, Reply, Scale
from service.sites import dates, facebook_address, facebook_words, numbers, text, walk

_HOME = "https://www.facebook.com/"
_HEADERS = "[data-testid=story-subtitle], [data-ad-rendering-role=profile_name]"
_MESSAGES = (
    "[data-testid=post_message], [data-ad-rendering-role=story_message], [data-ad-preview=message],"
    " [data-ad-comet-preview=message]"
)
_POSTS = 'a[href*="/posts/"], a[href*="permalink"], a[href*="story_fbid"]'
_UNSEEN = ".text_exposed_hide, [role=button], button"  # what unfolds the rest, which lies in the page already
_HIGHEST = 40  # elements climbed from a header to its card
_NUMBER = re.compile(r"/posts/(?:[^/?#]*[-/])?(\d{6,})|[?&](?:story_fbid|fbid)=(\d{6,})|/permalink/(\d{6,})")
_STARS = re.compile(r"\s*([1-5])\s?[^\d\s]+(?:\s[^\d\s]+)?\s*")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose page it is, as far as the page says: by this a comment is known for the owner's reply."""

    name: str | None = None
    key: str | None = None
    number: str | None = None

    def wrote(self, link: LexborNode) -> bool:
        """Whether the comment whose writer is named in ``link`` is the Page's own."""
        numbered = re.search(r"[?&]id=(\d+)", link.attributes.get("data-hovercard") or "")
        if numbered and self.number:
            return numbered[1] == self.number
        parts = walk.target(link, _HOME)
        key = facebook_address.key(parts.geturl()) if parts else None
        if key and (self.key or self.number):
            return key in (self.key, self.number)
        return self.name is not None and text.line_of(link) == self.name


def read(tree: LexborHTMLParser, owner: Owner, now: datetime | None) -> list[Item]:
    """Every recommendation in page order; the Page's own posts are passed over."""
    marks = tree.css(_HEADERS)
    held = Counter(ancestor.mem_id for mark in marks for ancestor in _ancestors(mark))
    inside: set[int] = set()
    items = []
    for mark in marks:
        if mark.mem_id in inside:  # of a post that somebody shares
            continue
        card = _card(mark, held)
        inside.update(inner.mem_id for inner in card.css(_HEADERS))
        header = _header(card, mark)
        items.append(_item(card, header, owner, now) if header is not None else None)
    return [item for item in items if item]


def _card(mark: LexborNode, held: Counter[int]) -> LexborNode:
    """The article around ``mark``; without one, the largest element that holds no other mark."""
    widest = mark
    for ancestor in _ancestors(mark):
        if ancestor.attributes.get("role") == "article":
            return ancestor
        if held[ancestor.mem_id] > 1:
            break
        widest = ancestor
    return widest


def _ancestors(mark: LexborNode) -> Iterator[LexborNode]:
    climbing = mark.parent
    for _ in range(_HIGHEST):
        if climbing is None or climbing.tag in ("body", "html"):
            return
        yield climbing
        climbing = climbing.parent


def _header(card: LexborNode, mark: LexborNode) -> LexborNode | None:
    return mark if mark.attributes.get("data-ad-rendering-role") else card.css_first("h5, h6, h4, h3")


def _item(card: LexborNode, header: LexborNode, owner: Owner, now: datetime | None) -> Item | None:
    author = next(iter(_signatures(header)), None)
    if author is None or author == owner.name:
        return None
    recommends = facebook_words.recommends(_between(header, author, owner))
    stars = _stars(card, header)
    if recommends is None and stars is None and not _points_to(header, owner):
        return None
    post = next((link for link in card.css(_POSTS) if "comment_id" not in walk.href(link)), None)
    words, complete = _unfolded(card.css_first(_MESSAGES))
    return Item(
        ids=_ids(post),
        kind=Kind.RECOMMENDATION if stars is None else Kind.REVIEW,
        scale=Scale.RECOMMEND if stars is None else Scale.STARS5,
        rating=stars,
        best=None if stars is None else Decimal(5),
        recommends=recommends,
        author=author,
        text=words,
        text_complete=complete,
        posted=_told(card.css_first("abbr[data-utime]")) or _shown(post, now),
        reply=_reply(card, owner, now),
        permalink=_permalink(post),
    )


def _signatures(node: LexborNode) -> list[str]:
    """The names in a header, in order: linked or bold; a writer whose profile is hidden is only marked."""
    return [name for part in node.css("a, b, strong, span.profileLink") if (name := text.line_of(part))]


def _between(header: LexborNode, author: str, owner: Owner) -> str:
    words = (text.line_of(header) or "").replace(author, " ", 1)
    for name in [owner.name, *map(text.line_of, header.css("a"))]:
        words = words.replace(name, " ") if name else words
    return words


def _points_to(header: LexborNode, owner: Owner) -> bool:
    """Whether somebody's header names the Page: a recommendation in words we do not know."""
    return any(owner.wrote(link) for link in header.css("a")[1:])


def _stars(card: LexborNode, header: LexborNode) -> Decimal | None:
    """An old review's stars: "Ann reviewed The Page — <u>5 star</u>" until 2018, in a list below since."""
    for node in (header.css_first("u"), card.css_first(".uiCollapsedList")):
        found = _STARS.fullmatch(node.text()) if node is not None else None
        if found:
            return numbers.decimal(found[1])
    return None


def _unfolded(node: LexborNode | None) -> tuple[str | None, bool]:
    """The words in a message, and whether that is all; a fold whose rest is in the page hides nothing."""
    if node is None:
        return None, True
    fragment = LexborHTMLParser(node.html or "")
    folded = fragment.css_first(".text_exposed_hide") is not None
    whole = fragment.css_first(".text_exposed_show") is not None
    unfolds = fragment.css_first("[role=button], button") is not None
    while (unseen := fragment.css_first(_UNSEEN)) is not None:
        unseen.decompose()
    words = text.of(fragment.body)
    dotted = words is not None and words.endswith(("…", "..."))
    return words, not (dotted and unfolds) and (whole or not folded)


def _reply(card: LexborNode, owner: Owner, now: datetime | None) -> Reply | None:
    """The first comment the Page itself wrote; an employee under a private name is not the Page."""
    for comment in card.css("[role=article]"):
        writer = next((link for link in comment.css("a[href]") if text.line_of(link)), None)
        if comment.mem_id == card.mem_id or writer is None or not owner.wrote(writer):
            continue
        words, complete = _unfolded(_comment_words(comment, text.line_of(writer)))
        at = _told(comment.css_first("abbr[data-utime]")) or _shown(
            next(reversed(comment.css("li a")), None), now
        )
        return Reply(words, complete, at) if words else None
    return None


def _comment_words(comment: LexborNode, writer: str | None) -> LexborNode | None:
    return next((node for node in comment.css("[dir]") if text.line_of(node) not in (None, writer)), None)


def _told(abbr: LexborNode | None) -> Moment | None:
    """The instant an <abbr data-utime> holds, as shown in it: languages do not matter."""
    if abbr is None:
        return None
    moment = dates.parse(abbr.attributes.get("data-utime") or "")
    shown = text.line_of(abbr)
    return replace(moment, shown=shown or moment.shown) if moment else None


def _shown(link: LexborNode | None, now: datetime | None) -> Moment | None:
    shown = (text.line(link.attributes.get("aria-label")) or text.line_of(link)) if link is not None else None
    return dates.parse(shown, now=now) if shown else None


def _ids(post: LexborNode | None) -> tuple[tuple[str, str], ...]:
    """The post's number; the "pfbid…" of newer links differs from reader to reader and is none."""
    found = _NUMBER.search(walk.href(post))
    return (("facebook", next(filter(None, found.groups()))),) if found else ()


def _permalink(post: LexborNode | None) -> str | None:
    parts = walk.target(post, _HOME)
    if parts is None or not (parts.hostname or "").endswith("facebook.com"):
        return None
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name in ("story_fbid", "id", "fbid")]
    return parts._replace(query=urlencode(kept), fragment="").geturl()
