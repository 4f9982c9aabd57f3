"""Mails as sites send them, with invented names: builders with defaults, and rows that wait to be read."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from service.db import Database, insert_new
from service.models import AccountKind, AccountState, Branch, Inbound, Listing, SourceAccount
from service.watch.check import Watch
from service.watch.mailroom import Mailroom
from tests.builders import NOW, a_planner, judged

GOOGLE = "businessprofile-noreply@google.com"
YELP = "no-reply@yelp.com"
OURS = "mx.bell.example"


def reply_link(review_id: str) -> str:
    """Google's link to its reply form, which holds the review's own id."""
    inner = urlsafe_b64encode(review_id.encode()).rstrip(b"=")
    return f"https://business.google.com/customers/reviews/reply?p={inner.decode()}"


def google(
    author: str = "Mirelle Oduya",
    stars: int = 2,
    text: str = "We waited 40 minutes and the bread was cold.",
    place: str = "Corner Bakery Hartsea",
    *,
    link: str = "https://business.google.com/n/120/profile?fid=99",
    reply: str = "https://business.google.com/customers/reviews/reply",
    **more: Any,
) -> bytes:
    """Google's mail for one new review."""
    words = (
        f"You got a new {stars}-star review\n\nRead review\n<{link}>\n\n{author}\n\n{text}\n\n"
        f"Reply to review\n<{reply}>\n\nGoogle LLC\n"
    )
    return mail(words, f"{author.split(maxsplit=1)[0]} left a review for {place}", GOOGLE, **more)


def google_digest(place: str = "Corner Bakery Hartsea", count: int = 3, **more: Any) -> bytes:
    """Google's mail that only counts."""
    return mail(f"{place} got {count} new reviews", f"{place}, you got {count} new reviews", GOOGLE, **more)


def yelp(
    author: str = "Tomas B.", stars: int = 4, text: str = "Lovely rolls, kind people.", **more: Any
) -> bytes:
    """A mail of a known sender whose shape nobody has shown us."""
    words = f"Good news!\n\n{author}\n\n{stars} stars\n\n{text}\n\nSee it on Yelp\n\nYelp Inc.\n"
    return mail(words, "You have a new review", YELP, **more)


def mail(
    words: str,
    subject: str,
    sender: str,
    *,
    at: datetime = NOW,
    to: str = "owner@corner.example",
    signed: str | None = None,
    message_id: str | None = None,
) -> bytes:
    """A mail; ``signed`` is the domain whose signature our own receiver has verified."""
    told = EmailMessage()
    if signed:
        told["Authentication-Results"] = f"{OURS}; dkim=pass header.d={signed}"
    told["From"] = sender
    told["To"] = to
    told["Subject"] = subject
    told["Date"] = format_datetime(at)
    told["Message-ID"] = message_id or f"<{sha256((subject + words).encode()).hexdigest()[:20]}@x.example>"
    told.set_content(words)
    return told.as_bytes()


class Post:
    """A mailbox connected a while ago, its mailroom, and the listings that mails may be about."""

    def __init__(self, database: Database, added_at: datetime = NOW - timedelta(days=60)) -> None:
        self.database = database
        self.watch = Watch(database, _nobody_looks, lambda *_facts: judged, a_planner())
        self.mailroom = Mailroom(database, self.watch)
        with database.transaction() as session:
            account = SourceAccount(
                kind=AccountKind.IMAP.value,
                external_id="owner@corner.example/INBOX",
                title="Reviews",
                authserv_id=OURS,
                state=AccountState.OPEN.value,
                added_at=added_at,
            )
            session.add(account)
            session.flush()
            self.account = account.id or 0

    def listing(
        self, name: str = "Corner Bakery Hartsea", site: str = "google_maps", key: str = "101", **more: Any
    ) -> int:
        """A branch of that name with one listing; answers the listing's id."""
        token = more.pop("mail_token", None)
        with self.database.transaction() as session:
            insert_new(session, Branch, [{"code": name.lower(), "name": name, "mail_token": token}])
            branch = session.execute(select(col(Branch.id)).where(col(Branch.name) == name)).scalar_one()
            added = NOW - timedelta(days=60)
            row = {"url": f"https://{site}.example/{key}", "added_at": added, "next_look_at": NOW}
            listing = Listing(branch_id=branch, site=site, key=key, **(row | more))
            session.add(listing)
            session.flush()
            return listing.id or 0

    def comes(self, sent: bytes, at: datetime = NOW, **more: Any) -> int:
        """A mail has come in; answers its row's id."""
        key = sha256(sent).hexdigest()
        row = {"dedupe_key": key, "account_id": self.account, "received_at": at, "raw": sent}
        with self.database.transaction() as session:
            insert_new(session, Inbound, [row | more])
            there = select(col(Inbound.id)).where(col(Inbound.dedupe_key) == key)
            number: int = session.execute(there).scalar_one()
            return number

    def work(self, now: datetime = NOW) -> int:
        """Read all that waits; answers how many."""
        read = 0
        while claimed := self.mailroom.claim(now):
            self.mailroom.read(claimed, now)
            read += 1
        return read

    def row(self, number: int) -> Inbound:
        """One mail's row as it stands."""
        with self.database.reading() as session:
            found = session.get_one(Inbound, number)
            session.expunge(found)
            return found

    def read(self, raw: bytes, at: datetime = NOW, **more: Any) -> Inbound:
        """A mail has come in and was read; answers its row."""
        number = self.comes(raw, at, **more)
        self.work(at)
        return self.row(number)


def _nobody_looks(*_asked: object) -> Any:
    raise AssertionError("nobody looks at a page here")
