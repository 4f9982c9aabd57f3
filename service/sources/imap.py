"""One conversation with a mail server (IMAP, RFC 3501): read-only, at a checked address, and ended in time.

A mailbox is opened with EXAMINE and mails are fetched with BODY.PEEK, so nothing in it ever changes, not
even what counts as unread. Passwords and tokens travel encrypted, or not at all; only this machine itself is
trusted without. A server may be as bad as servers are: every step has an end in time and in bytes.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from imapclient.exceptions import LoginError

from service.errors import MailboxFailed, Refused, Unreachable
from service.net.guard import Checked, Guard
from service.sentences import say
from service.sources.imap_failures import CommandRefused, failures_told, sign_in_refused, too_late
from service.sources.imap_wire import MOST_IN_A_STEP, Client, Wire
from service.sources.mailbox import Credentials, Mailbox

TOTAL = 60.0  # seconds for one step, however slowly the server speaks


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was opened. UIDs only ever rise while ``uidvalidity`` stays (RFC 3501, 2.3.1.1)."""

    uidvalidity: int
    uidnext: int | None
    mails: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What a server says of a mail before it is fetched: its size in bytes, and when it came in."""

    size: int
    at: datetime | None


class Conversation:
    """Opens at ``with``; each method is one step, and raises ``MailboxFailed`` where it does not end well.

    ``hang_up`` may be called from another thread: whatever is being waited for ends.
    """

    def __init__(
        self, box: Mailbox, credentials: Credentials, guard: Guard, tls: ssl.SSLContext | None = None
    ) -> None:
        self._box = box
        self._credentials = credentials
        self._guard = guard
        self._tls = tls
        self._wire: Wire | None = None
        self._client: Client | None = None
        self._late = False
        self._ended = False

    def __enter__(self) -> Self:
        opened = False
        try:
            with self._step():
                self._open()
                self._sign_in()
            opened = True
        finally:
            if not opened:
                self._close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._client is not None:
            with suppress(MailboxFailed), self._step():
                self._client.logout()
        self._close()

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself (RFC 2177)."""
        with self._step() as client:
            return bool(client.has_capability("IDLE"))

    def examine(self, folder: str) -> Folder:
        """Open a folder, or a label where the provider has those, to read."""
        try:
            with self._step() as client:
                said = client.select_folder(folder, readonly=True)
                uidnext = said.get(b"UIDNEXT")
                return Folder(
                    int(said[b"UIDVALIDITY"]), None if uidnext is None else int(uidnext), said[b"EXISTS"]
                )
        except CommandRefused:
            raise MailboxFailed(
                say(
                    "There is no folder %(folder)s that %(user)s may open.",
                    folder=f"{folder!r}",
                    user=self._credentials.user,
                )
            ) from None

    def find(self, criteria: Sequence[object]) -> list[int]:
        """The UIDs of the mails that fit (RFC 3501, 6.4.4), lowest first; the server looks, not we."""
        with self._step() as client:
            return sorted(set(client.search(list(criteria))))

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Sizes and times of mails; those that are gone by now are left out."""
        with self._step() as client:
            found = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            return {
                uid: Listed(int(said[b"RFC822.SIZE"]), _aware(said.get(b"INTERNALDATE")))
                for uid, said in found.items()
                if b"RFC822.SIZE" in said
            }

    def fetch(self, uids: Sequence[int], most: int) -> dict[int, bytes]:
        """At most the first ``most`` bytes of each mail, whatever the server said of its size."""
        with self._step() as client:
            found = client.fetch(uids, [f"BODY.PEEK[]<0.{most}>"])
            return {uid: said[b"BODY[]<0>"][:most] for uid, said in found.items() if said.get(b"BODY[]<0>")}

    def idle(self, seconds: float, begun: Callable[[], object]) -> bool:
        """Wait until the server says that mail came; answers False where none did within ``seconds``.

        ``begun()`` is called once the server listens: what came before that moment is not told.
        """
        with self._step() as client:
            client.idle()
        begun()
        with failures_told(self._box.host):
            said = self._opened().idle_check(timeout=seconds)
        with self._step() as client:
            client.idle_done()
        return any(isinstance(line, tuple) and b"EXISTS" in line for line in said)

    def hang_up(self) -> None:
        """End the connection, whatever it is waiting for, or as soon as it is made."""
        self._ended = True
        if self._wire is not None:
            self._wire.hang_up()

    def _open(self) -> None:
        self._wire = Wire(self._checked())
        if self._ended:
            self._wire.hang_up()
        tls = self._tls or ssl.create_default_context()
        if self._box.implicit:
            self._wire.encrypt(tls)
        self._client = client = Client(self._wire)
        if not self._box.implicit and client.has_capability("STARTTLS"):
            client.starttls(tls)
            self._wire.encrypted = True

    def _sign_in(self) -> None:
        client, wire = self._opened(), self._wire
        assert wire is not None
        if not wire.encrypted and not wire.is_loopback:
            raise MailboxFailed(
                say(
                    "%(host)s offers no encryption, so the password was not sent to it. Use imaps://, or "
                    "a server with STARTTLS.",
                    host=self._box.host,
                )
            )
        try:
            self._authenticate(client)
        except LoginError as error:
            raise sign_in_refused(error, self._box.host, self._credentials) from None

    def _authenticate(self, client: Client) -> None:
        given = self._credentials
        if given.token is not None:
            client.oauth2_login(given.user, given.token)
        elif client.has_capability("AUTH=PLAIN"):  # takes any character, LOGIN takes ASCII
            client.plain_login(given.user, given.password)
        else:
            client.login(given.user, given.password)

    def _checked(self) -> Checked:
        try:
            return self._guard.check_host(self._box.host, self._box.port)
        except (Refused, Unreachable) as error:
            raise MailboxFailed(
                say("The mail server cannot be opened: %(evidence)s.", evidence=error.evidence[0])
            ) from None

    def _opened(self) -> Client:
        assert self._client is not None, "the conversation is not open"
        return self._client

    @contextmanager
    def _step(self) -> Iterator[Any]:
        """One step on the clock: a server that sends one byte now and then never meets a read's limit."""
        timer = threading.Timer(TOTAL, self._end_late)
        timer.daemon = True
        timer.start()
        try:
            if self._client is not None:
                self._client.grant(MOST_IN_A_STEP)
            with failures_told(self._box.host):
                yield self._client
        except MailboxFailed:
            if self._late:
                raise MailboxFailed(too_late(self._box.host)) from None
            raise
        finally:
            timer.cancel()

    def _end_late(self) -> None:
        self._late = True
        self.hang_up()

    def _close(self) -> None:
        if self._wire is not None:
            self._wire.close()
        if self._client is not None:
            self._client.let_go()
        self._wire = self._client = None


def _aware(at: datetime | None) -> datetime | None:
    """``at`` in UTC; a server that names no zone means UTC."""
    return at and at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
