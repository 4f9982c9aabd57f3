"""Who approved which words: everything that is kept of each version of a pack, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.drafting import drafted_by
from service.approval.signatures import Signed, verified
from service.approval.statements import WHOLE_PACK, Decision
from service.approval.submitting import waits
from service.approval.versions import require_whole, still_missing
from service.errors import ApprovalRefused
from service.models import PackFeed, PackVersion, Recall, Signature, SigningKey


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One signature over a version. ``counts`` is False where its key is not believed, or is no longer."""

    person: str
    role: str
    key: str
    at: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One recall that took words of the version; ``item`` is ``*`` for all of them."""

    item: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """One version. ``origin`` says where it came from; ``missing`` what it still needs, None for nothing."""

    pack: str
    serial: int
    sha256: str
    risk: str
    origin: str
    here_since: datetime
    state: str
    missing: str | None
    submitted_by: str | None
    submitted_at: datetime | None
    sent_back_by: str | None
    sent_back_at: datetime | None
    sent_back_why: str | None
    waits: bool
    signed: tuple[SignedBy, ...]
    recalls: tuple[Withdrawal, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is printed."""
        return asdict(self)


def history(session: Session, name: str, now: datetime) -> list[Told]:
    """Every version of the pack ``name``, newest first; empty where none is kept."""
    versions = select(PackVersion).where(col(PackVersion.pack) == name)
    newest_first = session.scalars(versions.order_by(col(PackVersion.serial).desc())).all()
    recalls = session.scalars(select(Recall).where(col(Recall.pack) == name).order_by(col(Recall.id))).all()
    known = _Known(recalls, verified(session, now), drafted_by(session, name))
    return [_told(session, version, known) for version in newest_first]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked once for all versions; ``written`` is who wrote which serial at the desk."""

    recalls: Sequence[Recall]
    verified: Mapping[bytes, Sequence[Signed]]
    written: Mapping[int, str]


def _told(session: Session, version: PackVersion, known: _Known) -> Told:
    signed = known.verified.get(version.sha256, ())
    feed = session.get(PackFeed, version.feed_id) if version.feed_id else None
    return Told(
        pack=version.pack,
        serial=version.serial,
        sha256=version.sha256.hex(),
        risk=version.risk,
        origin=_origin(version, feed, known.written.get(version.serial)),
        here_since=version.loaded_at,
        state=version.state,
        missing=_missing(version, signed, feed),
        submitted_by=version.submitted_by,
        submitted_at=version.submitted_at,
        sent_back_by=version.sent_back_by,
        sent_back_at=version.sent_back_at,
        sent_back_why=version.sent_back_why,
        waits=waits(version),
        signed=tuple(_signed(session, version, {one.key for one in signed})),
        recalls=tuple(
            Withdrawal(one.item, one.made_at, one.reason)
            for one in known.recalls
            if version.serial <= one.up_to_serial
        ),
    )


def _missing(version: PackVersion, signed: Sequence[Signed], feed: PackFeed | None) -> str | None:
    try:
        require_whole(version)
    except ApprovalRefused as altered:
        return str(altered)
    return still_missing(version, signed, feed.root if feed else None)


def _origin(version: PackVersion, feed: PackFeed | None, person: str | None) -> str:
    if feed is None:
        return f"the desk, written by {person}" if person else "a file here"
    left = f", which lists it no more since {version.left_feed_at:%Y-%m-%d}" if version.left_feed_at else ""
    return f"the feed of {feed.brand} ({feed.url}){left}"


def _signed(session: Session, version: PackVersion, counting: set[str]) -> list[SignedBy]:
    given = (
        select(Signature, SigningKey)
        .join(SigningKey, col(SigningKey.fingerprint) == col(Signature.key))
        .where(
            col(Signature.subject_sha256) == version.sha256,
            col(Signature.decision) == Decision.APPROVE.value,
        )
        .order_by(col(Signature.signed_at), col(Signature.id))
    )
    return [
        SignedBy(
            key.person,
            key.role,
            key.fingerprint,
            one.signed_at,
            key.fingerprint in counting,
        )
        for one, key in session.execute(given)
    ]


def as_text(told: Sequence[Told]) -> str:
    """``told`` for people: one screen."""
    return "\n\n".join("\n".join(_lines(one)) for one in told)


def _lines(one: Told) -> list[str]:
    lines = [
        f"{one.pack} {one.serial}  {one.sha256}",
        f"  {one.risk}, from {one.origin}, {_day(one.here_since)}",
    ]
    if one.submitted_at:
        lines.append(f"  submitted by {one.submitted_by} on {_day(one.submitted_at)}")
    if one.sent_back_at:
        lines.append(f"  sent back by {one.sent_back_by} on {_day(one.sent_back_at)}: {one.sent_back_why}")
    for signed in one.signed:
        counts = "" if signed.counts else ", which counts no more"
        lines.append(f"  signed by {signed.person} ({signed.role}) on {_day(signed.at)}{counts}")
    for recall in one.recalls:
        what = "recalled, whole" if recall.item == WHOLE_PACK else f"{recall.item} recalled"
        lines.append(f"  {what}, on {_day(recall.at)}: {recall.reason}")
    lines.append(f"  {f'not used: {one.missing}' if one.missing else 'approved'}")
    return lines


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
