"""From a mail that came in to stored reviews: claimed, read, placed, and kept in one transaction.

Reading happens while no transaction is open. What came of a mail is written together with its row's state, so
a process that dies at any line loses nothing and doubles nothing: the claim lapses, and it is read again.
No mail is ever lost: one that fails is tried again, and at last stays where a person sees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.db import Database
from service.domain import Look, Observation, Outcome, Proof, Route
from service.errors import described
from service.models import Inbound, InboundState, SourceAccount
from service.sentences import say
from service.sites.mail.base import Mail, MailKind, MailReading
from service.sites.mail.mime import parse
from service.sites.mail.origin import proof
from service.sites.mail.reading import read_mail, speaking
from service.sites.mail.registry import mail_site_named
from service.watch import lessons, unread, waiting, whose
from service.watch.check import Kept, Watch
from service.watch.folding import folded
from service.watch.summary import sum_up, unsummed
from service.watch.waiting import Claimed

OF_THE_PAST = "mail"
"""Under this key a listing's past, as mails tell it, is summed up once."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was read. ``told_at`` is when its site wrote it, ``domain`` from where."""

    reading: MailReading
    proof: Proof
    domain: str
    recipients: tuple[str, ...]
    told_at: datetime
    past: bool = False


class Mailroom:
    """Reads the mails that came in, one by one."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch

    def claim(self, now: datetime) -> Claimed | None:
        """The next mail that waits, ours for a while; None where none does."""
        with self._database.reading() as session:
            if not waiting.anything_waits(session, now):
                return None
        with self._database.transaction() as session:
            return waiting.claim(session, now)

    def read(self, claimed: Claimed, now: datetime) -> None:
        """Read a claimed mail and keep what it tells; harmless where somebody else has it by now."""
        letter = self._letter(claimed, now)
        with self._database.transaction() as session:
            mail = waiting.held(session, claimed)
            if mail is not None:
                self._store(session, mail, letter, now)

    def failed(self, claimed: Claimed, error: Exception, now: datetime) -> None:
        """Record an error of ours: the mail is tried again, later each time, and never lost."""
        with self._database.transaction() as session:
            mail = waiting.held(session, claimed)
            if mail is not None:
                waiting.fail(mail, described(error), now)

    def sum_up(self, now: datetime) -> bool:
        """Tell once of what mails brought from before we listened; not while more of it is on its way.

        Answers whether that is done.
        """
        with self._database.reading() as session:
            if waiting.more_to_come(session, now):
                return False
            listings = unsummed(session, Route.MAIL, OF_THE_PAST)
        if listings:
            with self._database.transaction() as session:
                for listing_id in listings:
                    sum_up(session, listing_id, Route.MAIL, OF_THE_PAST, now)
        return True

    def _letter(self, claimed: Claimed, now: datetime) -> Letter | None:
        with self._database.reading() as session:
            mail = session.get_one(Inbound, claimed.id)
            account = session.get(SourceAccount, mail.account_id) if mail.account_id else None
            marks = lessons.taught(session)
            session.expunge_all()
        if mail.raw is None:
            return None
        parsed = parse(mail.raw, cut=mail.cut)
        return _letter_of(parsed, read_mail(parsed, marks), mail, account, now)

    def _store(self, session: Session, mail: Inbound, letter: Letter | None, now: datetime) -> None:
        mail.next_try_at, mail.read_at = None, now
        if letter is None:
            mail.state, mail.evidence = InboundState.SETTLED.value, [say("its words are no longer kept")]
            return
        reading = letter.reading
        mail.evidence, mail.proof = list(reading.evidence), letter.proof.value
        mail.site, mail.sender_domain = reading.site, letter.domain
        mail.shape_sha256, mail.place_folded = reading.shape, folded(reading.clues.name) or None
        match reading.kind:
            case MailKind.REVIEW | MailKind.HINT:
                self._deliver(session, mail, letter, now)
            case MailKind.UNKNOWN:
                mail.state = InboundState.UNKNOWN.value
                unread.noticed(session, letter.domain, now)
                self._hint(session, mail, letter, now)
            case MailKind.CONFIRM:
                mail.state = InboundState.CONFIRM.value
            case MailKind.ASIDE | MailKind.FOREIGN:
                mail.state = InboundState.ASIDE.value

    def _deliver(self, session: Session, mail: Inbound, letter: Letter, now: datetime) -> None:
        listing_id = self._whose(session, mail, letter)
        if listing_id is None:
            mail.state = InboundState.WHICH_LISTING.value
            return
        if letter.reading.kind is MailKind.HINT:
            self._watch.hint(session, listing_id, now)
            mail.state, mail.listing_id = InboundState.HINT.value, listing_id
            return
        kept = self._watch.keep(session, listing_id, Route.MAIL, _look(letter), now, now)
        mail.state, mail.listing_id = InboundState.READ.value, listing_id
        mail.told = list(dict.fromkeys(_told(kept)))
        if kept.changes is not None and kept.changes.erased:
            mail.raw = None
        if letter.reading.shape is not None:
            lessons.used(session, letter.domain, letter.reading.shape, now)

    def _whose(self, session: Session, mail: Inbound, letter: Letter) -> int | None:
        """A person's word about this very mail first."""
        if mail.listing_id is not None or letter.reading.site is None:
            return mail.listing_id
        found = whose.placed(session, letter.reading.site, letter.reading.clues, letter.recipients)
        mail.evidence = [*mail.evidence, found.why]
        return found.listing_id

    def _hint(self, session: Session, mail: Inbound, letter: Letter, now: datetime) -> None:
        """What a mail of unknown shape tells may stand on the page already."""
        if letter.reading.site is None:
            return
        found = whose.placed(session, letter.reading.site, letter.reading.clues, letter.recipients)
        if found.listing_id is not None:
            self._watch.hint(session, found.listing_id, now)


