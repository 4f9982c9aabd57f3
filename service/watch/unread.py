"""The canary: mails of a known sender that nobody can read are told of once a week.

Silence after a site has changed its mails would look like peace.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.db import insert_new
from service.domain import EventKind
from service.models import Event
from service.sentences import say


def noticed(session: Session, domain: str, now: datetime) -> None:
    """A mail from ``domain`` could not be read: an alarm, one for each sender and week."""
    year, week, _day = now.isocalendar()
    evidence = (
        say("mails from %(domain)s come in a shape that nobody has taught", domain=domain),
        say("they are kept; open one at the desk and mark its author, stars and text once"),
    )
    row = {
        "kind": EventKind.ALARM.value,
        "subject": "installation:1",
        "dedupe_key": f"unread_mails:{domain}:{year}-{week:02}",
        "at": now,
        "payload": {"what": "unread_mails", "evidence": list(evidence)},
    }
    insert_new(session, Event, [row])
