"""A real SMTP server on loopback that does what a test wants, and keeps what it took."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TAKEN = "250 Message accepted for delivery"


@dataclass
class Postbox:
    """Runs in a thread of its own until its ``with`` block ends.

    ``after_data`` are the answers to whole messages, in order, then all are taken; None drops the connection
    after the message was read. ``at_rcpt`` likewise for recipients. ``deliver`` hands on what was taken,
    once for each recipient.
    """

    after_data: list[str | None] = field(default_factory=list)
    at_rcpt: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    implicit: Any = None
    deliver: Callable[[str, bytes], None] | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,))
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)

        def session() -> SMTP:
            return SMTP(self, hostname="mail.test", loop=self._loop, **self.options)

        starting = self._loop.create_server(session, "127.0.0.1", 0, ssl=self.implicit)
        server = self._loop.run_until_complete(starting)
        self.port: int = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
            self._loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or say what the test wants said."""
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, or say what the test wants said."""
        answer = self.after_data.pop(0) if self.after_data else TAKEN
        content = envelope.content or b""
        self.raw.append(content if isinstance(content, bytes) else content.encode())
        self.encrypted.append(session.ssl is not None or self.implicit is not None)
        if answer is None:
            self._keep()
            server.transport.abort()
            return TAKEN
        if answer.startswith("250"):
            self._keep()
            for recipient in envelope.rcpt_tos if self.deliver else ():
                assert self.deliver is not None
                self.deliver(recipient, self.raw[-1])
        return answer

    def _keep(self) -> None:
        message = message_from_bytes(self.raw[-1], policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)

    def authenticator(self, password: str) -> Callable[..., AuthResult]:
        """For ``options``: takes anybody who knows ``password``."""

        def check(
            server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
        ) -> AuthResult:
            self.signed_in.append(given.login.decode())
            return AuthResult(success=given.password.decode() == password, handled=False)

        return check


def certificate(folder: Path, host: str = "mail.test") -> Path:
    """A file with a key and its certificate for ``host`` and this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    today = datetime.now(UTC)
    names = [x509.DNSName(host), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return path


def server_tls(certificate: Path) -> ssl.SSLContext:
    """What a server shows that has ``certificate``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
