"""Google Takeout's "Google Business Profile" export: the owner's own reviews, whole and with their ids.

Google publishes no description of it. As real exports have it (2026-11), an archive holds
``Takeout/Google Business Profile/account-<n>/location-<n>/`` with ``reviews.json``, further pages
``reviews-<token>.json`` and ``additionalData.json``, whose LISTING_NAME attribute is the listing's name. A
review is cut down from that of the My Business API, version 4: ``name`` ("accounts/…/locations/…/reviews/…"),
``reviewer.displayName``, ``starRating`` (ONE to FIVE), ``comment``, ``createTime``, ``updateTime`` and
``reviewReply``. The account in a name is not stable, so it is no part of an id.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from typing import Any

from service.domain import Item, Moment, Precision, Reply
from service.errors import FileUnreadable
from service.sentences import say
from service.sites import dates, text
from service.sources.cells import Unclear
from service.sources.columns import LONGEST_PLACE, Brought, Rejected, require_something
from service.sources.sheet import MOST_ROWS

SITE = "google_maps"
ID_KIND = "google.gbp"
LARGEST_PAGE = 8_000_000  # bytes of one JSON file; Google puts some twenty reviews into each
LARGEST_IN_ALL = 60_000_000
MOST_FILES = 20_000

_PAGE = re.compile(r"(?:^|/)(?:location-(?P<place>[^/]+)/)?reviews(?:-[^/]+)?\.json$", re.IGNORECASE)
_ABOUT = re.compile(r"(?:^|/)location-(?P<place>[^/]+)/additionalData\.json$", re.IGNORECASE)
_WRITTEN_BY_OWNER = re.compile(r"(?:^|/)Maps[^/]*/Reviews\.json$", re.IGNORECASE)
_NAME = re.compile(r"(?:^|/)locations/(?P<place>[^/]+)/reviews/(?P<id>[^/]+)$")
_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_BEST = Decimal(5)
_NOT_THE_OWNERS = say(
    "These are the reviews you wrote yourself, from Google Maps. At takeout.google.com "
    "choose Google Business Profile alone. Nothing was kept."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One review of an export as it stands there; ``place`` is the location's name, else its number."""

    place: str
    record: Mapping[str, Any]


def is_archive(body: bytes) -> bool:
    """Whether ``body`` is an archive that may be a Takeout export. Never raises."""
    return body.startswith(b"PK\x03\x04")


def entries(body: bytes) -> list[Entry]:
    """Every review in a Takeout archive, or in one of its ``reviews.json``; each once, the newest copy.

    Raises ``FileUnreadable`` for anything else, with what to download instead.
    """
    found = _in_archive(body) if is_archive(body) else _in_page(_json(body), "")
    newest: dict[tuple[str, object], Entry] = {}
    for number, one in enumerate(found):
        if number > MOST_ROWS:
            raise FileUnreadable(
                say(
                    "The export has more than %(most_rows)s reviews. Bring fewer locations at once.",
                    most_rows=f"{MOST_ROWS:,}",
                )
            )
        key = _key(one, number)
        if key not in newest or _told_at(one) > _told_at(newest[key]):
            newest[key] = one
    if not newest:
        raise FileUnreadable(
            say(
                "No review of a Google Business Profile is in it. At takeout.google.com choose "
                "Google Business Profile alone, and give the archive as it was downloaded. Nothing "
                "was kept."
            )
        )
    return list(newest.values())


def read_entry(entry: Entry) -> Brought | Rejected:
    """The review in ``entry``, or why there is none. Never raises anything."""
    record = entry.record
    try:
        item = _item(record)
        require_something(item)
    except Unclear as unclear:
        return Rejected(str(unclear), entry.place)
    return Brought(item, entry.place)


def shown(entry: Entry) -> tuple[str, ...]:
    """The entry as a row for a person: author, stars, date, words, reply."""
    record = entry.record
    fields = (
        _part(record, "reviewer").get("displayName"),
        record.get("starRating"),
        record.get("createTime"),
        record.get("comment"),
        _part(record, "reviewReply").get("comment"),
    )
    return tuple(field if isinstance(field, str) else "" for field in fields)


def _item(record: Mapping[str, Any]) -> Item:
    stars = _STARS.get(str(record.get("starRating", "")).upper())
    if (
        stars is None
        and str(record.get("starRating") or "STAR_RATING_UNSPECIFIED") != "STAR_RATING_UNSPECIFIED"
    ):
        raise Unclear(say("its rating is none that Google gives"))
    posted = _moment(record.get("createTime"))
    edited = _moment(record.get("updateTime"))
    item = Item(
        ids=_ids(record),
        rating=None if stars is None else Decimal(stars),
        best=None if stars is None else _BEST,
        author=None if _part(record, "reviewer").get("isAnonymous") else _author(record),
        text=text.clean(record.get("comment")),
        posted=posted,
        edited=edited if edited and posted and edited.at != posted.at else None,
        reply=_reply(record),
    )
    return item if stars is not None else replace(item, scale=item.scale.NONE)


