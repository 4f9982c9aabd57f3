"""Opening the demo town: its servers, its rows, and what the rest of the service must know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import Database
from service.demo import seed, signers
from service.demo.story import places
from service.demo.town import Town
from service.installation import begin_demo, demo_since
from service.models import LookRow
from service.secrets import Vault
from service.settings import Settings
from service.sites.base import Politeness, Site
from service.sites.registry import site_named

SHORT_GAP = timedelta(seconds=2)
"""The town's servers are ours and on this machine, so they may be looked at every few seconds."""

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Demo:
    """The open town. ``hosts`` are all that the guard on addresses must let through for it."""

    town: Town
    hosts: tuple[str, ...]
    sites: tuple[Site, ...]

    def close(self) -> None:
        """Stop the town's servers; its rows stay until somebody starts clean."""
        self.town.close()


def begin(
    settings: Settings, database: Database, secret: bytes, now: datetime, clock: Clock = _now
) -> Demo | None:
    """Open the town where it is wanted; None where it is not. The caller closes it.

    It is wanted where nothing is watched and nobody is named yet, unless SHOPBELL_DEMO is "never", and where
    it was open before and nobody has started clean since: then it goes on as the same town.
    """
    with database.reading() as session:
        since, ports = demo_since(session), seed.ports(session)
        if since is None and (settings.demo == "never" or not seed.is_empty(session)):
            return None
        began = since if _was_looked_at(session) else None
    town = Town(clock, began=began, ports=ports, remember=lambda began: _remember(database, began))
    with database.transaction() as session:
        if since is None:
            seed.seed(session, town, Vault(secret), now)
            signers.sign_all(session, settings.home, now)
        else:
            seed.move(session, town)
    return Demo(town, town.allowed, sites())


def sites() -> tuple[Site, ...]:
    """The town's sites: read as any site of such a name is, but looked at every few seconds."""
    politeness = Politeness(gap=SHORT_GAP, budget=timedelta(days=1) / SHORT_GAP)
    known = [(place.title, site_named(place.site)) for place in places()]
    return tuple(replace(site, title=title, politeness=politeness) for title, site in known if site)


def _was_looked_at(session: Session) -> bool:
    return session.execute(select(col(LookRow.id)).limit(1)).first() is not None


def _remember(database: Database, began: datetime) -> None:
    """The story's own beginning, so that a restarted town tells it on; nothing once the demo is over."""
    with database.transaction() as session:
        if demo_since(session) is not None:
            begin_demo(session, began)
