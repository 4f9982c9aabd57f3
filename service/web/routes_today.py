"""The ways one site can be heard today, in the site's own order, as they stand on this installation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlmodel import Session, col

from service.domain import Health, Route
from service.models import AccountState, ListingSource, SourceAccount
from service.sites.base import MAILBOX, Site, Way
from service.sources.mailboxes import MAIL_KINDS
from service.web import words

CONNECT = "a mailbox that we read, or a mail provider that posts to us"
STEPS: dict[Route, tuple[tuple[str, str], ...]] = {
    Route.MAIL: (("mailbox_add.form", "Connect a mailbox"),),
    Route.HAND: (
        ("paste.form", "Paste what you see"),
        ("bringing.file_form", "Bring a file"),
        ("upload.form", "Bring a saved page"),
    ),
    Route.FEED: (("feeds.feeds", "Add a feed"),),
}
"""Where each way begins: endpoints, and what a link to them says."""


@dataclass(frozen=True, slots=True)
class Today:
    """One way as it stands: ``missing`` is "" where it works now; ``steps`` is where a person begins."""

    title: str
    minutes: int
    note: str
    missing: str
    steps: tuple[tuple[str, str], ...]
    trouble: str = ""  # how it does at the listing in question, where that is not well

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.trouble:
            return self.trouble
        if not self.missing:
            return "Works today"
        return "Yours to set up" if self.steps else "Not yet"

    @property
    def tone(self) -> str:
        """The colour that goes with it."""
        if self.trouble:
            return "warn"
        return "good" if not self.missing else "normal" if self.steps else ""


def today(session: Session, site: Site, listing_id: int | None = None) -> list[Today]:
    """Every way of ``site``, best first; for a listing with how it does there."""
    has_mail, heard = reads_mail(session), _heard(session, listing_id)
    return [_today(way, has_mail, heard.get(way.route.value, Health.NEVER.value)) for way in site.ways]


def reads_mail(session: Session) -> bool:
    """Whether some mailbox is read, or some provider posts to us."""
    shut = (AccountState.PAUSED.value, AccountState.SIGN_IN.value)
    there = exists().where(col(SourceAccount.kind).in_(MAIL_KINDS), col(SourceAccount.state).not_in(shut))
    return bool(session.scalar(select(there)))


def _heard(session: Session, listing_id: int | None) -> dict[str, str]:
    there = select(col(ListingSource.route), col(ListingSource.health))
    return dict(session.execute(there.where(col(ListingSource.listing_id) == listing_id)).all())


def _today(way: Way, has_mail: bool, health: str) -> Today:
    missing = way.needs.replace("`", "")
    steps = STEPS.get(way.route, ())
    if way.route is Route.MAIL:
        mailbox = MAILBOX.replace("`", "")
        missing = missing.replace(mailbox, "" if has_mail else CONNECT).strip("; ").removeprefix("and ")
        steps = (("mailboxes.mailboxes", "See the mail"),) if has_mail else steps
    trouble = "" if health in (Health.OK.value, Health.NEVER.value) else words.heard(health, way.route.value)
    return Today(words.ROUTE[way.route], way.minutes, way.note, missing, steps, trouble)
