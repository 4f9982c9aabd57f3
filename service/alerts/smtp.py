"""Handing a letter to an SMTP server: at a checked address, in time, and never a password in clear."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, unquote

from service.alerts.keys import host_of
from service.alerts.letter import Letter, as_message
from service.errors import DeliveryFailed, Refused, SettingsError, Unreachable
from service.net.guard import Checked, Guard
from service.net.transport import connect
from service.sentences import say

SILENCE = 20.0  # seconds between two answers
TOTAL = 60.0  # seconds for one letter, however slowly the server speaks
PORTS = {"smtp": 587, "smtps": 465}
OURS_TO_MEND = frozenset({530, 534, 535, 538})  # RFC 4954: about our credentials, not about this letter


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes out; encrypted from the first byte (``implicit``), else by STARTTLS where offered."""

    host: str
    port: int
    implicit: bool
    user: str | None = None
    password: str | None = None


def read_server(parts: SplitResult) -> Server:
    """``smtp://user:password@host:587`` and ``smtps://…:465``. Raises ``SettingsError``."""
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        port = 0
    if not parts.hostname or not port:
        raise SettingsError(
            f"SHOPBELL_MAIL: {parts.scheme}:// must name a host, such as mail.example.com:587."
        )
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password)


class SmtpCarrier:
    """Takes letters to one server, a connection for each."""

    def __init__(self, server: Server, guard: Guard, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._guard = guard
        self._tls = tls

    def carry(self, letter: Letter, now: datetime) -> None:
        """Return once the server took it. Raises ``DeliveryFailed``."""
        content = as_message(letter, now).as_bytes()
        tls = self._tls or ssl.create_default_context()
        connection = _Connection(self._checked(), tls, self._server.implicit, host_of(letter.sender.address))
        with _failures_told(self._server.host), _in_time(connection):
            self._open(connection, tls)
            connection.sendmail(letter.sender.address, [letter.to.address], content)
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()  # it was taken; how we part changes nothing

    def _checked(self) -> Checked:
        try:
            return self._guard.check_host(self._server.host, self._server.port)
        except (Refused, Unreachable) as error:
            raise DeliveryFailed(
                say("The mail server cannot be opened: %(evidence)s.", evidence=error.evidence[0]),
                permanent=False,
            ) from None

    def _open(self, connection: _Connection, tls: ssl.SSLContext) -> None:
        code, answer = connection.connect(self._server.host, self._server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        connection.ehlo_or_helo_if_needed()
        if not self._server.implicit and connection.has_extn("starttls"):
            connection.starttls(context=tls)
            connection.ehlo_or_helo_if_needed()
        if self._server.user is None:
            return
        if not connection.is_encrypted and not connection.is_loopback:
            raise DeliveryFailed(
                say(
                    "%(host)s offers no encryption, so the password was not sent to it. Use smtps://, or "
                    "a server with STARTTLS.",
                    host=self._server.host,
                ),
                permanent=False,
            )
        connection.login(self._server.user, self._server.password or "")


class _Connection(smtplib.SMTP):
    """A connection to an address that was checked; certificates are verified against the host's name."""

    def __init__(self, checked: Checked, tls: ssl.SSLContext, implicit: bool, name: str) -> None:
        super().__init__(local_hostname=name, timeout=SILENCE)
        self._host = checked.host  # what smtplib verifies a certificate against
        self._checked = checked
        self._tls = tls
        self._implicit = implicit

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = connect(self._checked, timeout)
        return self._tls.wrap_socket(plain, server_hostname=self._host) if self._implicit else plain

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return isinstance(self.sock, ssl.SSLSocket)

    @property
    def is_loopback(self) -> bool:
        """Whether there is no way to read along on."""
        return all(address.is_loopback for address in self._checked.addresses)

    def hang_up(self) -> None:
        """End whatever is being waited for; called from another thread."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _in_time(connection: _Connection) -> Iterator[None]:
    """Bound the whole conversation: a server that sends one byte now and then never meets a read's limit."""
    timer = threading.Timer(TOTAL, connection.hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


@contextmanager
def _failures_told(host: str) -> Iterator[None]:
    """What smtplib raises, as a sentence; only what the server says of this very letter is for good."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise DeliveryFailed(
            say("%(host)s refused the recipient (%(code)s).", host=host, code=code), permanent=_for_good(code)
        ) from None
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as error:
        raise DeliveryFailed(
            say("%(host)s refused us (%(smtp_code)s).", host=host, smtp_code=error.smtp_code), permanent=False
        ) from None
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise DeliveryFailed(
            say("%(host)s refused the message (%(code)s).", host=host, code=code), permanent=_for_good(code)
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise DeliveryFailed(
            say("%(host)s offers no way to sign in that we know.", host=host), permanent=False
        ) from None
    except smtplib.SMTPException:
        raise DeliveryFailed(say("%(host)s broke off, or fell silent.", host=host), permanent=False) from None
    except ssl.SSLCertVerificationError as error:
        raise DeliveryFailed(
            say(
                "%(host)s shows a certificate that is not its own (%(verify_message)s).",
                host=host,
                verify_message=error.verify_message,
            ),
            permanent=False,
        ) from None
    except TimeoutError:
        raise DeliveryFailed(say("%(host)s did not answer in time.", host=host), permanent=False) from None
    except OSError:
        raise DeliveryFailed(say("%(host)s could not be reached.", host=host), permanent=False) from None


def _for_good(code: int) -> bool:
    return 500 <= code <= 599 and code not in OURS_TO_MEND