def reread(session: Session, inbound_id: int) -> tuple[Mail, MailReading] | None:
    """A mail as a screen shows it, and what is read in it; None where its words are no longer kept."""
    mail = session.get(Inbound, inbound_id)
    if mail is None or mail.raw is None:
        return None
    parsed = parse(mail.raw, cut=mail.cut)
    return parsed, read_mail(parsed, lessons.taught(session))


def put_aside(session: Session, inbound_id: int) -> bool:
    """A person has dealt with a mail; answers whether it waited for her."""
    mail = session.get(Inbound, inbound_id, with_for_update=True)
    asked = (InboundState.CONFIRM, InboundState.UNKNOWN, InboundState.WHICH_LISTING, InboundState.FAILED)
    if mail is None or mail.state not in [state.value for state in asked]:
        return False
    mail.state, mail.next_try_at = InboundState.SETTLED.value, None
    return True


def _letter_of(
    parsed: Mail, reading: MailReading, mail: Inbound, account: SourceAccount | None, now: datetime
) -> Letter:
    """What was forwarded inside a mail is nobody's word but the forwarder's, and told when it was written."""
    told = speaking(parsed)
    site = mail_site_named(reading.site) if reading.site else None
    ours = account.authserv_id if account else None
    known = proof(told, site.domains, ours if told is parsed else None) if site else Proof.NONE
    told_at = min(told.sent_at or parsed.sent_at or mail.received_at, mail.received_at, now)
    return Letter(
        reading=reading,
        proof=known,
        domain=told.domain,
        recipients=parsed.recipients,
        told_at=told_at,
        past=account is not None and told_at < account.added_at,
    )


def _look(letter: Letter) -> Look:
    reading = letter.reading
    observation = Observation(
        site=reading.site or "",
        route=Route.MAIL,
        observed_at=letter.told_at,
        items=reading.items,
        proof=letter.proof,
        past=letter.past,
    )
    return Look(Outcome.OK, reading.evidence, observation)


def _told(kept: Kept) -> Iterator[int]:
    """Every review the mail told of, or may have."""
    yield from kept.arrived
    if kept.changes is None:
        return
    yield from (one.review for one in kept.changes.updates)
    yield from (one.review for one in kept.changes.sightings)
    for question in kept.changes.questions:
        yield from question.candidates
