"""Whether words are what was approved, and fresh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from service.approval.freshness import stale_feeds
from service.approval.versions import altered_versions
from service.db import Database
from service.doctor.finding import Finding, Level
from service.models import PackFeed, PackVersion
from service.sentences import listed as in_a_row
from service.sentences import say


def words(database: Database) -> Iterator[Finding]:
    """Whether any approved reply could be suggested."""
    with database.reading() as session:
        versions = session.execute(select(func.count()).select_from(PackVersion)).scalar_one()
        altered = altered_versions(session)
    for what in altered:
        mend = say("Restore a backup, or load the pack again from its file under the next serial.")
        yield Finding(say("approved words"), Level.BAD, what, mend)
    if not versions:
        mend = say("Read a pack in templates_local/ and sign it: `shopbell packs approve general-en`.")
        yield Finding(
            say("approved words"), Level.NOTE, say("no reply is approved, so none is suggested"), mend
        )
        return
    yield Finding(
        say("approved words"), Level.GOOD, say("%(versions)s pack versions are stored", versions=versions)
    )


def pack_feeds(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the brands that are followed are heard; where not, which of their words stop when."""
    with database.reading() as session:
        stale = {one.feed: one for one in stale_feeds(session, now)}
        feeds = session.execute(select(PackFeed).order_by(col(PackFeed.id))).scalars().all()
    for feed in feeds:
        about, told = say("packs of %(brand)s", brand=feed.brand), stale.get(feed.id or 0)
        if told is None:
            yield Finding(about, Level.GOOD, say("are heard"))
            continue
        level = Level.BAD if told.has_stopped(now) else Level.NOTE
        mend = say("Check this machine's connection, and ask the brand whether its Shopbell runs.")
        if feed.last_error:
            mend = say("%(mend)s It last answered: %(error)s.", mend=mend, error=feed.last_error)
        yield Finding(about, level, in_a_row(told.told(now), "; "), mend)
