"""What an HTML mail shows: its lines and its links, without scripts, styles and what is hidden.

lxml tells tags one by one and builds no tree: half a megabyte of unclosed <div> took a tree builder 31 s, and
half a megabyte of <font> all memory there was; both take this 0.05 s.
"""

from __future__ import annotations

import re
from typing import Any

from service.sites.mail.base import Link
from service.sites.mail.links import LONGEST_HREF, LONGEST_WORDS, MOST_LINKS

MOST_HTML = 512 * 1024
"""Characters of HTML that are read."""

_SHOWS_NOTHING = "head script style title noscript template svg math object iframe select textarea"
_MAKES_LINES = (
    "address article aside blockquote body center dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr"
    " li main nav ol p pre section table tbody td th thead tr ul"
)
_HOLDS_NOTHING = "area base br col embed hr img input link meta param source track wbr"
_SILENT, _BLOCKS, _VOID = (
    frozenset(names.split()) for names in (_SHOWS_NOTHING, _MAKES_LINES, _HOLDS_NOTHING)
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|max-height\s*:\s*0",
    re.IGNORECASE,
)
_UNSEEN = dict.fromkeys([0xAD, 0x34F, *range(0x200B, 0x2010), 0x2060, 0xFEFF])


def shown(html: str) -> tuple[str, tuple[Link, ...]]:
    """The text a person sees in ``html``, blocks as lines, and its links. Never raises."""
    from lxml import etree

    page = _Shown()
    parser = etree.HTMLParser(encoding="utf-8", target=page)
    parser.feed(html[:MOST_HTML].encode("utf-8", "replace") or b" ")
    parser.close()
    return page.text, tuple(page.links)


class _Shown:
    """What lxml tells its tags to."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._silent: list[str] = []  # the tags open since one that shows nothing
        self._href: tuple[str, int] | None = None
        self.links: list[Link] = []

    @property
    def text(self) -> str:
        """The lines so far: spaces collapsed, at most one empty line between two."""
        told = "".join(self._pieces).translate(_UNSEEN)
        lines = "\n".join(" ".join(line.split()) for line in told.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", lines).strip()

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        """A tag opens."""
        if self._silent or tag in _SILENT or "hidden" in attributes or _hides(attributes):
            if tag not in _VOID:
                self._silent.append(tag)
            return
        if tag == "br":
            self._pieces.append("\n")
        elif tag in _BLOCKS:
            self._pieces.append("\n\n" if tag == "p" else "\n")
        elif tag == "img":
            self._pieces.append(f" {' '.join(str(attributes.get('alt') or '').split())[:100]} ")
        elif tag == "a":
            self._close_link()
            self._href = (str(attributes.get("href") or "").strip(), len(self._pieces))

    def end(self, tag: str) -> None:
        """A tag closes; lxml closes every one it opened, in order."""
        if self._silent:
            if tag not in _VOID:
                self._silent.pop()
        elif tag == "a":
            self._close_link()
        elif tag in _BLOCKS:
            self._pieces.append("\n\n" if tag == "p" else "\n")

    def data(self, words: str) -> None:
        """Words; line ends in the source are spaces."""
        if not self._silent:
            self._pieces.append(re.sub(r"\s", " ", words))

    def close(self) -> None:
        """The end of the mail."""
        self._close_link()

    def _close_link(self) -> None:
        if self._href is None:
            return
        href, since = self._href
        self._href = None
        words = " ".join("".join(self._pieces[since:]).translate(_UNSEEN).split())
        if href and len(href) <= LONGEST_HREF and len(self.links) < MOST_LINKS:
            self.links.append(Link(href, words[:LONGEST_WORDS]))


def _hides(attributes: dict[str, Any]) -> bool:
    return bool(_HIDDEN.search(str(attributes.get("style") or "")[:2000]))
