"""What is wrong with an installation, and how to mend it: for ``shopbell doctor`` and the status screen.

Each check looks at one thing and answers findings; none of them changes anything or shows a secret.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from service import schema
from service.approval.freshness import stale_feeds
from service.approval.versions import altered_versions
from service.db import Database
from service.domain import Health
from service.models import (
    AccountKind,
    AccountState,
    Channel,
    Delivery,
    DeliveryState,
    Device,
    HookTarget,
    InboundState,
    Installation,
    Listing,
    ListingSource,
    PackFeed,
    PackVersion,
    SourceAccount,
)
from service.people import accounts, extension, factors
from service.people.device_list import outdated
from service.sentences import listed as in_a_row
from service.sentences import say, say_many
from service.settings import Settings, decode_secret
from service.sites.registry import site_named
from service.sources import inbound, misfits
from service.sources.mailboxes import FOR_A_PERSON, listed

ROOM_NEEDED = 200 * 1024 * 1024  # bytes free: a year of 200 branches is some 60 MB (facts: 0.75 kB a review)
MAIL_LATE = timedelta(hours=1)  # a mailbox is asked every few minutes
HOOK_SILENT = timedelta(days=14)  # a hook is heard only when a site writes
BACKUP_OLD = timedelta(days=7)
DAILY_LATE = timedelta(days=2)
SHARES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs", "ceph"}
)
MOST_NAMED = 5  # in one sentence
TICK_LATE = timedelta(minutes=2)
EPHEMERAL_FILESYSTEMS = frozenset({"overlay", "tmpfs", "ramfs", "aufs"})
EPHEMERAL_HOSTING = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "K_SERVICE": "Cloud Run",
    "RAILWAY_ENVIRONMENT": "Railway",
}


class Level(StrEnum):
    """How bad a finding is."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what is so, and what mends it where it is not good."""

    about: str
    level: Level
    what: str
    mend: str = ""


def examine(settings: Settings, database: Database, now: datetime) -> list[Finding]:
    """Everything that can be known without opening a connection to anybody else."""
    findings = [*secret(settings), *disk(settings, Path("/proc/mounts"), os.environ)]
    stored = list(database_state(database))
    findings += stored
    if all(finding.level is not Level.BAD for finding in stored):
        findings += [*engine(database, now), *listings(database), *mailboxes(settings, database, now)]
        findings += [*words(database), *pack_feeds(database, now), *channels(database)]
        findings += [*hooks(database), *backups(database, now), *daily_backup(settings, database, now)]
        findings += [*second_factor(database), *extensions(database), *misfitting(database, now)]
    return [*findings, *mail(settings), *reachable(settings), *browser(settings), *manners(settings)]


def secret(settings: Settings) -> Iterator[Finding]:
    """Whether the secret is there, sound, and apart from the database."""
    path = settings.data_folder / "secret"
    if settings.secret:
        yield Finding(say("secret"), Level.GOOD, say("set in the environment"))
        return
    if not path.exists():
        yield Finding(
            say("secret"), Level.NOTE, say("will be made in %(path)s at the first start", path=path)
        )
        return
    try:
        decode_secret(path.read_text())
    except (ValueError, OSError) as error:
        mend = say("Put the right one back from your backup: without it no stored credential can be opened.")
        yield Finding(say("secret"), Level.BAD, say("%(path)s %(error)s", path=path, error=error), mend)
        return
    yield Finding(
        say("secret"), Level.GOOD, say("lies in %(path)s: keep a copy apart from the database", path=path)
    )


