"""Pack versions, who signed them, and which of them may be used now.

Rows are believed only as far as they can be checked: bytes against their hash, every statement against its
words and its signature. One altered byte, and a pack is not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, select
from sqlmodel import Session, col

from service import audit
from service.approval.given import words_stand
from service.approval.keys import UnlockedKey
from service.approval.recalls import Withdrawn, gone_from, withdrawn
from service.approval.signatures import Signed, approvals_of, sign, verified
from service.approval.statements import WHOLE_PACK, Decision
from service.approval.stored import remembered, remembered_without
from service.db import insert_new
from service.domain import EventKind
from service.errors import ApprovalRefused
from service.models import Event, PackFeed, PackState, PackVersion, SigningKey
from service.replies.approved import ApprovedPack, what_is_missing
from service.replies.own_words import is_for_one_review
from service.replies.pack import Risk
from service.replies.packs import read_pack
from service.sentences import say

_ONE_DAY = timedelta(days=1)  # somewhere on Earth it is still yesterday
_ONE_HOUR = timedelta(hours=1)


def add_version(session: Session, body: bytes, now: datetime, file: str = "pack.toml") -> PackVersion:
    """Store ``body`` as a draft, or find it where it is stored already.

    Raises ``PackError`` with every problem in it, and ``ApprovalRefused`` for a serial that is lower than one
    already seen, or that names other bytes.
    """
    pack = remembered(body) or read_pack(body, file)
    known = session.scalars(select(PackVersion).where(col(PackVersion.pack) == pack.name)).all()
    for version in known:
        if version.sha256 == pack.sha256:
            return version
    highest = max((version.serial for version in known), default=0)
    if pack.serial <= highest:
        other = (
            say("names other bytes already")
            if pack.serial in {v.serial for v in known}
            else say("is a lower one")
        )
        raise ApprovalRefused(
            say(
                "%(file)s: serial %(serial)s of %(name)s %(other)s; the next is %(highest)s. Nothing "
                "was changed.",
                file=file,
                serial=pack.serial,
                name=pack.name,
                other=other,
                highest=highest + 1,
            )
        )
    version = PackVersion(
        sha256=pack.sha256,
        pack=pack.name,
        serial=pack.serial,
        body=body,
        risk=pack.risk.value,
        effective_from=pack.effective_from,
        until=pack.until,
        loaded_at=now,
    )
    session.add(version)
    session.flush()
    return version


def approve(session: Session, sha256: bytes, key: UnlockedKey, now: datetime) -> str | None:
    """Sign the version for the key's owner; doing it twice changes nothing. Raises ``ApprovalRefused``.

    Answers what the version still needs before it may be used, as words for a person, or None.
    """
    version = signable(session, sha256)
    if version.state == PackState.RECALLED:
        raise ApprovalRefused(
            say("%(version)s was recalled. Approve a new version instead.", version=_named(version))
        )
    sign(session, version, Decision.APPROVE, key, now)
    missing = missing_for(session, sha256, now)
    if missing is None and version.state != PackState.APPROVED:
        version.state = PackState.APPROVED.value
        session.flush()
        insert_new(session, Event, [_approval_event(version, now)])
    return missing


def revoke_key(session: Session, fingerprint: str, now: datetime) -> None:
    """Stop believing a key: whatever it signed, before or after, no longer counts."""
    key = session.get(SigningKey, fingerprint)
    if key is None:
        raise ApprovalRefused(say("No key %(fingerprint)s is kept here.", fingerprint=fingerprint[:16]))
    if key.revoked_at is None:
        key.revoked_at = now
        audit.record(session, "revoke", f"key:{fingerprint}", {"person": key.person, "role": key.role}, now)
    session.flush()


def missing_for(session: Session, sha256: bytes, now: datetime) -> str | None:
    """What the version still needs before it may be used, as words for a person; None where it has all."""
    version = signable(session, sha256)
    feed = session.get(PackFeed, version.feed_id) if version.feed_id else None
    return still_missing(version, verified(session, now).get(sha256, ()), feed.root if feed else None)


def still_missing(version: PackVersion, signed: Sequence[Signed], root: str | None) -> str | None:
    """The same, where the signatures about it were verified already; ``root`` is its feed's."""
    pack = remembered(version.body)
    if pack is None:
        return say("its bytes no longer read as a pack")
    if version.state == PackState.RECALLED:
        return say("it was recalled")
    return what_is_missing(pack.risk, pack.author, approvals_of(_of_whose_words(signed, root), pack))


def approved_packs(session: Session, now: datetime) -> tuple[ApprovedPack, ...]:
    """Every version that may be used now, by pack and serial: signed by enough, unaltered, not recalled.

    Reads the rows each time; reading a pack and verifying a signature are remembered by their exact content,
    so that asking again costs a hash. The last word on dates has the branch's own zone.
    """
    columns = (PackVersion.sha256, PackVersion.body, PackVersion.pack, PackVersion.serial, PackVersion.risk)
    feed = (PackVersion.feed_id, PackFeed.root, PackFeed.issued_at, PackFeed.valid_until)
    rows = session.execute(
        select(*map(col, columns), *map(col, feed))
        .join(PackFeed, col(PackFeed.id) == col(PackVersion.feed_id), isouter=True)
        .where(
            col(PackVersion.left_feed_at).is_(None),
            col(PackVersion.state) != PackState.RECALLED.value,
            col(PackVersion.until) >= (now - _ONE_DAY).date(),
        )
        .order_by(col(PackVersion.pack), col(PackVersion.serial))
    ).all()
    signed = verified(session, now) if rows else {}
    held_back = withdrawn(session) if rows else {}
    found = (
        _approved(row, signed.get(row.sha256, []), held_back.get(row.pack, ()))
        for row in rows
        if row.feed_id is None or is_fresh(row.risk, row.issued_at, row.valid_until, now)
    )
    return tuple(pack for pack in found if pack)


