"""One page's text, parsed no further than somebody asks."""

from __future__ import annotations

import html
import re
from functools import cached_property
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from service.errors import Refused
from service.sentences import say
from service.sites import schemaorg

_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_VALUE = {
    name: re.compile(rf"""\b{name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
    for name in ("href", "content")
}
_LONGEST_TAG = 3000
_MANY_TAGS = 20_000
_DEEPEST = 5_000  # lexbor takes a second for 20,000 open elements, and the square of that beyond
_BLOCK = re.compile(
    r"<(/?)(?:div|ul|ol|dl|dd|dt|section|article|aside|main|nav|header|footer|center|details|figure|fieldset|pre"
    r"|blockquote|address|dir|menu|summary|hgroup|search|dialog|listing)\b",
    re.IGNORECASE,
)


class Page:
    """A page as text, with its address where one is known. Parts are read once, on first use."""

    def __init__(self, text: str, url: str | None = None) -> None:
        self.text = text
        self.url = url if url and _is_address(url) else None

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The whole page in lexbor: for finding. Found fragments are read by BeautifulSoup.

        Raises Refused for a page whose elements nest so deep that building the tree would take minutes.
        """
        if _may_nest_too_deep(self.text):
            raise Refused(say("elements nested more than %(deepest)s deep", deepest=f"{_DEEPEST:,}"))
        try:
            return LexborHTMLParser(self.text)
        except UnicodeEncodeError:  # half a surrogate pair, left by somebody's cut
            return LexborHTMLParser(self.text.encode("utf-8", "replace"))

    @cached_property
    def schema(self) -> schemaorg.Facts:
        """What the page's schema.org markup says (JSON-LD first, then microdata), field by field."""
        return schemaorg.read(self.text, lambda: self.tree, self.address, self.title)

    @cached_property
    def title(self) -> str | None:
        """The words in ``<title>``, on one line, without building the tree."""
        start = self.text.find("<title")
        found = _TITLE.match(self.text, start if start >= 0 else self.text.find("<TITLE"))
        return " ".join(html.unescape(found[1]).split()) or None if found else None

    @cached_property
    def canonical(self) -> str | None:
        """The page's own address (``rel=canonical``, else ``og:url``), without building the tree."""
        return self._address_in("canonical", "link", "href") or self._address_in("og:url", "meta", "content")

    @property
    def address(self) -> str | None:
        """Where the page was found, else the address it gives itself."""
        return self.url or self.canonical

    def _address_in(self, mark: str, tag: str, attribute: str) -> str | None:
        at = self.text.find(mark)
        while at >= 0:
            found = _VALUE[attribute].search(self._tag_around(at, tag))
            address = html.unescape(next(filter(None, found.groups()), "")).strip() if found else ""
            if _is_address(address):
                return address
            at = self.text.find(mark, at + len(mark))
        return None

    def _tag_around(self, at: int, name: str) -> str:
        """The opening tag called ``name`` that position ``at`` stands in, or ""."""
        start = self.text.rfind("<", max(0, at - _LONGEST_TAG), at)
        end = self.text.find(">", at, at + _LONGEST_TAG)
        tag = self.text[start : end + 1] if 0 <= start < end else ""
        return tag if tag[1 : len(name) + 1].lower() == name and ">" not in tag[:-1] else ""


def _is_address(words: str) -> bool:
    try:
        return urlsplit(words).scheme in ("http", "https")
    except ValueError:  # a bracket that opens no IPv6 address
        return False


def _may_nest_too_deep(text: str) -> bool:
    """Whether more block elements stay open than any real page has; told roughly first, which is cheap."""
    tags = text.count("<")
    if tags < _MANY_TAGS or tags - 2 * text.count("</") < _DEEPEST > text.count("<div") - text.count("</div"):
        return False
    blocks = _BLOCK.findall(text)
    return blocks.count("") - blocks.count("/") > _DEEPEST
