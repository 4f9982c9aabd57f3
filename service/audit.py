"""The audit: one chain of commitments to what was decided here, by whom, in which order.

Each link holds a salted hash of its body and the hash of the link before it; the bodies lie apart, so that a
person's words can be erased while the chain goes on proving that something stood there, and when. The chain
proves order and content. That nothing was cut off its end is proved only up to a head that somebody else
holds: heads go out with each weekly report and each feed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from service.models import Audit, AuditBody
from service.sentences import say

BEFORE_THE_FIRST = bytes(32)
SALT_BYTES = 16
_LOCK = 5_407_205  # any fixed number but schema.LOCK: PostgreSQL's advisory lock of the chain's one writer


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link: whoever holds it can tell whether anything before it was cut off or altered."""

    seq: int
    sha256: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.sha256.hex()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading the whole chain came to. ``broken`` is a sentence for each fault, first to last."""

    head: Head
    since: datetime | None
    erased: int
    broken: tuple[str, ...]


def record(session: Session, kind: str, subject: str, body: Mapping[str, Any], now: datetime) -> Head:
    """Add a link in the caller's transaction; ``subject`` is such as ``pack:general-en``, ``body`` JSON."""
    _be_the_only_writer(session)
    before = head(session)
    salt = secrets.token_bytes(SALT_BYTES)
    committed = _committed(salt, kind, subject, body)
    link = Audit(
        seq=before.seq + 1,
        at=now,
        prev_sha256=before.sha256,
        body_sha256=committed,
        sha256=_linked(before.seq + 1, now, before.sha256, committed),
    )
    session.add(link)
    session.flush()
    session.add(AuditBody(seq=link.seq, kind=kind, subject=subject, salt=salt, body=dict(body)))
    session.flush()
    return Head(link.seq, link.sha256)


def head(session: Session) -> Head:
    """The newest link; number 0 where there is none."""
    newest = session.exec(select(Audit).order_by(col(Audit.seq).desc()).limit(1)).first()
    return Head(newest.seq, newest.sha256) if newest else Head(0, BEFORE_THE_FIRST)


def erase(session: Session, subject: str) -> None:
    """Empty every body about ``subject``: the links stay, and nobody can tell any more what they held."""
    about = col(AuditBody.subject) == subject
    session.execute(update(AuditBody).where(about).values(body=None, salt=None))


def verify(session: Session, held: Head | None = None) -> Verdict:
    """Read the whole chain; ``held`` is a head that was kept elsewhere, to be found again in it."""
    before, since, erased = Head(0, BEFORE_THE_FIRST), None, 0
    broken: list[str] = []
    for link, body in _links(session):
        since = since or link.at
        erased += body is not None and body.body is None
        broken += _faults(before, link, body)
        if held and held.seq == link.seq and held.sha256 != link.sha256:
            broken.append(say("link %(seq)s is not the one that the head of that number names", seq=link.seq))
        before = Head(link.seq, link.sha256)
    if held and held.seq > before.seq:
        broken.append(
            say(
                "the chain ends at %(seq)s, before the head %(head)s that was kept elsewhere",
                seq=before.seq,
                head=held.seq,
            )
        )
    return Verdict(before, since, erased, tuple(broken))


def read_head(written: str) -> Head:
    """The head that ``str`` wrote. Raises ``ValueError``."""
    seq, _, sha256 = written.partition(":")
    read = Head(int(seq), bytes.fromhex(sha256))
    if len(read.sha256) != len(BEFORE_THE_FIRST):
        raise ValueError(say("not a head: it is written as number:hash"))
    return read


def _links(session: Session) -> Iterator[tuple[Audit, AuditBody | None]]:
    chain = (
        select(Audit, AuditBody)
        .join(AuditBody, col(AuditBody.seq) == col(Audit.seq), isouter=True)
        .order_by(col(Audit.seq))
        .execution_options(yield_per=500)
    )
    yield from session.exec(chain)


def _faults(before: Head, link: Audit, body: AuditBody | None) -> Iterator[str]:
    if link.seq != before.seq + 1:
        yield say("links %(first)s to %(last)s are missing", first=before.seq + 1, last=link.seq - 1)
    elif link.prev_sha256 != before.sha256:
        yield say("link %(seq)s does not follow the one before it", seq=link.seq)
    if link.sha256 != _linked(link.seq, link.at, link.prev_sha256, link.body_sha256):
        yield say("link %(seq)s was altered", seq=link.seq)
    if body is None:
        yield say("the body of link %(seq)s is missing, which erasing does not do", seq=link.seq)
    elif body.body is not None and _committed_by(body) != link.body_sha256:
        yield say("the body of link %(seq)s was altered", seq=link.seq)


def _committed_by(body: AuditBody) -> bytes:
    return _committed(body.salt or b"", body.kind, body.subject, body.body or {})


def _committed(salt: bytes, kind: str, subject: str, body: Mapping[str, Any]) -> bytes:
    written = json.dumps([kind, subject, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(salt + written.encode()).digest()


def _linked(seq: int, at: datetime, before: bytes, committed: bytes) -> bytes:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"shopbell/1 {seq} {moment} ".encode() + before + committed).digest()


def _be_the_only_writer(session: Session) -> None:
    """On SQLite a transaction that writes is the only one already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
