"""The one row that says what this database is, and the way out of the demo.

Demo rows are known by their names: a branch's code, a person's address, a key's holder. What the owner added
himself while the demo ran has other names, and stays.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlmodel import Session, SQLModel, col

from service.domain import EventKind
from service.models import (
    Alert,
    AskedWords,
    Audit,
    AuditBody,
    Branch,
    CaseEntry,
    CaseFile,
    Channel,
    Delivery,
    DeskSession,
    Device,
    DeviceToken,
    Digest,
    DigestItem,
    Event,
    HookDelivery,
    ImportRun,
    Inbound,
    InboundState,
    Installation,
    Listing,
    ListingFact,
    ListingSource,
    LoginLink,
    LookRow,
    MailPlace,
    Misfit,
    PackState,
    PackVersion,
    PairRequest,
    Passkey,
    Person,
    Posting,
    PostingEvent,
    Question,
    RecoveryCode,
    Review,
    ReviewKey,
    ReviewNote,
    ReviewVersion,
    RoleGrant,
    Rule,
    Signature,
    SigningKey,
    TriageNote,
    WordsSignature,
)

DEMO_CODE = "demo:"
"""Every demo branch's code begins with it; no name that a person gives a branch is ever written so."""

DEMO_MAIL = "@demo-town.example"
"""Every demo person's address ends with it; nobody can own a name under ``.example`` (RFC 2606)."""

DEMO_HOLDER = " (demo)"
"""Every demo key's holder ends with it."""


def demo_since(session: Session) -> datetime | None:
    """Since when the demo town has been watched; None where everything is real."""
    installation = session.get(Installation, 1)
    return installation.demo_since if installation else None


def begin_demo(session: Session, now: datetime) -> None:
    """Mark this database as a demo's."""
    installation = session.get(Installation, 1) or Installation(created_at=now)
    installation.demo_since = now
    session.add(installation)


def start_clean(session: Session) -> bool:
    """Remove every demo row and end the demo; answers whether there was one.

    One transaction: who is in the middle of a look finds the listing there or gone. Safe to repeat.
    """
    installation = session.get(Installation, 1)
    if installation is None or installation.demo_since is None:
        return False
    _forget_what_was_heard(session)
    _forget_who_was_told(session)
    _forget_who_signed(session)
    _forget_what_was_decided(session)
    installation.demo_since = None
    session.add(installation)
    return True


def _forget_what_was_heard(session: Session) -> None:
    branches = select(col(Branch.id)).where(col(Branch.code).startswith(DEMO_CODE, autoescape=True))
    listings = select(col(Listing.id)).where(col(Listing.branch_id).in_(branches))
    reviews = select(col(Review.id)).where(col(Review.listing_id).in_(listings))
    events = select(col(Event.id)).where(
        or_(col(Event.listing_id).in_(listings), col(Event.review_id).in_(reviews))
    )
    alerts = select(col(Alert.id)).where(col(Alert.event_id).in_(events))
    _delete(session, DigestItem, col(DigestItem.alert_id), alerts)
    _delete(session, Delivery, col(Delivery.alert_id), alerts)
    _delete(session, Alert, col(Alert.event_id), events)
    _delete(session, HookDelivery, col(HookDelivery.event_id), events)
    _delete(session, Event, col(Event.review_id), reviews)
    _delete(session, Event, col(Event.listing_id), listings)
    cases = select(col(CaseFile.id)).where(col(CaseFile.review_id).in_(reviews))
    _delete(session, CaseEntry, col(CaseEntry.case_file_id), cases)
    _delete(session, CaseFile, col(CaseFile.review_id), reviews)
    postings = select(col(Posting.id)).where(col(Posting.review_id).in_(reviews))
    _delete(session, PostingEvent, col(PostingEvent.posting_id), postings)
    _delete(session, Posting, col(Posting.review_id), reviews)
    asked = select(col(AskedWords.id)).where(col(AskedWords.review_id).in_(reviews))
    _delete(session, WordsSignature, col(WordsSignature.asked_id), asked)
    _delete(session, AskedWords, col(AskedWords.review_id), reviews)
    for beside in (ReviewNote, TriageNote, ReviewVersion):
        _delete(session, beside, col(beside.review_id), reviews)
    _delete(session, ReviewKey, col(ReviewKey.review_id), reviews)
    _let_go_of_mails(session, listings)
    for heard in (Review, LookRow, ListingFact, ListingSource, Question, MailPlace, ImportRun):
        _delete(session, heard, col(heard.listing_id), listings)
    _delete(session, Listing, col(Listing.branch_id), branches)
    _forget_browsers(session, select(col(Device.id)).where(col(Device.branch_id).in_(branches)))
    _delete(session, PairRequest, col(PairRequest.branch_id), branches)
    _delete(session, Branch, col(Branch.id), branches)


