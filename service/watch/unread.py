"""The canary: mails of a known sender that nobody can read are counted, and told of once a week.

Silence after a site has changed its mails would look like peace.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from service.db import insert_new
from service.domain import EventKind
from service.models import Event, Inbound, InboundState

WEEK = timedelta(days=7)


def noticed(session: Session, domain: str, now: datetime) -> None:
    """A mail from ``domain`` could not be read: an alarm, one for each sender and week."""
    year, week, _day = now.isocalendar()
    evidence = (
        f"mails from {domain} come in a shape that nobody has taught",
        "they are kept; open one at the desk and mark its author, stars and text once",
    )
    row = {
        "kind": EventKind.ALARM.value,
        "subject": "installation:1",
        "dedupe_key": f"unread_mails:{domain}:{year}-{week:02}",
        "at": now,
        "payload": {"what": "unread_mails", "evidence": list(evidence)},
    }
    insert_new(session, Event, [row])


def unread_lately(session: Session, now: datetime) -> dict[str, int]:
    """How many mails of each known sender came within a week and wait to be taught."""
    rows = session.execute(
        select(col(Inbound.sender_domain), func.count().label("mails"))
        .where(
            col(Inbound.state) == InboundState.UNKNOWN.value,
            col(Inbound.sender_domain).is_not(None),
            col(Inbound.received_at) >= now - WEEK,
        )
        .group_by(col(Inbound.sender_domain))
        .order_by(col(Inbound.sender_domain))
    )
    return {row.sender_domain: row.mails for row in rows}
