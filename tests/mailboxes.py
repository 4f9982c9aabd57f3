"""Mailboxes for tests: mails as sites send them, an account's row, and a collector that reads it."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import AccountKind, AccountState, Inbound, SourceAccount
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from service.secrets import Vault
from service.settings import Settings
from service.sources import accounts
from service.sources.collect import Collector
from service.sources.mailbox import Mailbox
from service.sources.sign_in import SignIn
from tests.postbox import Postbox
from tests.provision.dovecot import HOST, PASSWORD, Server

SECRET = bytes(range(32))
VAULT = Vault(SECRET)
DOMAINS = ("google.com", "trustpilot.com")
GOOGLE = "businessprofile-noreply@google.com"


def clock() -> datetime:
    """Real time: the mail server has no other."""
    return datetime.now(UTC)


def guard(*addresses: str, allowed: Sequence[str] = (HOST, "127.0.0.1")) -> Guard:
    """Lets the test servers through; names lead to ``addresses``, else to this machine."""
    return Guard(AllowList.parse(allowed), resolve=lambda _name, _port: list(addresses or ("127.0.0.1",)))


def a_mail(number: int, sender: str = GOOGLE, to: str = "owner@shop.example", **more: str) -> bytes:
    """A short mail of its own; ``more`` are headers, ``in_reply_to="…"`` becomes In-Reply-To."""
    headers = {
        "From": sender,
        "To": to,
        "Subject": f"Mail {number}",
        "Message-ID": f"<{number}@mail.test>",
        "Date": "Thu, 26 Nov 2026 09:00:00 +0000",
    }
    headers |= {name.replace("_", "-").title(): value for name, value in more.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{lines}\r\nAnna left a review, number {number}.\r\n".encode()


def send(server: Server, user: str, *mails: bytes, to: str = "in@mail.test") -> None:
    """Send mails by SMTP to whom ``user``'s mailbox is."""
    with (
        Postbox(deliver=lambda _to, mail: server.deliver(user, mail)) as box,
        smtplib.SMTP("127.0.0.1", box.port, "test.example") as client,
    ):
        for mail in mails:
            client.sendmail("bounce@site.example", [to], mail)


def logins(server: Server, user: str) -> list[str]:
    """What the server's log says of each time the user signed in."""
    lines = (server.folder / "log").read_text().splitlines()
    return [line for line in lines if user in line and "Login:" in line]


@dataclass
class Box:
    """One mailbox on the test server, its row, and the collector that reads it."""

    database: Database
    server: Server
    pem: Path
    user: str = ""
    port: int = 0
    domains: Sequence[str] = DOMAINS
    mail_in: str | None = None
    password: str = PASSWORD
    more: dict[str, Any] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    allowed: Sequence[str] = (HOST, "127.0.0.1")
    trusted: bool = True
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.user = self.user or self.server.fresh_user()
        implicit = self.more.get("implicit", True)
        self.port = self.port or (self.server.tls_port if implicit else self.server.port)
        box = Mailbox(HOST, self.port, self.user, **self.more)
        name, kind = box.external_id, AccountKind.IMAP
        with self.database.transaction() as session:
            account = accounts.add(
                session,
                kind,
                name,
                box.user,
                clock(),
                settings=box.as_json(),
                secret_enc=accounts.seal(VAULT, kind, name, {"password": self.password}),
                next_try_at=clock(),
            )
            session.flush()
            self.id = account.id or 0
        self.collector = self.a_collector()

    def a_collector(self) -> Collector:
        tls = ssl.create_default_context(cafile=str(self.pem)) if self.trusted else None
        open_to = guard(*self.addresses, allowed=self.allowed)
        self.client = Client(open_to, "Shopbell/test")
        sign_in = SignIn(self.settings, self.database, VAULT, self.client)
        return Collector(self.database, sign_in, open_to, lambda: self.domains, self.mail_in, tls)

    def collect(self, now: datetime | None = None) -> SourceAccount:
        """One turn at the mailbox, due or not; answers its row afterwards."""
        with self.database.transaction() as session:
            account = session.get_one(SourceAccount, self.id)
            account.next_try_at, account.lease_until = clock(), None
        with self.database.transaction() as session:
            claimed = next(one for one in accounts.claim(session, clock(), 99) if one.id == self.id)
        self.collector.collect(claimed, (lambda: now) if now else clock)
        return self.row

    @property
    def row(self) -> SourceAccount:
        with self.database.reading() as session:
            return session.get_one(SourceAccount, self.id)

    @property
    def mails(self) -> list[Inbound]:
        """What was stored, oldest first."""
        with self.database.reading() as session:
            mine = select(Inbound).where(col(Inbound.account_id) == self.id).order_by(col(Inbound.id))
            return list(session.scalars(mine))

    @property
    def subjects(self) -> list[str]:
        from email import message_from_bytes

        return [str(message_from_bytes(mail.raw or b"")["Subject"]) for mail in self.mails]

    @property
    def is_well(self) -> bool:
        return self.row.state == AccountState.OPEN.value


@contextmanager
def cutting_proxy(port: int, after: int) -> Iterator[int]:
    """A way to ``port`` that breaks each connection off once the server has said ``after`` bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def pump(one: socket.socket, other: socket.socket, most: float) -> None:
        said = 0
        with suppress(OSError):
            while said < most and (piece := one.recv(4096)):
                other.sendall(piece[: max(0, int(min(most, 1e9)) - said)])
                said += len(piece)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                for arguments in ((client, server, float("inf")), (server, client, after)):
                    threads.append(threading.Thread(target=pump, args=arguments))
                    threads[-1].start()
                opened.extend((client, server))

    opened: list[socket.socket] = []
    main = threading.Thread(target=serve)
    main.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        main.join(10)
        for thread in threads:
            thread.join(10)
        for end in opened:
            end.close()


def wait_for(what: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether ``what()`` came true in time."""
    import time

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return bool(what())


def a_large_mail(size: int) -> bytes:
    """A mail of a known sender with an attachment of ``size`` bytes."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = GOOGLE, "owner@shop.example", "Large"
    message["Message-ID"] = "<large@mail.test>"
    message.set_content("Anna left a review.")
    message.add_attachment(bytes(size), maintype="application", subtype="octet-stream")
    return message.as_bytes()
