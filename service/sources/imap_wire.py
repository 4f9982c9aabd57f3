"""IMAP libraries on a connection of ours: to a checked address, bounded in bytes, ended from any thread."""

from __future__ import annotations

import imaplib
import logging
import socket
import ssl
from contextlib import suppress

from imapclient import IMAPClient

from service.net.guard import Checked
from service.net.transport import connect

SILENCE = 20.0  # seconds between two pieces of an answer
MOST_IN_A_STEP = 16_000_000  # bytes: no answer we ask for comes near it


class Wire:
    """A connection to a checked address. A second handle on it ends it from any thread, encrypted or not."""

    def __init__(self, checked: Checked) -> None:
        self.host = checked.host  # what certificates are verified against
        self.port = checked.port
        self.is_loopback = all(address.is_loopback for address in checked.addresses)
        self.encrypted = False
        self.socket: socket.socket = connect(checked, SILENCE)
        self.socket.settimeout(SILENCE)
        self._handle = self.socket.dup()

    def encrypt(self, tls: ssl.SSLContext) -> None:
        """Encrypt from here on. Raises ``OSError``."""
        self.socket = tls.wrap_socket(self.socket, server_hostname=self.host)
        self.encrypted = True

    def hang_up(self) -> None:
        """End it for both sides."""
        with suppress(OSError):
            self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of it."""
        self.hang_up()
        self._handle.close()
        self.socket.close()


class Protocol(imaplib.IMAP4):
    """imaplib on a connection that is open already, taking no more bytes than it was granted."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.left = MOST_IN_A_STEP
        super().__init__(wire.host, wire.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._wire.socket

    def read(self, size: int) -> bytes:
        """As imaplib's own; a literal is refused by its announced size, before any of it is read."""
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """As imaplib's own."""
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.abort("more than was asked for")


class Client(IMAPClient):  # type: ignore[misc]  # it comes without types
    """IMAPClient over a checked connection, silent: its log would hold people's mails."""

    def __init__(self, wire: Wire) -> None:
        for name in ("imapclient", "imapclient.imaplib"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._wire = wire
        super().__init__(wire.host, wire.port, ssl=wire.encrypted, timeout=SILENCE)
        self._imap.debug = 0
        self.normalise_times = False  # as the server says them, with their zone

    def _create_IMAP4(self) -> Protocol:  # noqa: N802  # IMAPClient's own name
        return Protocol(self._wire)

    def grant(self, size: int) -> None:
        """Let the next step take ``size`` bytes."""
        self._imap.left = size

    def let_go(self) -> None:
        """Close what imaplib holds, whatever state it is in."""
        with suppress(OSError):
            self._imap.shutdown()
