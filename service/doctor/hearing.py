"""Whether everything is heard: the engine, listings, the extension on their pages, mailboxes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from service.db import Database
from service.doctor.finding import Finding, Level, minute
from service.domain import Health
from service.models import (
    AccountKind,
    AccountState,
    InboundState,
    Installation,
    Listing,
    ListingSource,
    SourceAccount,
)
from service.sentences import say, say_many
from service.settings import Settings
from service.sites.registry import site_named
from service.sources import inbound, misfits
from service.sources.mailboxes import FOR_A_PERSON, listed

MAIL_LATE = timedelta(hours=1)  # a mailbox is asked every few minutes
HOOK_SILENT = timedelta(days=14)  # a hook is heard only when a site writes
TICK_LATE = timedelta(minutes=2)


def engine(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether somebody is asking who is due."""
    with database.reading() as session:
        installation = session.get(Installation, 1)
    tick = installation.tick_at if installation else None
    if tick is None or now - tick > TICK_LATE:
        mend = say("Start `shopbell serve` (or `work`).")
        yield Finding(say("engine"), Level.NOTE, say("nobody has looked %(since)s", since=_since(tick)), mend)
        return
    yield Finding(say("engine"), Level.GOOD, say("is at work"))


def _since(at: datetime | None) -> str:
    return say("since %(at)s", at=minute(at)) if at else say("yet")


def listings(database: Database) -> Iterator[Finding]:
    """Whether anything is watched, and what cannot be heard."""
    with database.reading() as session:
        watched = session.execute(select(func.count()).where(Listing.active)).scalar_one()  # type: ignore[arg-type]
        silent = session.execute(
            select(func.count()).where(
                ListingSource.health.not_in((Health.OK.value, Health.NEVER.value))  # type: ignore[attr-defined]
            )
        ).scalar_one()
    if not watched:
        mend = say('shopbell add https://… --branch "High Street"')
        yield Finding(say("listings"), Level.NOTE, say("nothing is watched yet"), mend)
        return
    if silent:
        mend = say("`shopbell status` says which, why, and what to do.")
        yield Finding(
            say("listings"),
            Level.NOTE,
            say("%(silent)s of %(watched)s cannot be heard just now", silent=silent, watched=watched),
            mend,
        )
        return
    yield Finding(say("listings"), Level.GOOD, say("%(watched)s watched", watched=watched))


def misfitting(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the pages that people work on look as their browser extension knows them."""
    with database.reading() as session:
        found = misfits.lately(session, now)
    for one in found:
        site = site_named(one.site)
        where = f"{site.title if site else one.site} ({one.surface})"
        browsers = say_many("%(n)s browser", "%(n)s browsers", one.browsers)
        what = say(
            "%(where)s looks different to %(browsers)s since %(since)s",
            where=where,
            browsers=browsers,
            since=f"{one.since:%Y-%m-%d}",
        )
        mend = say("Use the extension's anywhere mode there, and see whether a newer extension is out.")
        yield Finding(say("browser extension"), Level.NOTE, what, mend)


def mailboxes(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the sites' own mails are heard, and which of them wait for somebody."""
    with database.reading() as session:
        told = listed(session)
        counts = inbound.counts(session)
    if not told:
        mend = say("shopbell mail add imaps://you@example.com@imap.example.com")
        yield Finding(say("mailboxes"), Level.NOTE, say("no site's own mails are read yet"), mend)
    for one in told:
        yield _mailbox(settings, one.account, now)
    if waiting := sum(counts.get(state.value, 0) for state in FOR_A_PERSON):
        mend = say("Open the desk: each says what it wants to know.")
        yield Finding(say("mails"), Level.NOTE, say("%(waiting)s wait for a person", waiting=waiting), mend)
    if failed := counts.get(InboundState.FAILED.value, 0):
        mend = say("Nothing is lost: they are tried again. Please report what the log says of them.")
        yield Finding(
            say("mails"),
            Level.BAD,
            say("%(failed)s could not be read, by an error of ours", failed=failed),
            mend,
        )


def _mailbox(settings: Settings, account: SourceAccount, now: datetime) -> Finding:
    about, why = say("mail of %(title)s", title=account.title), account.last_error or ""
    since = _since(account.last_ok_at)
    if account.state == AccountState.SIGN_IN.value:
        return Finding(
            about,
            Level.BAD,
            say("is not heard %(since)s: %(why)s", since=since, why=why),
            _sign_in(settings, account),
        )
    if account.state == AccountState.FAILING.value:
        lately = account.last_ok_at is not None and now - account.last_ok_at < MAIL_LATE
        mend = say("It is tried again by itself; `shopbell mail list` says how it goes.")
        return Finding(
            about,
            Level.NOTE if lately else Level.BAD,
            say("is not heard %(since)s: %(why)s", since=since, why=why),
            mend,
        )
    late = MAIL_LATE if account.kind == AccountKind.IMAP.value else HOOK_SILENT
    if now - (account.last_ok_at or account.added_at) > late:
        mend = say("Is Shopbell running? If so, send a mail there and see whether it comes.")
        return Finding(about, Level.NOTE, say("is not heard %(since)s", since=since), mend)
    if refused := account.settings.get("refused"):
        forged = say("%(refused)s posts were refused as forged", refused=refused)
        vain = say("If the provider says that it posts in vain: %(why)s", why=why) if why else ""
        return Finding(about, Level.NOTE, forged, vain)
    return Finding(
        about, Level.GOOD, say("is heard; last %(at)s", at=minute(account.last_ok_at) or say("yet"))
    )


def _sign_in(settings: Settings, account: SourceAccount) -> str:
    if account.settings.get("oauth"):
        return say(
            "Sign in at %(public_url)s/mailboxes/%(id)s/sign-in",
            public_url=settings.public_url,
            id=account.id,
        )
    return say("Give `shopbell mail add` with the right password; what was read stays read.")
