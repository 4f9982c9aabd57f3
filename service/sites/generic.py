"""Any site we know nothing special about: structured data decides, under the name of its host."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import SplitResult

from service.domain import Route
from service.sites.base import ListingAddress, Reading, Site, Way
from service.sites.page import Page

_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+|\[?[0-9a-f:]+\]?")


def name_of(host: str) -> str:
    """The registrable part of a host: "www.hotels.com" and "uk.hotels.com" are both "hotels.com"."""
    if re.fullmatch(r"[\d.]+|.*:.*", host):
        return host
    labels = host.removeprefix("www.").split(".")
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if second_level else labels[-2:])


_SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gov", "govt", "ltd", "ne", "net", "nom", "or", "org", "plc"}
)


@lru_cache(maxsize=1024)
def site_of(name: str) -> Site | None:
    """The site under a host's own name, or None where ``name`` is no host's."""
    if not _NAME.fullmatch(name):
        return None
    return Site(
        name=name,
        title=name,
        hosts=(name,),
        listing=lambda parts: _listing(name, parts),
        read=lambda page, now: read(name, page, now),
        ways=(Way(Route.PAGE, 0, "", "the public page, where its markup holds the reviews"),),
    )


def read(name: str, page: Page, now: datetime | None) -> Reading:
    raise NotImplementedError


def _listing(name: str, parts: SplitResult) -> ListingAddress | None:
    path = parts.path.rstrip("/")
    return ListingAddress(name, path or "/", parts._replace(fragment="").geturl())
