"""Whether messages arrive: channels and hooks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlmodel import col

from service.db import Database
from service.doctor.finding import Finding, Level
from service.models import Channel, Delivery, DeliveryState, HookTarget
from service.sentences import say


def channels(database: Database) -> Iterator[Finding]:
    """Whether anybody would be told, and whether the last messages arrived."""
    with database.reading() as session:
        open_channels = session.execute(
            select(func.count()).select_from(Channel).where(Channel.paused_at.is_(None))  # type: ignore[union-attr]
        ).scalar_one()
        failed = session.execute(
            select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.FAILED.value)  # type: ignore[arg-type]
        ).scalar_one()
    if not open_channels:
        mend = say("shopbell channel add mailto:you@example.com --name You")
        yield Finding(say("channels"), Level.BAD, say("nobody would be told"), mend)
    else:
        yield Finding(say("channels"), Level.GOOD, say("%(open_channels)s open", open_channels=open_channels))
    if failed:
        mend = say("The alerts screen shows which, and why.")
        yield Finding(
            say("deliveries"),
            Level.BAD,
            say("%(failed)s messages could not be delivered", failed=failed),
            mend,
        )


def hooks(database: Database) -> Iterator[Finding]:
    """Whether the addresses that are told by machine take what they are sent."""
    with database.reading() as session:
        targets = session.scalars(select(HookTarget).order_by(col(HookTarget.id))).all()
    for target in targets:
        about = say("webhook %(title)s", title=target.title)
        if target.paused_why:
            mend = say("Settings, Webhooks: when it is mended there, resume it.")
            yield Finding(
                about,
                Level.BAD,
                say("is told nothing any more: %(paused_why)s", paused_why=target.paused_why),
                mend,
            )
        elif target.failures and target.paused_at is None:
            what = say(
                "took nothing in the last %(failures)s tries: %(last_error)s",
                failures=target.failures,
                last_error=target.last_error,
            )
            yield Finding(
                about, Level.NOTE, what, say("Settings, Webhooks says what failed, and sends it again.")
            )
        else:
            yield Finding(about, Level.GOOD, say("is paused") if target.paused_at else say("is told"))