def _author(record: Mapping[str, Any]) -> str | None:
    return text.line(_part(record, "reviewer").get("displayName"))


def _reply(record: Mapping[str, Any]) -> Reply | None:
    reply = _part(record, "reviewReply")
    words = text.clean(reply.get("comment"))
    return Reply(words, at=_moment(reply.get("updateTime"))) if words else None


def _ids(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    named = _NAME.search(str(record.get("name", "")))
    value = record.get("reviewId") or (named["id"] if named else None)
    return ((ID_KIND, value[:200]),) if isinstance(value, str) and value and value.isprintable() else ()


def _moment(value: object) -> Moment | None:
    """A time as Google writes it. Raises ``Unclear`` where there is something else."""
    if value is None:
        return None
    moment = dates.parse(value) if isinstance(value, str) else None
    if moment is None or moment.at is None or moment.precision not in (Precision.SECOND, Precision.DAY):
        raise Unclear(say("one of its dates cannot be read"))
    return moment


def _key(entry: Entry, number: int) -> tuple[str, object]:
    """What is equal for copies of one review: its id, under whichever account it stands; else its place."""
    ids = _ids(entry.record)
    return ("id", ids[0][1]) if ids else ("row", number)


def _told_at(entry: Entry) -> str:
    return str(entry.record.get("updateTime") or entry.record.get("createTime") or "")


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    return part if isinstance(part, dict) else {}


def _in_archive(body: bytes) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            infos = archive.infolist()
            wanted = [one for one in infos if _PAGE.search(one.filename) or _ABOUT.search(one.filename)]
            _require_small(wanted)
            if any(_WRITTEN_BY_OWNER.search(one.filename) for one in wanted) and len(wanted) == 1:
                raise FileUnreadable(_NOT_THE_OWNERS)
            yield from _in_files(archive, wanted)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError):
        raise FileUnreadable(
            say("The archive is damaged or locked by a password. Download it again. Nothing was kept.")
        ) from None


def _require_small(wanted: list[zipfile.ZipInfo]) -> None:
    too_much = len(wanted) > MOST_FILES or sum(one.file_size for one in wanted) > LARGEST_IN_ALL
    if too_much or any(one.file_size > LARGEST_PAGE for one in wanted):
        raise FileUnreadable(
            say("The archive unpacks to more than any export of reviews has. Nothing was kept.")
        )


def _in_files(archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    names: dict[str, str] = {}
    for one in wanted:
        if about := _ABOUT.search(one.filename):
            names[about["place"]] = _listing_name(_json(archive.read(one))) or about["place"]
    for one in wanted:
        page = _PAGE.search(one.filename)
        if page and not _WRITTEN_BY_OWNER.search(one.filename):
            folder = page["place"] or ""
            yield from _in_page(_json(archive.read(one)), names.get(folder, folder))


def _in_page(page: Any, place: str) -> Iterator[Entry]:
    if isinstance(page, dict) and page.get("type") == "FeatureCollection":
        raise FileUnreadable(_NOT_THE_OWNERS)
    records = page.get("reviews") if isinstance(page, dict) else page
    for record in records if isinstance(records, list) else ():
        if isinstance(record, dict):
            named = _NAME.search(str(record.get("name", "")))
            yield Entry((place or (named["place"] if named else ""))[:LONGEST_PLACE], record)


def _listing_name(about: Any) -> str | None:
    """The LISTING_NAME attribute of a location's ``additionalData.json``."""
    attributes = about.get("attributes") if isinstance(about, dict) else None
    for attribute in attributes if isinstance(attributes, list) else ():
        if not isinstance(attribute, dict) or _part(attribute, "id").get("attributeType") != "LISTING_NAME":
            continue
        for value in attribute.get("values") or ():
            named = _part(_part(value, "datum"), "listingName") if isinstance(value, dict) else {}
            if name := text.line(named.get("text")):
                return name
    return None


def _json(body: bytes) -> Any:
    """What a JSON file says. Raises ``FileUnreadable`` where it is none."""
    import orjson

    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise FileUnreadable(
            say("One of the export's files is damaged. Download it again. Nothing was kept.")
        ) from None
