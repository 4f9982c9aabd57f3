"""What an installation stands on: its secret, its database, its mail, its address and what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service import schema
from service.db import Database
from service.doctor.finding import Finding, Level
from service.sentences import say
from service.settings import Settings, decode_secret


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
