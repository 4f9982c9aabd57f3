"""How rows are shown: names of sites, addresses that may be a link, the pieces of a reply. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from service.domain import Flag, Kind
from service.replies.triage import Triage
from service.sites.registry import site_named
from service.web import words
from service.web.phrases import gettext

LONGEST_LINK = 2000
NARROW, WIDE = 38, 62
"""Characters in a line of a review's words on a phone of 360 px, and at a desk."""
MARKED = re.compile(r"\{\+(?P<in>.*?)\+\}|\[-(?P<out>.*?)-\]", re.DOTALL)
"""Words put in and taken out, as ``replies.compare`` marks them."""

FEW, MANY = 5, 8
"""So many of its lines are shown at once on each; ``desk.css`` cuts there."""


class Said(Protocol):
    """What a review or a mention must tell to be named."""

    @property
    def kind(self) -> str: ...
    @property
    def author(self) -> str | None: ...
    @property
    def permalink(self) -> str | None: ...


def site_title(name: str) -> str:
    """How a person calls the site ``name``."""
    site = site_named(name)
    return site.title if site else name


def author_of(review: Said) -> str:
    """Who wrote it, or that nobody is named."""
    nobody = gettext("An article") if review.kind == Kind.MENTION else gettext("Somebody without a name")
    return review.author or nobody


def spot_of(review: Said, site: str) -> str:
    """Where it stands: ``site``, or the host of the article that mentions us."""
    link = safe_link(review.permalink) if review.kind == Kind.MENTION else None
    return (urlsplit(link).hostname or site).removeprefix("www.") if link else site


def safe_link(address: str | None) -> str | None:
    """``address`` where a person may follow it: a plain http(s) address with a host; else None."""
    if not address or len(address) > LONGEST_LINK or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def how_long(text: str) -> str:
    """Where ``text`` is cut until somebody asks for all of it.

    "" is nowhere, "long" is on a phone, and "longer" at a desk as well.
    """
    if lines_of(text, WIDE) > MANY:
        return "longer"
    return "long" if lines_of(text) > FEW else ""


def lines_of(text: str, width: int = NARROW) -> int:
    """How many lines of ``width`` characters it takes, about."""
    return sum(max(1, -(-len(line) // width)) for line in text.splitlines())


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a reply's text: "locked", "placeholder" (filled from the review) or "blank" (hers to fill)."""

    kind: str
    text: str
    name: str | None = None
    hint: str | None = None
    max: int | None = None


def pieces(text: str, spans: Sequence[Mapping[str, Any]], blanks: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """``text`` cut at its spans, in order, nothing lost; offsets count code points (CONTRACTS §8.7)."""
    hints = {blank["name"]: blank for blank in blanks}
    found, at = [], 0
    for span in sorted(spans, key=lambda span: int(span["start"])):
        start, end = max(at, int(span["start"])), int(span["end"])
        if start > at:
            found.append(Piece("locked", text[at:start]))
        if end > start:
            blank = hints.get(span["name"], {}) if span["kind"] == "blank" else {}
            found.append(
                Piece(span["kind"], text[start:end], span.get("name"), blank.get("hint"), blank.get("max"))
            )
        at = max(at, start, end)
    return found + ([Piece("locked", text[at:])] if at < len(text) else [])


def marked_runs(line: str) -> list[tuple[str, str]]:
    """A line of a comparison cut at its marks: "in", "out" or "", with the words; only marks are lost."""
    found, at = [], 0
    for mark in MARKED.finditer(line):
        found += [("", line[at : mark.start()]), (mark.lastgroup or "", mark.group(mark.lastgroup or 0))]
        at = mark.end()
    return [(kind, words) for kind, words in (*found, ("", line[at:])) if words]


def judged(triage: Mapping[str, Any] | None) -> Triage | None:
    """The judgement as it was stored; None where nobody judged yet."""
    return Triage.from_json(triage) if triage else None


def held_flags(judgement: Triage | None) -> tuple[str, ...]:
    """The flags that hold it, as people say them, in the order of the closed set."""
    held = judgement.held if judgement else frozenset()
    return tuple(words.FLAG[flag] for flag in Flag if flag in held)
