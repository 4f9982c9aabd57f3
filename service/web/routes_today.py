"""The ways one site can be heard today, in the site's own order, as they stand on this installation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlmodel import Session, col

from service.domain import Health, Route
from service.models import AccountState, ListingSource, SourceAccount
from service.people import capturing, device_list
from service.sites.base import EXTENSION, MAILBOX_TO_TEACH, TO_TEACH, Site, Way
from service.sources.mailboxes import MAIL_KINDS
from service.web import words
from service.web.phrases import N_, gettext, said

CONNECT = N_("a mailbox that we read, or a mail provider that posts to us")
SWITCHED_OFF = N_("leave to send: an administrator switched off that browsers send reviews of this site")
BROWSERS = "paired.browsers"
Steps = tuple[tuple[str, str], ...]
STEPS: dict[Route, Steps] = {
    Route.MAIL: (("mailbox_add.form", N_("Connect a mailbox")),),
    Route.HAND: (
        ("paste.form", N_("Paste what you see")),
        ("bringing.file_form", N_("Bring a file")),
        ("upload.form", N_("Bring a saved page")),
    ),
    Route.FEED: (("feeds.feeds", N_("Add a feed")),),
}
"""Where each way begins: endpoints, and what a link to them says."""


@dataclass(frozen=True, slots=True)
class Today:
    """One way as it stands: ``missing`` is "" where it works now; ``steps`` is where a person begins."""

    title: str
    minutes: int
    note: str
    missing: str
    steps: Steps
    trouble: str = ""  # how it does at the listing in question, where that is not well

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.trouble:
            return self.trouble
        if not self.missing:
            return gettext("Works today")
        return gettext("Yours to set up") if self.steps else gettext("Not yet")

    @property
    def tone(self) -> str:
        """The colour that goes with it."""
        if self.trouble:
            return "warn"
        return "good" if not self.missing else "normal" if self.steps else ""


def today(session: Session, site: Site, listing_id: int | None = None) -> list[Today]:
    """Every way of ``site``, best first; for a listing with how it does there."""
    here, heard = _here(session, site), _heard(session, listing_id)
    return [_today(way, here, heard.get(way.route.value, Health.NEVER.value)) for way in site.ways]


@dataclass(frozen=True, slots=True)
class _Here:
    """What is set up on this installation: mail, a paired browser, and whether that may send."""

    reads_mail: bool
    has_browser: bool
    may_send: bool


def _here(session: Session, site: Site) -> _Here:
    may_send = capturing.is_on(capturing.switched_off(session), site.name)
    return _Here(reads_mail(session), device_list.does_any_send(session), may_send)


def reads_mail(session: Session) -> bool:
    """Whether some mailbox is read, or some provider posts to us."""
    shut = (AccountState.PAUSED.value, AccountState.SIGN_IN.value)
    there = exists().where(col(SourceAccount.kind).in_(MAIL_KINDS), col(SourceAccount.state).not_in(shut))
    return bool(session.scalar(select(there)))


def _heard(session: Session, listing_id: int | None) -> dict[str, str]:
    there = select(col(ListingSource.route), col(ListingSource.health))
    return dict(session.execute(there.where(col(ListingSource.listing_id) == listing_id)).all())


def _today(way: Way, here: _Here, health: str) -> Today:
    missing, steps = said(way.needs).replace("`", ""), STEPS.get(way.route, ())
    if way.route is Route.MAIL:
        missing, steps = _by_mail(way.needs, here)
    elif way.needs == EXTENSION:
        missing, steps = _by_browser(here)
    trouble = "" if health in (Health.OK.value, Health.NEVER.value) else words.heard(health, way.route.value)
    return Today(words.ROUTE[way.route], way.minutes, said(way.note), missing, steps, trouble)


def _by_mail(needs: str, here: _Here) -> tuple[str, Steps]:
    taught = said(TO_TEACH) if needs == MAILBOX_TO_TEACH else ""
    if here.reads_mail:
        return taught, (("mailboxes.mailboxes", N_("See the mail")),)
    connect = gettext(CONNECT)
    missing = gettext("%(mailbox)s; and %(taught)s", mailbox=connect, taught=taught) if taught else connect
    return missing, STEPS[Route.MAIL]


def _by_browser(here: _Here) -> tuple[str, Steps]:
    if not here.may_send:
        return gettext(SWITCHED_OFF), ((BROWSERS, N_("See what browsers may send")),)
    if here.has_browser:
        return "", ((BROWSERS, N_("See the paired browsers")),)
    return said(EXTENSION), ((BROWSERS, N_("Get the extension")),)
