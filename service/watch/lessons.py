"""What persons taught about a site's mails: kept, put to use at once, looked at, and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from service.db import insert
from service.errors import AnswerRefused
from service.models import Inbound, InboundState, MailShape
from service.sentences import say
from service.sites.mail.marks import Marks, as_json, marks_of
from service.watch.whose import BACK


def taught(session: Session) -> Mapping[tuple[str, bytes], Marks]:
    """The marks that stand, by the sender's domain and the mail's shape."""
    shapes = session.execute(select(MailShape).where(col(MailShape.withdrawn_at).is_(None))).scalars()
    return {(shape.sender_domain, shape.shape_sha256): marks_of(shape.marks) for shape in shapes}


def teach(session: Session, inbound_id: int, marks: Marks, by: str, now: datetime) -> int:
    """Mails of this one's sender and shape are read by ``marks`` from now on; answers how many wait for it.

    What was taught before of the same shape, or withdrawn, is replaced. Raises ``AnswerRefused`` where the
    mail is not there, or has no shape that could be taught.
    """
    mail = session.get(Inbound, inbound_id, with_for_update=True)
    if mail is None or mail.shape_sha256 is None or mail.sender_domain is None or mail.site is None:
        raise AnswerRefused(say("This mail is not one that can be taught. Nothing was changed."))
    row = {
        "sender_domain": mail.sender_domain,
        "shape_sha256": mail.shape_sha256,
        "site": mail.site,
        "marks": as_json(marks),
        "example_subject": "",  # it may name the customer, and outlive her words
        "taught_by": by,
        "taught_at": now,
        "withdrawn_at": None,
        "read": 0,
    }
    said = {name: row[name] for name in ("marks", "site", "taught_by", "taught_at", "withdrawn_at", "read")}
    statement = insert(session, MailShape).values(row)
    session.execute(
        statement.on_conflict_do_update(index_elements=["sender_domain", "shape_sha256"], set_=said)
    )
    return _read_again(session, mail.sender_domain, mail.shape_sha256)


def withdraw(session: Session, shape_id: int, now: datetime) -> bool:
    """Read nothing by a taught shape any more; what it read stays. Answers whether it stood."""
    shape = session.get(MailShape, shape_id, with_for_update=True)
    if shape is None or shape.withdrawn_at is not None:
        return False
    shape.withdrawn_at = now
    return True


def shapes(session: Session) -> tuple[MailShape, ...]:
    """All that was ever taught, the newest first; withdrawn ones have ``withdrawn_at``."""
    return tuple(session.execute(select(MailShape).order_by(col(MailShape.taught_at).desc())).scalars())


def used(session: Session, domain: str, shape: bytes, now: datetime) -> None:
    """One more mail was read by it."""
    session.execute(
        update(MailShape)
        .where(col(MailShape.sender_domain) == domain, col(MailShape.shape_sha256) == shape)
        .values(read=col(MailShape.read) + 1, last_read_at=now)
    )


def _read_again(session: Session, domain: str, shape: bytes) -> int:
    waiting = update(Inbound).where(
        col(Inbound.state) == InboundState.UNKNOWN.value,
        col(Inbound.sender_domain) == domain,
        col(Inbound.shape_sha256) == shape,
    )
    done = session.execute(waiting.values(BACK).execution_options(synchronize_session=False))
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count