def database_state(database: Database) -> Iterator[Finding]:
    """Whether the database answers and has this version's schema."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
        ready = schema.is_ready(database)
    except DBAPIError as error:
        mend = say("Check DATABASE_URL, and that the server runs and the disk is there.")
        yield Finding(
            say("database"),
            Level.BAD,
            say("does not answer (%(error)s)", error=type(error.orig).__name__),
            mend,
        )
        return
    if not _finds_words(database):
        mend = say(
            "Use a Python whose SQLite has FTS5, as python.org's and Debian's have, or set DATABASE_URL."
        )
        yield Finding(
            say("database"), Level.BAD, say("this machine's SQLite cannot index words (no FTS5)"), mend
        )
    if not ready:
        yield Finding(
            say("database"), Level.BAD, say("has another version's tables"), say("Run `shopbell migrate`.")
        )
        return
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    yield Finding(say("database"), Level.GOOD, say("%(kind)s, with this version's tables", kind=kind))


def _finds_words(database: Database) -> bool:
    """Whether the tables can be made here at all: reviews are found by their words through FTS5."""
    if not database.is_sqlite:
        return True
    with database.reading() as session:
        return bool(session.scalar(text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")))


def disk(settings: Settings, mounts: Path, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Whether what is written will be there after a restart, and whether there is room."""
    folder = _nearest(settings.data_folder)
    if settings.is_sqlite:
        yield _survival(folder, mounts, environ)
    if not os.access(folder, os.W_OK):
        mend = say("Give this account the right to write there.")
        yield Finding(say("disk"), Level.BAD, say("%(folder)s cannot be written", folder=folder), mend)
        return
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        what = say("only %(free)s MB are free in %(folder)s", free=free // 1024**2, folder=folder)
        yield Finding(
            say("disk"), Level.BAD, what, say("Make room: a full disk stops what is heard from being kept.")
        )
        return
    yield Finding(
        say("disk"), Level.GOOD, say("%(free)s MB free in %(folder)s", free=free // 1024**2, folder=folder)
    )


def survival(settings: Settings, mounts: Path, environ: Mapping[str, str]) -> Finding | None:
    """What says that the disk may not survive a restart; None where nothing does."""
    if not settings.is_sqlite:
        return None
    found = _survival(_nearest(settings.data_folder), mounts, environ)
    return found if found.level is Level.BAD else None


def _survival(folder: Path, mounts: Path, environ: Mapping[str, str]) -> Finding:
    hosting = next((name for variable, name in EPHEMERAL_HOSTING.items() if variable in environ), None)
    filesystem = _filesystem_of(folder, mounts)
    mend = say(
        "Mount a volume and point SHOPBELL_DATA at it, or use PostgreSQL by DATABASE_URL. "
        "Until then keep a backup off this machine."
    )
    if filesystem in EPHEMERAL_FILESYSTEMS:
        where = say(" on %(hosting)s", hosting=hosting) if hosting else ""
        what = say(
            "%(folder)s lies on a %(filesystem)s file system%(where)s: it may be gone after a restart",
            folder=str(folder),
            filesystem=filesystem or "",
            where=where,
        )
        return Finding(say("disk survival"), Level.BAD, what, mend)
    if hosting == "Heroku":
        return Finding(
            say("disk survival"), Level.BAD, say("Heroku empties every dyno's disk once a day"), mend
        )
    return Finding(
        say("disk survival"),
        Level.GOOD,
        say(
            "%(folder)s lies on %(filesystem)s of its own",
            folder=folder,
            filesystem=filesystem or say("a disk"),
        ),
    )


def _filesystem_of(folder: Path, mounts: Path) -> str | None:
    if not mounts.exists():
        return None
    best: tuple[int, str] | None = None
    for line in mounts.read_text().splitlines():
        _device, point, kind, *_rest = line.split(" ")
        if folder.is_relative_to(point) and (best is None or len(point) >= best[0]):
            best = (len(point), kind)
    return best[1] if best else None


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder.resolve()


def backups(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether everything is kept somewhere else as well."""
    with database.reading() as session:
        installation = session.get(Installation, 1)
    kept = installation.backup_off_at if installation else None
    if kept is None:
        mend = say(
            "Set SHOPBELL_BACKUP_TO for one a day, or make one: shopbell backup make FILE --to https://…"
        )
        yield Finding(say("backup"), Level.NOTE, say("none is known to lie off this machine"), mend)
        return
    told = say("the newest off this machine is of %(at)s", at=_minute(kept))
    if now - kept > BACKUP_OLD:
        yield Finding(say("backup"), Level.NOTE, told, say("Make another: shopbell backup make FILE --to …"))
        return
    yield Finding(say("backup"), Level.GOOD, told)


def daily_backup(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the backup that is made by itself was made, where one is set."""
    if settings.backup_to is None:
        return
    with database.reading() as session:
        one = session.get(Installation, 1)
    kept, error = (one.daily_kept_at, one.daily_error) if one else (None, None)
    last = say("the last is of %(at)s", at=_minute(kept)) if kept else say("none was made yet")
    if error:
        mend = say("It is tried again every hour. See SHOPBELL_BACKUP_TO in docs/settings.md.")
        yield Finding(
            say("daily backup"),
            Level.BAD,
            say("%(last)s; the newest try: %(error)s", last=last, error=error),
            mend,
        )
    elif kept is None or now - kept > DAILY_LATE:
        mend = say("It is made while `shopbell serve` (or `work`) runs, within minutes of its start.")
        yield Finding(say("daily backup"), Level.NOTE, last, mend)
    else:
        yield Finding(say("daily backup"), Level.GOOD, last)


def is_far_away(folder: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    """Whether a folder lies on a share of another machine, as far as this system tells."""
    return _filesystem_of(_nearest(folder), mounts) in SHARES


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
    return say("since %(at)s", at=_minute(at)) if at else say("yet")


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


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
        about, Level.GOOD, say("is heard; last %(at)s", at=_minute(account.last_ok_at) or say("yet"))
    )


def _sign_in(settings: Settings, account: SourceAccount) -> str:
    if account.settings.get("oauth"):
        return say(
            "Sign in at %(public_url)s/mailboxes/%(id)s/sign-in",
            public_url=settings.public_url,
            id=account.id,
        )
    return say("Give `shopbell mail add` with the right password; what was read stays read.")


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
        say("%(named)s signs or manages without one", named=_some(without)),
        mend,
    )


def _some(named: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    shown = in_a_row(named[:MOST_NAMED])
    if len(named) <= MOST_NAMED:
        return shown
    return say("%(named)s and %(more)s more", named=shown, more=len(named) - MOST_NAMED)


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
    named = _some(
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


def mail(settings: Settings) -> Iterator[Finding]:
    """Whether mail can go out at all."""
    if not settings.mail:
        mend = say("Set SHOPBELL_MAIL and SHOPBELL_MAIL_FROM, or use another channel.")
        yield Finding(say("mail"), Level.NOTE, say("no way to send mail is set"), mend)
        return
    address = urlsplit(settings.mail.get_secret_value())
    yield Finding(
        say("mail"),
        Level.GOOD,
        say("goes out by %(scheme)s as %(mail_from)s", scheme=address.scheme, mail_from=settings.mail_from),
    )


def reachable(settings: Settings) -> Iterator[Finding]:
    """Whether links in alerts open on a phone."""
    if settings.url is None:
        what = say(
            "links in alerts begin with %(public_url)s, which opens on this machine alone",
            public_url=settings.public_url,
        )
        yield Finding(say("links"), Level.NOTE, what, say("Set SHOPBELL_URL to the address others use."))
        return
    address = urlsplit(settings.url)
    if address.scheme == "http" and not _is_this_machine(address.hostname or ""):
        what = say("begin with %(url)s: whoever listens on the way can take over a session", url=settings.url)
        mend = say("Serve it over https (a host's own proxy does it), and write SHOPBELL_URL with https://.")
        yield Finding(say("links"), Level.NOTE, what, mend)
        return
    yield Finding(say("links"), Level.GOOD, say("begin with %(url)s", url=settings.url))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def browser(settings: Settings) -> Iterator[Finding]:
    """Whether pages that need a browser could be opened."""
    from importlib.util import find_spec

    if settings.browser == "never":
        yield Finding(say("browser"), Level.GOOD, say("not used, as set"))
        return
    if find_spec("playwright") is None:
        mend = say("`make browser` adds Playwright (some 350 MB of memory while a page is open).")
        yield Finding(say("browser"), Level.NOTE, say("pages that need a browser are not looked at"), mend)
        return
    yield Finding(say("browser"), Level.GOOD, say("Playwright is installed; it starts when a page needs it"))


def manners(settings: Settings) -> Iterator[Finding]:
    """Whether a site we look at could reach us."""
    if settings.contact is None:
        mend = say("Set SHOPBELL_CONTACT to a mail or web address.")
        yield Finding(say("manners"), Level.NOTE, say("our User-Agent names nobody a site could ask"), mend)
        return
    yield Finding(
        say("manners"), Level.GOOD, say("sites can reach you at %(contact)s", contact=settings.contact)
    )