class NamedReply(Protocol):
    """A reply by its version and item, as a suggestion, an alert or a posting names it; the hash in hex."""

    @property
    def pack(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def item(self) -> str: ...


def still_approved(session: Session, reply: NamedReply, now: datetime) -> bool:
    """Whether exactly these words may still be used: asked before anything prepared earlier is let out."""
    if is_for_one_review(reply.pack):
        return words_stand(session, reply.sha256, reply.item, now)
    return any(
        one.pack.sha256.hex() == reply.sha256 and any(item.id == reply.item for item in one.pack.items)
        for one in approved_packs(session, now)
    )


def altered_versions(session: Session) -> tuple[str, ...]:
    """What is wrong with each stored version whose bytes are no longer those its hash names."""
    by_name = select(PackVersion).order_by(col(PackVersion.pack), col(PackVersion.serial))
    return tuple(
        say("%(version)s was altered in the database and is not used", version=_named(version))
        for version in session.scalars(by_name).all()
        if hashlib.sha256(version.body).digest() != version.sha256
    )


def is_fresh(risk: str, issued_at: datetime | None, valid_until: datetime | None, now: datetime) -> bool:
    """Whether a feed's last word, issued then, still lets a pack of this risk be used."""
    if issued_at is None or valid_until is None:
        return False
    return now <= stops_at(risk, issued_at, valid_until)


def stops_at(risk: str, issued_at: datetime, valid_until: datetime) -> datetime:
    """When words of this risk stop, if nothing fresher comes than a statement that was issued then.

    Sensitive and regulated words stop after an hour without a fresh statement, routine ones after a day.
    """
    return min(valid_until, issued_at + (_ONE_DAY if risk == Risk.ROUTINE else _ONE_HOUR))


def newest_version(session: Session, name: str) -> PackVersion:
    """The highest version of a pack that is stored. Raises ``ApprovalRefused`` where none is."""
    stored = select(PackVersion).where(col(PackVersion.pack) == name).order_by(col(PackVersion.serial).desc())
    version = session.scalars(stored.limit(1)).first()
    if version is None:
        raise ApprovalRefused(say("No version of %(name)s is kept here. Nothing was changed.", name=name))
    return version


def require_item(version: PackVersion, item: str) -> None:
    """Return where the version holds ``item``, or it means the whole. Raises ``ApprovalRefused``."""
    pack = remembered(version.body)
    names = [one.id for one in pack.items] if pack else []
    if item not in (WHOLE_PACK, *names):
        raise ApprovalRefused(
            say(
                "%(version)s has no item %(item)s; it has: %(names)s.",
                version=_named(version),
                item=f"{item!r}",
                names=", ".join(names),
            )
        )


def _of_whose_words(signed: Sequence[Signed], root: str | None) -> list[Signed]:
    """A feed's packs are approved by its own people; ours never by those whom a feed brought along."""
    return [one for one in signed if one.root == root]


def _approval_event(version: PackVersion, now: datetime) -> dict[str, Any]:
    """The moment is part of its key: a pack that the demo's people signed may be signed for real later."""
    told = {"pack": version.pack, "serial": version.serial, "sha256": version.sha256.hex()}
    return {
        "kind": EventKind.PACK_APPROVED.value,
        "subject": f"pack:{version.pack}",
        "dedupe_key": f"{version.serial}:{now.isoformat()}",
        "at": now,
        "payload": told,
    }


def _named(version: PackVersion) -> str:
    return f"{version.pack} {version.serial}"


def signable(session: Session, sha256: bytes) -> PackVersion:
    """The stored version of these bytes, unaltered. Raises ``ApprovalRefused``."""
    version = session.scalars(select(PackVersion).where(col(PackVersion.sha256) == sha256)).one_or_none()
    if version is None:
        raise ApprovalRefused(say("No pack version %(hex)s is kept here.", hex=sha256.hex()[:16]))
    require_whole(version)
    return version


def require_whole(version: PackVersion) -> None:
    """Return where the bytes are those that the hash names. Raises ``ApprovalRefused``."""
    if hashlib.sha256(version.body).digest() != version.sha256:
        raise ApprovalRefused(
            say("%(version)s was altered in the database. Nothing was signed.", version=_named(version))
        )


def _approved(row: Row[Any], signed: Sequence[Signed], recalls: tuple[Withdrawn, ...]) -> ApprovedPack | None:
    pack = remembered(row.body)
    if pack is None or (pack.sha256, pack.name, pack.serial) != (row.sha256, row.pack, row.serial):
        return None
    approvals = approvals_of(_of_whose_words(signed, row.root), pack)
    if what_is_missing(pack.risk, pack.author, approvals):
        return None
    left = remembered_without(row.body, gone_from(pack, recalls))
    return ApprovedPack(left, approvals) if left else None
