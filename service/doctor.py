"""What is wrong with an installation, and how to mend it: for ``shopbell doctor`` and the status screen.

Each check looks at one thing and answers findings; none of them changes anything or shows a secret.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
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
        yield Finding("secret", Level.GOOD, "set in the environment")
        return
    if not path.exists():
        yield Finding("secret", Level.NOTE, f"will be made in {path} at the first start")
        return
    try:
        decode_secret(path.read_text())
    except (ValueError, OSError) as error:
        mend = "Put the right one back from your backup: without it no stored credential can be opened."
        yield Finding("secret", Level.BAD, f"{path} {error}", mend)
        return
    yield Finding("secret", Level.GOOD, f"lies in {path}: keep a copy apart from the database")


def database_state(database: Database) -> Iterator[Finding]:
    """Whether the database answers and has this version's schema."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
        ready = schema.is_ready(database)
    except DBAPIError as error:
        mend = "Check DATABASE_URL, and that the server runs and the disk is there."
        yield Finding("database", Level.BAD, f"does not answer ({type(error.orig).__name__})", mend)
        return
    if not _finds_words(database):
        mend = "Use a Python whose SQLite has FTS5, as python.org's and Debian's have, or set DATABASE_URL."
        yield Finding("database", Level.BAD, "this machine's SQLite cannot index words (no FTS5)", mend)
    if not ready:
        yield Finding("database", Level.BAD, "has another version's tables", "Run `shopbell migrate`.")
        return
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    yield Finding("database", Level.GOOD, f"{kind}, with this version's tables")


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
        mend = "Give this account the right to write there."
        yield Finding("disk", Level.BAD, f"{folder} cannot be written", mend)
        return
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        what = f"only {free // 1024**2} MB are free in {folder}"
        yield Finding("disk", Level.BAD, what, "Make room: a full disk stops what is heard from being kept.")
        return
    yield Finding("disk", Level.GOOD, f"{free // 1024**2} MB free in {folder}")


def survival(settings: Settings, mounts: Path, environ: Mapping[str, str]) -> Finding | None:
    """What says that the disk may not survive a restart; None where nothing does."""
    if not settings.is_sqlite:
        return None
    found = _survival(_nearest(settings.data_folder), mounts, environ)
    return found if found.level is Level.BAD else None


def _survival(folder: Path, mounts: Path, environ: Mapping[str, str]) -> Finding:
    hosting = next((name for variable, name in EPHEMERAL_HOSTING.items() if variable in environ), None)
    filesystem = _filesystem_of(folder, mounts)
    mend = (
        "Mount a volume and point SHOPBELL_DATA at it, or use PostgreSQL by DATABASE_URL. "
        "Until then keep a backup off this machine."
    )
    if filesystem in EPHEMERAL_FILESYSTEMS:
        where = f" on {hosting}" if hosting else ""
        what = f"{folder} lies on a {filesystem} file system{where}: it may be gone after a restart"
        return Finding("disk survival", Level.BAD, what, mend)
    if hosting == "Heroku":
        return Finding("disk survival", Level.BAD, "Heroku empties every dyno's disk once a day", mend)
    return Finding("disk survival", Level.GOOD, f"{folder} lies on {filesystem or 'a disk'} of its own")


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
        mend = "Set SHOPBELL_BACKUP_TO for one a day, or make one: shopbell backup make FILE --to https://…"
        yield Finding("backup", Level.NOTE, "none is known to lie off this machine", mend)
        return
    told = f"the newest off this machine is of {kept:%Y-%m-%d %H:%M} UTC"
    if now - kept > BACKUP_OLD:
        yield Finding("backup", Level.NOTE, told, "Make another: shopbell backup make FILE --to …")
        return
    yield Finding("backup", Level.GOOD, told)


