"""What one entry of a feed says, before anybody made a mention of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOST_ENTRIES = 200  # of one feed at one look: the newest stand first, and a look comes again within a day


@dataclass(frozen=True, slots=True)
class Entry:
    """As written: ``title`` and ``text`` may still hold markup. ``is_whole`` says that text is no excerpt.

    ``shown`` is the date as written; ``posted`` what it means (aware UTC), None where that cannot be told.
    """

    id: str | None = None
    link: str | None = None
    title: str | None = None
    text: str | None = None
    is_whole: bool = False
    author: str | None = None
    posted: datetime | None = None
    shown: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A feed as written. ``form`` is what it is: "Atom 1.0", "RSS 2.0", "JSON Feed 1.1"."""

    form: str
    title: str | None
    language: str | None
    entries: tuple[Entry, ...]
