"""Which of Facebook's addresses are one Page, in all the forms they are handed around in."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from service.errors import UnwatchableAddress
from service.sentences import say
from service.sites.base import ListingAddress

SHORT = ("fb.me",)
"""Hosts of links that tell nothing until they are opened."""

_OWN = (
    "about ads business businesses careers checkpoint comment dialog directory events fbml feed friends"
    " gaming groups hashtag help home home.php index.php jobs l.php legal live login login.php marketplace"
    " media messages notes notifications pages people permalink.php photo photo.php photos plugins policies"
    " policy posts privacy profile.php public r.php recover reel reels reg rsrc.php saved search settings"
    " share share.php sharer sharer.php stories story.php terms tr ufi video video.php videos watch"
)
_OWN_PATHS = frozenset(_OWN.split())
_SECTIONS = frozenset({"", "reviews", "ratings", "about", "posts", "home", "photos", "videos", "community"})
_NAME = re.compile(r"[\w.-]{3,100}")
_NUMBER_AT_END = re.compile(r"(?:.*-)?(\d{6,20})")


def listing(parts: SplitResult) -> ListingAddress | None:
    """The Page an address means; the key is its number where the address has one, else its name.

    Names are taken without capitals and dots, which Facebook ignores. None for groups, posts, photos,
    searches and Facebook's own pages. Raises UnwatchableAddress for links that tell nothing until opened.
    """
    host = (parts.hostname or "").removesuffix(".")
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if host in SHORT or steps[:1] == ["share"]:
        raise UnwatchableAddress(
            say(
                "This is a short link. Open it in a browser, wait for the Page, and copy the long "
                "address from there."
            )
        )
    if host.startswith(("l.", "lm.", "business.", "developers.", "about.", "apps.", "graph.")):
        return None
    name = _page(steps, parse_qs(parts.query))
    return _address(name) if name else None


def key(address: str | None) -> str | None:
    """The key of the Page an address means, or None where it means none."""
    try:
        found = listing(urlsplit(address)) if address else None
    except (UnwatchableAddress, ValueError):
        return None
    return found.key if found else None


def _page(steps: list[str], asked: dict[str, list[str]]) -> str | None:
    match steps:
        case ["profile.php"]:
            return next(filter(str.isdecimal, asked.get("id", [])), None)
        case ["pages", "category", _, name, *_]:
            return name
        case ["pages" | "people", _, number, *_]:
            return number
        case ["p" | "pg", name, *rest] if len(rest) < 2:
            return name
        case [name, *rest] if name.lower() not in _OWN_PATHS and len(rest) < 2:
            return name if "".join(rest).lower() in _SECTIONS else None
    return None


def _address(name: str) -> ListingAddress | None:
    if not _NAME.fullmatch(name):
        return None
    number = _NUMBER_AT_END.fullmatch(name)
    if number:
        url = f"https://www.facebook.com/profile.php?id={number[1]}&sk=reviews"
        return ListingAddress("facebook", number[1], url)
    folded = name.lower().replace(".", "")
    return ListingAddress("facebook", folded, f"https://www.facebook.com/{name}/reviews")