def daily_backup(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the backup that is made by itself was made, where one is set."""
    if settings.backup_to is None:
        return
    with database.reading() as session:
        one = session.get(Installation, 1)
    kept, error = (one.daily_kept_at, one.daily_error) if one else (None, None)
    last = f"the last is of {kept:%Y-%m-%d %H:%M} UTC" if kept else "none was made yet"
    if error:
        mend = "It is tried again every hour. See SHOPBELL_BACKUP_TO in docs/settings.md."
        yield Finding("daily backup", Level.BAD, f"{last}; the newest try: {error}", mend)
    elif kept is None or now - kept > DAILY_LATE:
        mend = "It is made while `shopbell serve` (or `work`) runs, within minutes of its start."
        yield Finding("daily backup", Level.NOTE, last, mend)
    else:
        yield Finding("daily backup", Level.GOOD, last)


def is_far_away(folder: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    """Whether a folder lies on a share of another machine, as far as this system tells."""
    return _filesystem_of(_nearest(folder), mounts) in SHARES


def engine(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether somebody is asking who is due."""
    with database.reading() as session:
        installation = session.get(Installation, 1)
    tick = installation.tick_at if installation else None
    if tick is None or now - tick > TICK_LATE:
        since = f"since {tick:%Y-%m-%d %H:%M} UTC" if tick else "yet"
        yield Finding(
            "engine", Level.NOTE, f"nobody has looked {since}", "Start `shopbell serve` (or `work`)."
        )
        return
    yield Finding("engine", Level.GOOD, "is at work")


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
        mend = 'shopbell add https://… --branch "High Street"'
        yield Finding("listings", Level.NOTE, "nothing is watched yet", mend)
        return
    if silent:
        mend = "`shopbell status` says which, why, and what to do."
        yield Finding("listings", Level.NOTE, f"{silent} of {watched} cannot be heard just now", mend)
        return
    yield Finding("listings", Level.GOOD, f"{watched} watched")


def misfitting(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the pages that people work on look as their browser extension knows them."""
    with database.reading() as session:
        found = misfits.lately(session, now)
    for one in found:
        site = site_named(one.site)
        where = f"{site.title if site else one.site} ({one.surface})"
        browsers = "1 browser" if one.browsers == 1 else f"{one.browsers} browsers"
        what = f"{where} looks different to {browsers} since {one.since:%Y-%m-%d}"
        mend = "Use the extension's anywhere mode there, and see whether a newer extension is out."
        yield Finding("browser extension", Level.NOTE, what, mend)


def mailboxes(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the sites' own mails are heard, and which of them wait for somebody."""
    with database.reading() as session:
        told = listed(session)
        counts = inbound.counts(session)
    if not told:
        mend = "shopbell mail add imaps://you@example.com@imap.example.com"
        yield Finding("mailboxes", Level.NOTE, "no site's own mails are read yet", mend)
    for one in told:
        yield _mailbox(settings, one.account, now)
    if waiting := sum(counts.get(state.value, 0) for state in FOR_A_PERSON):
        mend = "Open the desk: each says what it wants to know."
        yield Finding("mails", Level.NOTE, f"{waiting} wait for a person", mend)
    if failed := counts.get(InboundState.FAILED.value, 0):
        mend = "Nothing is lost: they are tried again. Please report what the log says of them."
        yield Finding("mails", Level.BAD, f"{failed} could not be read, by an error of ours", mend)


def _mailbox(settings: Settings, account: SourceAccount, now: datetime) -> Finding:
    about, why = f"mail of {account.title}", account.last_error or ""
    since = f"since {account.last_ok_at:%Y-%m-%d %H:%M} UTC" if account.last_ok_at else "yet"
    if account.state == AccountState.SIGN_IN.value:
        return Finding(about, Level.BAD, f"is not heard {since}: {why}", _sign_in(settings, account))
    if account.state == AccountState.FAILING.value:
        lately = account.last_ok_at is not None and now - account.last_ok_at < MAIL_LATE
        mend = "It is tried again by itself; `shopbell mail list` says how it goes."
        return Finding(about, Level.NOTE if lately else Level.BAD, f"is not heard {since}: {why}", mend)
    late = MAIL_LATE if account.kind == AccountKind.IMAP.value else HOOK_SILENT
    if now - (account.last_ok_at or account.added_at) > late:
        mend = "Is Shopbell running? If so, send a mail there and see whether it comes."
        return Finding(about, Level.NOTE, f"is not heard {since}", mend)
    if refused := account.settings.get("refused"):
        mend = f"If the provider says that it posts in vain: {why}" if why else ""
        return Finding(about, Level.NOTE, f"{refused} posts were refused as forged", mend)
    return Finding(about, Level.GOOD, f"is heard; last {since.removeprefix('since ')}")


def _sign_in(settings: Settings, account: SourceAccount) -> str:
    if account.settings.get("oauth"):
        return f"Sign in at {settings.public_url}/mailboxes/{account.id}/sign-in"
    return "Give `shopbell mail add` with the right password; what was read stays read."


def words(database: Database) -> Iterator[Finding]:
    """Whether any approved reply could be suggested."""
    with database.reading() as session:
        versions = session.execute(select(func.count()).select_from(PackVersion)).scalar_one()
        altered = altered_versions(session)
    for what in altered:
        mend = "Restore a backup, or load the pack again from its file under the next serial."
        yield Finding("approved words", Level.BAD, what, mend)
    if not versions:
        mend = "Read a pack in templates_local/ and sign it: `shopbell packs approve general-en`."
        yield Finding("approved words", Level.NOTE, "no reply is approved, so none is suggested", mend)
        return
    yield Finding("approved words", Level.GOOD, f"{versions} pack versions are stored")


def pack_feeds(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the brands that are followed are heard; where not, which of their words stop when."""
    with database.reading() as session:
        stale = {one.feed: one for one in stale_feeds(session, now)}
        feeds = session.execute(select(PackFeed).order_by(col(PackFeed.id))).scalars().all()
    for feed in feeds:
        about, told = f"packs of {feed.brand}", stale.get(feed.id or 0)
        if told is None:
            yield Finding(about, Level.GOOD, "are heard")
            continue
        level = Level.BAD if told.has_stopped(now) else Level.NOTE
        why = f" It last answered: {feed.last_error}." if feed.last_error else ""
        mend = f"Check this machine's connection, and ask the brand whether its Shopbell runs.{why}"
        yield Finding(about, level, "; ".join(told.told(now)), mend)


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
        mend = "shopbell channel add mailto:you@example.com --name You"
        yield Finding("channels", Level.BAD, "nobody would be told", mend)
    else:
        yield Finding("channels", Level.GOOD, f"{open_channels} open")
    if failed:
        mend = "The alerts screen shows which, and why."
        yield Finding("deliveries", Level.BAD, f"{failed} messages could not be delivered", mend)


def hooks(database: Database) -> Iterator[Finding]:
    """Whether the addresses that are told by machine take what they are sent."""
    with database.reading() as session:
        targets = session.scalars(select(HookTarget).order_by(col(HookTarget.id))).all()
    for target in targets:
        about = f"webhook {target.title}"
        if target.paused_why:
            mend = "Settings, Webhooks: when it is mended there, resume it."
            yield Finding(about, Level.BAD, f"is told nothing any more: {target.paused_why}", mend)
        elif target.failures and target.paused_at is None:
            what = f"took nothing in the last {target.failures} tries: {target.last_error}"
            yield Finding(about, Level.NOTE, what, "Settings, Webhooks says what failed, and sends it again.")
        else:
            yield Finding(about, Level.GOOD, "is paused" if target.paused_at else "is told")


def second_factor(database: Database) -> Iterator[Finding]:
    """Whether those who sign or manage have more than a password or a mailbox, where there are accounts."""
    with database.reading() as session:
        if not accounts.exist(session):
            return
        without, required = factors.lacking(session), factors.required_since(session) is not None
    if not without:
        asked = ", and it is asked of them" if required else ""
        yield Finding("second factor", Level.GOOD, f"everybody who signs or manages has one{asked}")
        return
    named = ", ".join(without[:MOST_NAMED])
    more = f" and {len(without) - MOST_NAMED} more" if len(without) > MOST_NAMED else ""
    mend = "Each adds a passkey, or codes, under her own name at the desk. Settings can ask it of them all."
    if required:
        mend = "They are led to set one up when they next act. Until then those roles of theirs rest."
    yield Finding("second factor", Level.NOTE, f"{named}{more} signs or manages without one", mend)


def extensions(database: Database) -> Iterator[Finding]:
    """Whether the extensions of paired browsers are as new as this release; nothing where none is paired."""
    with database.reading() as session:
        standing = select(func.count()).select_from(Device).where(col(Device.revoked_at).is_(None))
        paired = session.execute(standing).scalar_one()
        old = outdated(session)
    if not paired:
        return
    if not old:
        yield Finding("extension", Level.GOOD, f"{paired} paired, none outdated")
        return
    named = ", ".join(f"{one.device.label} of {one.whose} ({one.device.version})" for one in old[:MOST_NAMED])
    more = f" and {len(old) - MOST_NAMED} more" if len(old) > MOST_NAMED else ""
    served = f"This release ships {extension.LATEST_VERSION}; before {extension.MIN_VERSION} none is served."
    mend = f"Update the extension there. {served} The screen of paired browsers lists them."
    yield Finding("extension", Level.NOTE, f"{len(old)} of {paired} outdated: {named}{more}", mend)


def mail(settings: Settings) -> Iterator[Finding]:
    """Whether mail can go out at all."""
    if not settings.mail:
        mend = "Set SHOPBELL_MAIL and SHOPBELL_MAIL_FROM, or use another channel."
        yield Finding("mail", Level.NOTE, "no way to send mail is set", mend)
        return
    address = urlsplit(settings.mail.get_secret_value())
    yield Finding("mail", Level.GOOD, f"goes out by {address.scheme} as {settings.mail_from}")


def reachable(settings: Settings) -> Iterator[Finding]:
    """Whether links in alerts open on a phone."""
    if settings.url is None:
        what = f"links in alerts begin with {settings.public_url}, which opens on this machine alone"
        yield Finding("links", Level.NOTE, what, "Set SHOPBELL_URL to the address others use.")
        return
    address = urlsplit(settings.url)
    if address.scheme == "http" and not _is_this_machine(address.hostname or ""):
        what = f"begin with {settings.url}: whoever listens on the way can take over a session"
        mend = "Serve it over https (a host's own proxy does it), and write SHOPBELL_URL with https://."
        yield Finding("links", Level.NOTE, what, mend)
        return
    yield Finding("links", Level.GOOD, f"begin with {settings.url}")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def browser(settings: Settings) -> Iterator[Finding]:
    """Whether pages that need a browser could be opened."""
    from importlib.util import find_spec

    if settings.browser == "never":
        yield Finding("browser", Level.GOOD, "not used, as set")
        return
    if find_spec("playwright") is None:
        mend = "`make browser` adds Playwright (some 350 MB of memory while a page is open)."
        yield Finding("browser", Level.NOTE, "pages that need a browser are not looked at", mend)
        return
    yield Finding("browser", Level.GOOD, "Playwright is installed; it starts when a page needs it")


def manners(settings: Settings) -> Iterator[Finding]:
    """Whether a site we look at could reach us."""
    if settings.contact is None:
        mend = "Set SHOPBELL_CONTACT to a mail or web address."
        yield Finding("manners", Level.NOTE, "our User-Agent names nobody a site could ask", mend)
        return
    yield Finding("manners", Level.GOOD, f"sites can reach you at {settings.contact}")