def _forget_browsers(session: Session, devices: Select[Any]) -> None:
    for beside in (DeviceToken, PairRequest, Misfit):
        _delete(session, beside, col(beside.device_id), devices)
    _delete(session, Device, col(Device.id), devices)


def _let_go_of_mails(session: Session, listings: Select[Any]) -> None:
    """A real mailbox's mails are never lost: what was taken for the demo's is read again."""
    theirs = col(Inbound.listing_id).in_(listings)
    real = update(Inbound).where(theirs, col(Inbound.account_id).is_not(None))
    again: dict[str, Any] = {
        "listing_id": None,
        "told": [],
        "state": InboundState.WAITING.value,
        "tries": 0,
    }
    session.execute(real.values(again).execution_options(synchronize_session=False))
    _delete(session, Inbound, col(Inbound.listing_id), listings)


def _forget_who_was_told(session: Session) -> None:
    persons = select(col(Person.id)).where(col(Person.email_folded).endswith(DEMO_MAIL, autoescape=True))
    channels = select(col(Channel.id)).where(col(Channel.person_id).in_(persons))
    gone = set(session.execute(channels).scalars())
    for rule in session.execute(select(Rule)).scalars():
        left = [channel for channel in rule.to if channel not in gone]
        if rule.to and not left:
            session.delete(rule)
        elif left != rule.to:
            rule.to = left
    session.flush()
    for kept in (DigestItem, Digest, Delivery):
        _delete(session, kept, col(kept.channel_id), channels)
    _delete(session, Channel, col(Channel.person_id), persons)
    theirs = update(Review).where(col(Review.claimed_by).in_(persons))
    nobody = theirs.values(claimed_by=None, claimed_as=None, claimed_at=None)
    session.execute(nobody.execution_options(synchronize_session=False))
    _forget_browsers(session, select(col(Device.id)).where(col(Device.person_id).in_(persons)))
    standing = update(Device).where(col(Device.unlocked_by).in_(persons))
    session.execute(standing.values(unlocked_by=None).execution_options(synchronize_session=False))
    for account in (RoleGrant, DeskSession, LoginLink, PairRequest, Passkey, RecoveryCode):
        _delete(session, account, col(account.person_id), persons)
    _delete(session, Person, col(Person.id), persons)


def _forget_who_signed(session: Session) -> None:
    """Without the demo's signatures its packs are what they were: files that nobody here has signed."""
    keys = select(col(SigningKey.fingerprint)).where(
        col(SigningKey.person).endswith(DEMO_HOLDER, autoescape=True)
    )
    signed = set(
        session.execute(select(col(Signature.subject_sha256)).where(col(Signature.key).in_(keys))).scalars()
    )
    _forget_approvals(session, signed)
    _delete(session, Signature, col(Signature.key), keys)
    _delete(session, SigningKey, col(SigningKey.fingerprint), keys)
    others = select(col(Signature.subject_sha256))
    versions = col(PackVersion.sha256).in_(signed)
    session.execute(delete(PackVersion).where(versions, col(PackVersion.sha256).not_in(others)))
    no_longer = versions & (col(PackVersion.state) == PackState.APPROVED.value)
    session.execute(update(PackVersion).where(no_longer).values(state=PackState.DRAFT.value))


def _forget_approvals(session: Session, signed: Set[bytes]) -> None:
    told = select(Event).where(col(Event.kind) == EventKind.PACK_APPROVED.value)
    theirs = [
        event.id
        for event in session.execute(told).scalars()
        if bytes.fromhex(event.payload["sha256"]) in signed
    ]
    events = select(col(Event.id)).where(col(Event.id).in_(theirs))
    _delete(session, HookDelivery, col(HookDelivery.event_id), events)
    _delete(session, Event, col(Event.id), events)


def _forget_what_was_decided(session: Session) -> None:
    """Begin the audit anew, unless somebody real decided something meanwhile: that chain is not broken."""
    bodies = session.execute(select(col(AuditBody.body))).scalars()
    if all(body and str(body.get("person", "")).endswith(DEMO_HOLDER) for body in bodies):
        session.execute(delete(AuditBody))
        session.execute(delete(Audit))


def _delete(session: Session, model: type[SQLModel], column: Any, wanted: Select[Any]) -> None:
    session.execute(delete(model).where(column.in_(wanted)).execution_options(synchronize_session=False))
