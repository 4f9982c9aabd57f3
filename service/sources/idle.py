"""Waiting at a mailbox until its server says that mail came (IDLE, RFC 2177), so that it is read in seconds.

Waiting reads nothing: it only makes the mailbox due. Where it cannot wait, polling goes on all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

from service.errors import MailboxFailed, WrongSecret
from service.sources.imap import Conversation

RENEW = 25 * 60.0  # seconds: servers may end a wait after 30 minutes (RFC 2177)
BETWEEN = 1.0  # seconds between two waits, however often a server cries
AGAIN = 60.0  # seconds until a broken wait is begun again; collecting says what is wrong


class Waiting:
    """Waits at one folder in a thread of its own: ``run`` in it, ``stop`` from any other.

    ``open()`` answers a conversation to be entered, ``wake()`` makes the mailbox due.
    """

    def __init__(self, open: Callable[[], Conversation], folder: str, wake: Callable[[], object]) -> None:
        self._open = open
        self._folder = folder
        self._wake = wake
        self._stopped = Event()
        self._lock = Lock()
        self._conversation: Conversation | None = None
        self.possible = True  # until the server says that it knows no way to wait

    def run(self) -> None:
        """Wait until stopped; ends by itself where the server knows no way to wait."""
        while not self._stopped.is_set():
            try:
                self._wait()
                if not self.possible:
                    return
            except (MailboxFailed, WrongSecret):
                self._stopped.wait(AGAIN)

    def stop(self) -> None:
        """End it, whatever it waits for."""
        self._stopped.set()
        with self._lock:
            if self._conversation is not None:
                self._conversation.hang_up()

    def _wait(self) -> None:
        conversation = self._open()
        with self._reachable(conversation), conversation:
            self.possible = conversation.can_idle
            if not self.possible:
                return
            conversation.examine(self._folder)
            while not self._stopped.is_set():
                conversation.idle(RENEW, begun=self._wake)
                self._stopped.wait(BETWEEN)

    @contextmanager
    def _reachable(self, conversation: Conversation) -> Iterator[None]:
        with self._lock:
            self._conversation = conversation
            if self._stopped.is_set():
                conversation.hang_up()
        try:
            yield
        finally:
            with self._lock:
                self._conversation = None
