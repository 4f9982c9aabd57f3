"""Every pack there is, as it stands now: the newest version that is stored, and files nobody stored yet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlmodel import Session, col

from service.approval.folder import FoundPack, Shelf
from service.approval.freshness import Stale, stale_feeds
from service.approval.recalls import Withdrawn, gone_from, withdrawn
from service.approval.signatures import Signed, verified
from service.approval.stored import remembered
from service.approval.submitting import waits
from service.approval.versions import approved_packs, still_missing
from service.models import PackFeed, PackState, PackVersion
from service.replies.pack import Pack


class Standing(StrEnum):
    """What the newest version of a pack is; ``file`` is a pack no version of which is stored."""

    WAITS = "waits"
    SENT_BACK = "sent_back"
    DRAFT = "draft"
    FILE = "file"
    IN_USE = "in_use"
    NOT_YET = "not_yet"
    ENDED = "ended"
    STALE = "stale"
    LEFT_FEED = "left_feed"
    RECALLED = "recalled"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Catalogued:
    """One pack. ``pack`` is what its newest version says, None where its bytes were altered.

    ``in_use`` is the version that is suggested now; ``missing`` says what the newest still needs. ``file`` is
    a file of that name whose bytes are not stored.
    """

    name: str
    standing: Standing
    pack: Pack | None
    version: PackVersion | None = None
    in_use: Pack | None = None
    missing: str | None = None
    brand: str | None = None
    stale: Stale | None = None
    file: FoundPack | None = None
    recalled: int = 0

    @property
    def file_is_newer(self) -> bool:
        """Whether the file holds a later version than any that is stored."""
        return self.file is not None and (self.version is None or self.file.pack.serial > self.version.serial)

    @property
    def file_clashes(self) -> bool:
        """Whether the file was changed and its serial was not."""
        return self.file is not None and (
            self.version is not None and self.file.pack.serial == self.version.serial
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked once for all packs."""

    in_use: Mapping[str, Pack]
    signed: Mapping[bytes, Sequence[Signed]]
    feeds: Mapping[int, PackFeed]
    stale: Mapping[int, Stale]
    held_back: Mapping[str, tuple[Withdrawn, ...]]
    files: Mapping[str, FoundPack]


def catalogue(session: Session, shelf: Shelf, now: datetime) -> list[Catalogued]:
    """Every pack by name, those that wait for a person first."""
    known = _Known(
        in_use={one.pack.name: one.pack for one in approved_packs(session, now)},  # the highest is last
        signed=verified(session, now),
        feeds={feed.id or 0: feed for feed in session.scalars(select(PackFeed))},
        stale={one.feed: one for one in stale_feeds(session, now)},
        held_back=withdrawn(session),
        files=_not_stored(session, shelf),
    )
    newest = _newest(session)
    stored = {version.pack for version in newest}
    found = [_stored(version, known, now) for version in newest]
    found += [
        Catalogued(name, Standing.FILE, one.pack, file=one)
        for name, one in known.files.items()
        if name not in stored
    ]
    return sorted(found, key=lambda one: (one.standing is not Standing.WAITS, one.name))


def _newest(session: Session) -> list[PackVersion]:
    last = (
        select(col(PackVersion.pack).label("name"), func.max(col(PackVersion.serial)).label("last"))
        .group_by(col(PackVersion.pack))
        .subquery()
    )
    is_last = (col(PackVersion.pack) == last.c.name) & (col(PackVersion.serial) == last.c.last)
    return list(session.scalars(select(PackVersion).join(last, is_last).order_by(col(PackVersion.pack))))


def _not_stored(session: Session, shelf: Shelf) -> dict[str, FoundPack]:
    stored = set(session.scalars(select(col(PackVersion.sha256))))
    return {one.pack.name: one for one in shelf.packs if one.pack.sha256 not in stored}


def _stored(version: PackVersion, known: _Known, now: datetime) -> Catalogued:
    pack = remembered(version.body) if _is_whole(version) else None
    in_use = known.in_use.get(version.pack)
    is_used = in_use is not None and in_use.sha256 == version.sha256
    feed = known.feeds.get(version.feed_id) if version.feed_id else None
    missing = None
    if pack and not is_used:
        signed = known.signed.get(version.sha256, ())
        missing = still_missing(version, signed, feed.root if feed else None)
    recalled = _withheld(pack, known.held_back.get(version.pack, ()))
    is_gone = pack is not None and recalled == len(pack.items)
    return Catalogued(
        name=version.pack,
        standing=Standing.RECALLED if is_gone else _standing(version, pack, is_used, missing, now),
        pack=pack,
        version=version,
        in_use=in_use,
        missing=missing,
        brand=feed.brand if feed else None,
        stale=known.stale.get(version.feed_id) if version.feed_id else None,
        file=known.files.get(version.pack),
        recalled=recalled,
    )


def _is_whole(version: PackVersion) -> bool:
    return hashlib.sha256(version.body).digest() == version.sha256


def _withheld(pack: Pack | None, recalls: tuple[Withdrawn, ...]) -> int:
    """How many items of ``pack`` are recalled."""
    return len(gone_from(pack, recalls)) if pack else 0


def _standing(
    version: PackVersion, pack: Pack | None, is_used: bool, missing: str | None, now: datetime
) -> Standing:
    today = now.date()
    told = (
        (pack is None, Standing.ALTERED),
        (version.state == PackState.RECALLED, Standing.RECALLED),
        (version.left_feed_at is not None, Standing.LEFT_FEED),
        (version.until < today, Standing.ENDED),
        (is_used and version.effective_from > today, Standing.NOT_YET),
        (is_used, Standing.IN_USE),
        (waits(version), Standing.WAITS),
        (version.sent_back_at is not None, Standing.SENT_BACK),
        (missing is None and version.feed_id is not None, Standing.STALE),
    )
    return next((standing for is_so, standing in told if is_so), Standing.DRAFT)
