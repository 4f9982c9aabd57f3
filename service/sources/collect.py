"""Collecting mail, the chapter on one screen: fetch what is new, store it together with how far we got.

Nothing is open while we wait for a mail server: a batch is fetched, and only then stored, its rows and the
mailbox's cursor in one transaction. Killed before that transaction, the batch is fetched again; killed after
it, the cursor stands behind it; and a mail that comes twice all the same is recognised by its key.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from service.db import Database
from service.errors import MailboxFailed, SignInNeeded, WrongSecret
from service.models import SourceAccount
from service.net.guard import Guard
from service.sentences import say
from service.sources import accounts, inbound, mailbox
from service.sources.accounts import Claimed
from service.sources.inbound import Received
from service.sources.mailbox import LARGEST, Cursor, Mailbox, Wanted
from service.sources.sign_in import SignIn

if TYPE_CHECKING:
    from service.sources.imap import Conversation

Clock = Callable[[], datetime]

LISTED_AT_ONCE = 500
MOST_BATCHES = 40  # in one turn: then others have theirs, and this mailbox is due again at once


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails that were fetched, and how far the mailbox is read once they are stored."""

    mails: tuple[Received, ...]
    cursor: Cursor


class Collector:
    """Collects from mailboxes. ``domains`` are whose mails are wanted; ``mail_in`` is our own address."""

    def __init__(
        self,
        database: Database,
        sign_in: SignIn,
        guard: Guard,
        domains: Callable[[], Iterable[str]],
        mail_in: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._database = database
        self._sign_in = sign_in
        self._guard = guard
        self._domains = domains
        self._mail_in = mail_in
        self._tls = tls
        self._stopped = False
        self._talking: set[Conversation] = set()

    def collect(self, claimed: Claimed, clock: Clock) -> None:
        """Read one claimed mailbox as far as one turn goes, and record how that went."""
        try:
            more = self._read_or_renew(claimed, clock)
        except (MailboxFailed, WrongSecret) as failure:
            self.record_failure(claimed, str(failure), clock(), needs_person=failure.permanent)
            return
        with self._database.transaction() as session:
            if (account := accounts.held(session, claimed)) is not None:
                pause = timedelta(seconds=Mailbox.from_json(account.settings).poll_seconds)
                accounts.heard(account, clock(), clock() + (timedelta() if more else pause))

    def record_failure(
        self, claimed: Claimed, why: str, now: datetime, *, needs_person: bool = False
    ) -> None:
        """Write down that it could not be read, in our own words; when we stop ourselves, only let it go."""
        with self._database.transaction() as session:
            account = accounts.held(session, claimed)
            if account is None:
                return
            if self._stopped:
                account.lease_until = None
            else:
                accounts.failed(account, now, why, needs_person=needs_person)

    def stop(self) -> None:
        """End every conversation, whatever it waits for."""
        self._stopped = True
        for conversation in list(self._talking):
            conversation.hang_up()

    def open(self, account_id: int, now: datetime, *, renew: bool = False) -> Conversation:
        """A conversation to be entered. Raises ``MailboxFailed`` and ``WrongSecret``."""
        from service.sources.imap import Conversation

        account = self._account(account_id)
        credentials = self._sign_in.credentials(account, now, renew=renew)
        return Conversation(Mailbox.from_json(account.settings), credentials, self._guard, self._tls)

    def wanted(self, box: Mailbox) -> Wanted:
        """Whose mails are asked for in ``box``."""
        return Wanted.of(self._domains(), box.also_from, self._mail_in)

    def _read_or_renew(self, claimed: Claimed, clock: Clock) -> bool:
        """A token can be taken back before its time: then a new one is asked for, once."""
        try:
            return self._read(claimed, clock)
        except SignInNeeded:
            if Mailbox.from_json(self._account(claimed.id).settings).oauth is None:
                raise
            return self._read(claimed, clock, renew=True)

    def _read(self, claimed: Claimed, clock: Clock, *, renew: bool = False) -> bool:
        """Whether there is more than one turn takes."""
        if self._stopped:
            raise MailboxFailed(say("We are stopping."))
        account = self._account(claimed.id)
        box, cursor = Mailbox.from_json(account.settings), Cursor.from_json(account.cursor)
        conversation = self.open(claimed.id, clock(), renew=renew)
        with self._known(conversation), conversation:
            mails = new_mails(conversation, box, self.wanted(box), cursor, clock)
            for turn, batch in enumerate(mails, start=1):
                if not self._keep(claimed, batch, clock()):
                    return False  # another worker took the mailbox over: what it reads is the same
                if turn == MOST_BATCHES:
                    return True
        return False

    def _account(self, account_id: int) -> SourceAccount:
        with self._database.reading() as session:
            return session.get_one(SourceAccount, account_id)

    @contextmanager
    def _known(self, conversation: Conversation) -> Iterator[None]:
        """``stop`` reaches it meanwhile."""
        self._talking.add(conversation)
        try:
            yield
        finally:
            self._talking.discard(conversation)

    def _keep(self, claimed: Claimed, batch: Batch, now: datetime) -> bool:
        with self._database.transaction() as session:
            account = accounts.held(session, claimed)
            if account is None:
                return False
            inbound.store(session, batch.mails, claimed.id, now)
            account.cursor = batch.cursor.as_json()
            account.lease_until = now + accounts.LEASE
        claimed.lease = now + accounts.LEASE
        return True


def new_mails(
    conversation: Conversation, box: Mailbox, wanted: Wanted, cursor: Cursor, clock: Clock
) -> Iterator[Batch]:
    """What is new in ``box``, a batch at a time; the last batch is empty and stands at the folder's end."""
    folder = conversation.examine(box.folder)
    cursor = mailbox.begin(cursor, folder.uidvalidity, wanted)
    uids = found(conversation, cursor, wanted, clock())
    for first in range(0, len(uids), LISTED_AT_ONCE):
        listed = conversation.listed(uids[first : first + LISTED_AT_ONCE])
        for batch in mailbox.batches({uid: mail.size for uid, mail in listed.items()}):
            bodies = conversation.fetch(batch, LARGEST)
            now = clock()
            mails = [
                inbound.received(raw, listed[uid].at or now, now, LARGEST, cut=listed[uid].size > LARGEST)
                for uid, raw in sorted(bodies.items())
            ]
            cursor = replace(cursor, uid=batch[-1])
            yield Batch(tuple(mail for mail in mails if wanted.has(mail.sender, mail.recipients)), cursor)
    end = max(cursor.uid, uids[-1] if uids else 0, (folder.uidnext or 1) - 1)
    yield Batch((), replace(cursor, uid=end))


def found(conversation: Conversation, cursor: Cursor, wanted: Wanted, now: datetime) -> list[int]:
    """UIDs of what is new and wanted, lowest first. ``n:*`` names the last mail even where it is older."""
    uids = {
        uid
        for criteria in mailbox.searches(cursor, wanted, now)
        for uid in conversation.find(criteria)
        if uid > cursor.uid
    }
    return sorted(uids)
