"""A feed's bytes to mentions: RSS, Atom and JSON Feed. Pure, and safe for whatever stands there.

A mention has no stars. Its ids are the entry's own, which counts within its feed alone (blogs number their
posts from 1), and the article's address, so that one article heard through two feeds is one mention.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from selectolax.lexbor import LexborHTMLParser

from service.domain import Item, Kind, Moment, Precision, Scale
from service.errors import PageChanged, Refused
from service.sentences import say
from service.sites import text as plain
from service.sites import walls
from service.sites.decode import decode
from service.sites.page import Page
from service.sources import entries_json, entries_xml, links
from service.sources.entry import Entry, Written

LARGEST = 2_000_000  # bytes; feeds that carry whole articles reach one million
LONGEST_TEXT = 20_000  # characters, as much as is ever judged
LONGEST_LINE = 500
BELIEVED_AHEAD = timedelta(days=1)  # a clock or a time zone may be wrong by that much
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_HTML = re.compile(
    r"\s*(<\?xml[^>]{0,200}>\s*)?(?>(?>\s*<!--.{0,2000}?-->)*+\s*)<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=[-_]|$)")
_END = 40  # characters in which an excerpt says that there is more
_CUT = re.compile(r"(…|\.\.\.|\[…\]|\[\.\.\.\]|\(…\)|\(\.\.\.\))\W*$|read more\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """What stands at a feed's address: what it is, its own title, and its entries as mentions."""

    form: str
    title: str | None
    items: tuple[Item, ...]


def read(body: bytes, content_type: str | None, base: str, scope: str, now: datetime) -> Feed:
    """The feed in ``body``. ``base`` is what relative links are seen from, ``scope`` names the feed.

    Raises PageChanged where it is no feed, Walled, SignedOut or Gone for a page that stands in its place,
    Refused where it is too large. Nothing else is ever raised, whatever the bytes.
    """
    if len(body) > LARGEST:
        raise Refused(say("the feed is larger than %(largest)s MB", largest=f"{LARGEST / 1_000_000:g}"))
    text = decode(body, content_type)
    if _HTML.match(text):
        page = Page(text, None)
        walls.check(page)
        walls.suspect(page)
        raise PageChanged(say("a web page stands where the feed should"))
    written = entries_json.read(text) if text.lstrip().startswith("{") else entries_xml.read(text)
    if written is None:
        raise PageChanged(say("no feed we can read"))
    items = [item for entry in written.entries if (item := _item(entry, written, base, scope, now))]
    return Feed(written.form, _line(written.title), tuple(items))


def feed_named_in(body: bytes, content_type: str | None, url: str) -> str | None:
    """The first feed that the web page at ``url`` names as its own; None for none. Never raises."""
    page = LexborHTMLParser(decode(body[:LARGEST], content_type))
    for link in page.css("link[rel~='alternate' i][href]"):
        if (link.attributes.get("type") or "").strip().lower() in _FEED_TYPES:
            return links.address(link.attributes.get("href"), url)
    return None


def naming(items: Sequence[Item], words: Sequence[str]) -> tuple[Item, ...]:
    """Those of ``items`` that name one of ``words``, whole and however written; without words, all."""
    wanted = [re.escape(told) for word in words if (told := _folded(word))]
    if not wanted:
        return tuple(items)
    named = re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)")
    return tuple(item for item in items if named.search(_folded(f"{item.title or ''}\n{item.text or ''}")))


def _item(entry: Entry, feed: Written, base: str, scope: str, now: datetime) -> Item | None:
    """None for an entry that says nothing at all."""
    link = links.address(entry.link, base)
    title, text = _line(entry.title), _words(entry.text)
    if not (link or title or text):
        return None
    is_cut = not entry.is_whole or len(text or "") > LONGEST_TEXT or bool(_CUT.search((text or "")[-_END:]))
    return Item(
        ids=_ids(entry, link, f"{title}\n{text}", scope),
        kind=Kind.MENTION,
        scale=Scale.NONE,
        author=_line(entry.author),
        title=title,
        text=text and text[:LONGEST_TEXT],
        text_complete=not is_cut,
        language=_language(entry.language or feed.language),
        posted=_posted(entry, now),
        permalink=link,
    )


def _ids(entry: Entry, link: str | None, words: str, scope: str) -> tuple[tuple[str, str], ...]:
    own = plain.line(entry.id)
    if own is None and link is None:
        own = sha256(words.encode()).hexdigest()
    ids = [("feed", links.named(f"{scope}:{own}"))] if own else []
    return (*ids, *([("url", links.name_of(link))] if link else []))


def _posted(entry: Entry, now: datetime) -> Moment | None:
    shown = (plain.line(entry.shown) or "")[:100]
    if entry.posted is None or not EARLIEST < entry.posted < now + BELIEVED_AHEAD:
        return Moment(shown, None, Precision.NONE) if shown else None
    precision = Precision.SECOND if ":" in shown else Precision.DAY
    at = entry.posted if precision is Precision.SECOND else _midnight(entry.posted)
    return Moment(shown, at, precision)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _language(told: str | None) -> str | None:
    found = _LANGUAGE.match(told or "")
    return found[0].lower() if found else None


def _words(markup: str | None) -> str | None:
    if markup is None or not _MARKUP.search(markup):
        return plain.clean(markup)
    return plain.of(LexborHTMLParser(markup).body)


def _line(markup: str | None) -> str | None:
    words = _words(markup)
    return words.replace("\n", " ")[:LONGEST_LINE] if words else None


def _folded(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words).casefold()
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())
