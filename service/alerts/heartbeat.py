"""Telling the outside that we live, so that our own death is noticed there.

Only while all is well: for whoever waits outside, silence is the alarm, and no answer of ours could be.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from service.db import Database
from service.errors import Refused, Unreachable
from service.models import Installation
from service.net.client import Client

EVERY = timedelta(minutes=4)  # asked every five, a moment more or less


def beat(database: Database, client: Client, url: str, now: datetime, *, well: bool) -> bool:
    """Open ``url`` where all is ``well`` and the last time is a while ago; answer whether it was heard.

    A failure is not raised: it is not ours to mend, and the outside notices it by itself. The next call, one
    tick later, tries again.
    """
    if not well or not _due(database, now):
        return False
    try:
        heard = client.fetch(url, now=now, cut_at=1).status < 400
    except (Refused, Unreachable):
        return False
    if heard:
        with database.transaction() as session:
            installation = session.get(Installation, 1) or Installation(id=1, created_at=now)
            installation.heartbeat_at = now
            session.add(installation)
    return heard


def _due(database: Database, now: datetime) -> bool:
    with database.reading() as session:
        installation = session.get(Installation, 1)
        last = installation.heartbeat_at if installation else None
    return last is None or now - last >= EVERY
