"""Pages that look other than an extension knows them: counted by browser and day, without a word of the page.

A site that is redesigned stops nobody: the extension says so beside the page, and works anywhere as before.
Here it is told to whoever looks after the installation, since a newer extension may know the page again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from service.db import insert
from service.models import Misfit

KEPT = timedelta(days=90)
LATELY = timedelta(days=7)
MOST_A_DAY = 50  # kinds of misfit of one browser: more are one that has gone wrong


class Code(StrEnum):
    """What did not fit."""

    ZERO_CARDS = "zero_cards"
    NO_NAME = "no_name"
    NO_TEXT = "no_text"
    NO_BOX = "no_box"
    NOT_TAKEN = "not_taken"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Reported:
    """One misfit as a browser tells it; ``surface`` is the extension's own name for the kind of page."""

    device: int
    site: str
    surface: str
    code: Code
    version: str


@dataclass(frozen=True, slots=True)
class Misfitting:
    """A kind of page that lately did not fit: in how many browsers, since which day, and in what way."""

    site: str
    surface: str
    browsers: int
    since: date
    codes: tuple[str, ...]


def count(session: Session, told: Reported, now: datetime) -> None:
    """One time more today. What is older than three months is forgotten."""
    today = now.date()
    session.execute(delete(Misfit).where(col(Misfit.day) < (now - KEPT).date()))
    row = {
        "device_id": told.device,
        "site": told.site,
        "surface": told.surface,
        "code": told.code.value,
        "version": told.version,
        "day": today,
    }
    here = select(func.count()).where(col(Misfit.device_id) == told.device, col(Misfit.day) == today)
    if (session.scalar(here) or 0) >= MOST_A_DAY:
        return
    again = insert(session, Misfit).values(row | {"n": 1})
    session.execute(again.on_conflict_do_update(index_elements=list(row), set_={"n": col(Misfit.n) + 1}))


def lately(session: Session, now: datetime) -> Sequence[Misfitting]:
    """What did not fit in the last days, what most browsers met first."""
    recent = col(Misfit.day) > (now - LATELY).date()
    where = (col(Misfit.site), col(Misfit.surface))
    browsers = func.count(col(Misfit.device_id).distinct())
    query = select(*where, browsers, func.min(col(Misfit.day))).where(recent).group_by(*where)
    codes = _codes(session, now)
    found = [
        Misfitting(site, surface, many, since, codes.get((site, surface), ()))
        for site, surface, many, since in session.execute(query)
    ]
    return sorted(found, key=lambda one: (-one.browsers, one.site, one.surface))


def _codes(session: Session, now: datetime) -> dict[tuple[str, str], tuple[str, ...]]:
    columns = (col(Misfit.site), col(Misfit.surface), col(Misfit.code))
    query = select(*columns).where(col(Misfit.day) > (now - LATELY).date()).distinct().order_by(*columns)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for site, surface, code in session.execute(query):
        found[site, surface] = (*found.get((site, surface), ()), code)
    return found
