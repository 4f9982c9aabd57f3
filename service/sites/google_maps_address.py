"""Which of Google's addresses are one business, in all the forms they are handed around in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from service.errors import UnwatchableAddress
from service.sentences import say
from service.sites import google_ids
from service.sites.base import ListingAddress

SHORT = ("maps.app.goo.gl", "goo.gl", "g.page", "share.google", "g.co")
"""Hosts of links that tell nothing until they are opened."""

_PLAIN = (
    "com ae am as at az ba be bg bi bj bs by ca cat cd ch ci cl cm cz de dj dk dm dz ee es fi fm fr ga "
    "ge gg gl gm gr gy hn hr ht hu ie im iq is it je jo kg ki kz la li lk lt lu lv md me mg mk ml mn mu "
    "mv mw ne nl no nr nu pl ps pt ro rs ru rw sc se sh si sk sm sn so sr st td tg tl tm tn to tt vu ws"
)
_CO = "ao bw ck cr id il in jp ke kr ls ma mz nz th tz ug uk uz ve vi za zm zw"
_COM = (
    "af ag ar au bd bh bn bo br bz co cu cy do ec eg et fj gh gi gt hk jm kh kw lb ly mm mt mx my na ng "
    "ni np om pa pe pg ph pk pr py qa sa sb sg sl sv tj tr tw ua uy vc vn"
)
HOSTS = (
    *(f"google.{country}" for country in _PLAIN.split()),
    *(f"google.co.{country}" for country in _CO.split()),
    *(f"google.com.{country}" for country in _COM.split()),
    *SHORT,
)
"""Every host of Google's that shows Maps, and those of its short links."""

_HOST = re.compile(r"(?:(?:www|maps|search|local)\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_PLACE = re.compile(r"/maps/(?:preview/)?(?:place|reviews)\b")
_IN_PATH = re.compile(r"!1s(0x[0-9a-f]{1,16}:0x[0-9a-f]{1,16})", re.IGNORECASE)
_IN_FRAGMENT = re.compile(r"\blrd=([^,&]+)")


def listing(parts: SplitResult) -> ListingAddress | None:
    """The business an address of Maps or Search means; the key is its CID, in decimal.

    None for searches, directions, lists and everything else of Google's. Raises UnwatchableAddress for a
    short link, and for an address that names a business without its id: only a browser can tell which one is
    meant.
    """
    host = (parts.hostname or "").removesuffix(".")
    if host.startswith("consent.google."):
        return next((listing(urlsplit(link)) for link in parse_qs(parts.query).get("continue", [])), None)
    if any(host == short or host.endswith("." + short) for short in SHORT):
        raise UnwatchableAddress(
            say(
                "This is a short link. Open it in a browser, wait for the map, and copy the long "
                "address from there: it holds /maps/place/."
            )
        )
    if not _HOST.fullmatch(host):
        return None
    cid = next(_cids(parts), None)
    if cid:
        return ListingAddress("google_maps", cid, f"https://www.google.com/maps?cid={cid}")
    if parts.path.startswith("/maps/place/"):
        raise UnwatchableAddress(
            say(
                "This address names a business without Google's id for it. Open it in a browser, "
                "wait until the address has grown (it then holds 0x…:0x…), and copy it from there."
            )
        )
    return None


def key(address: str | None) -> str | None:
    """The CID in an address, or None where it holds none."""
    try:
        found = listing(urlsplit(address)) if address else None
    except (UnwatchableAddress, ValueError):
        return None
    return found.key if found else None


def _cids(parts: SplitResult) -> Iterator[str]:
    asked = parse_qs(parts.query)
    for name in ("cid", "ludocid"):
        yield from filter(None, map(google_ids.cid_of_figures, asked.get(name, [])))
    for name in ("query_place_id", "placeid", "place_id", "q"):
        places = [value.removeprefix("place_id:") for value in asked.get(name, [])]
        yield from filter(None, map(google_ids.cid_of_place, places))
    features = [*asked.get("ftid", []), *_IN_FRAGMENT.findall(unquote(parts.fragment))]
    if _PLACE.match(parts.path):
        # what was searched for, or lies around, stands before the place itself
        features += reversed(_IN_PATH.findall(unquote(parts.path)))
    yield from filter(None, map(google_ids.cid_of_feature, features))
