"""Whether those who act are known well enough, and their browsers new enough."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlmodel import col

from service.db import Database
from service.doctor.finding import Finding, Level, some
from service.models import Device
from service.people import accounts, extension, factors
from service.people.device_list import outdated
from service.sentences import say


def second_factor(database: Database) -> Iterator[Finding]:
    """Whether those who sign or manage have more than a password or a mailbox, where there are accounts."""
    with database.reading() as session:
        if not accounts.exist(session):
            return
        without, required = factors.lacking(session), factors.required_since(session) is not None
    if not without:
        asked = (
            say("everybody who signs or manages has one, and it is asked of them")
            if required
            else say("everybody who signs or manages has one")
        )
        yield Finding(say("second factor"), Level.GOOD, asked)
        return
    mend = say(
        "Each adds a passkey, or codes, under her own name at the desk. Settings can ask it of them all."
    )
    if required:
        mend = say("They are led to set one up when they next act. Until then those roles of theirs rest.")
    yield Finding(
        say("second factor"),
        Level.NOTE,
        say("%(named)s signs or manages without one", named=some(without)),
        mend,
    )


def extensions(database: Database) -> Iterator[Finding]:
    """Whether the extensions of paired browsers are as new as this release; nothing where none is paired."""
    with database.reading() as session:
        standing = select(func.count()).select_from(Device).where(col(Device.revoked_at).is_(None))
        paired = session.execute(standing).scalar_one()
        old = outdated(session)
    if not paired:
        return
    if not old:
        yield Finding(say("extension"), Level.GOOD, say("%(paired)s paired, none outdated", paired=paired))
        return
    named = some(
        [
            say(
                "%(browser)s of %(whose)s (%(version)s)",
                browser=one.device.label,
                whose=one.whose,
                version=one.device.version,
            )
            for one in old
        ]
    )
    served = say(
        "This release ships %(latest_version)s; before %(min_version)s none is served.",
        latest_version=extension.LATEST_VERSION,
        min_version=extension.MIN_VERSION,
    )
    mend = say(
        "Update the extension there. %(served)s The screen of paired browsers lists them.", served=served
    )
    yield Finding(
        say("extension"),
        Level.NOTE,
        say("%(n)s of %(paired)s outdated: %(named)s", n=len(old), paired=paired, named=named),
        mend,
    )
