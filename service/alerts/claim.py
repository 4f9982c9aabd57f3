"""Taking the next due delivery for oneself, for a while, and packing all that sending it needs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from service.alerts.channels import Parcel
from service.alerts.digest_lines import with_lines
from service.alerts.facts import Facts, Offer
from service.alerts.keys import Errand, key_of_first, mail_host, stem
from service.alerts.queue import turn_to_others
from service.alerts.reach import target_of
from service.alerts.ways import ways_of
from service.domain import EventKind, ReviewState
from service.errors import DeliveryFailed, WrongSecret
from service.models import Alert, CaseFile, Channel, Delivery, DeliveryState, Person, Review
from service.people.links import Links
from service.replies.due import zone
from service.secrets import Vault
from service.sentences import say
from service.tongues import tongue_of

LEASE = timedelta(minutes=5)  # longer than the slowest sender's own time limits together
MOST_TRIES = 40  # three days of trying come to fewer; more means that we die while sending

STOPPED = say("The channel was stopped before this was sent.")
LEFT = say("The person is no longer here.")
TAKEN = say("Somebody has taken it meanwhile.")
REPORTED = say("It was reported back meanwhile, or goes on.")
ERASED = say("The review was erased.")
WITHDRAWN = say(
    "The reply prepared for this review was withdrawn since; the desk shows what is approved now."
)

SETTLED = (ReviewState.ANSWERED, ReviewState.CLOSED, ReviewState.SUBMITTED)

StillApproved = Callable[[Session, Offer, datetime], bool]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours until ``lease``: a parcel to send, or the reason why it cannot be.

    Neither where it was withheld: then nothing is left to do.
    """

    delivery: int
    kind: str
    lease: datetime
    contents: Parcel | DeliveryFailed | None


@dataclass(frozen=True, slots=True)
class Packing:
    """What ringing and packing need: the secret, the desk's links, and whether an offered reply still stands.

    ``mail_from`` is the sender of mail, if there is one: keys end in its domain, else in the desk's.
    """

    vault: Vault
    links: Links
    still_approved: StillApproved
    mail_from: str | None = None

    @property
    def key_host(self) -> str:
        """The host that ends every key."""
        return mail_host(self.mail_from, self.links.public_url)


def claim(session: Session, packing: Packing, tired: Collection[str], now: datetime) -> Claimed | None:
    """The next due delivery whose kind of channel is not in ``tired``; None where nothing is due."""
    delivery = _next_due(session, tired, now)
    if delivery is None:
        return None
    delivery.tries += 1
    delivery.lease_until = lease = now + LEASE
    alert = session.get_one(Alert, delivery.alert_id)
    channel = session.get_one(Channel, delivery.channel_id)
    contents = (
        None
        if _withhold(session, delivery, alert, channel, now)
        else (_contents(session, packing, delivery, alert, channel, now))
    )
    return Claimed(delivery.id or 0, channel.kind, lease, contents)


def anything_due(session: Session, now: datetime) -> bool:
    """Whether claiming is worth a write transaction."""
    return session.scalars(select(col(Delivery.id)).where(*_due(now)).limit(1)).first() is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.state) == DeliveryState.QUEUED.value,
        col(Delivery.next_try_at) <= now,
        or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= now),
    )


def _next_due(session: Session, tired: Collection[str], now: datetime) -> Delivery | None:
    return session.scalars(
        select(Delivery)
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(*_due(now), col(Channel.kind).not_in(tired))
        .order_by(col(Delivery.next_try_at), col(Delivery.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Delivery)
    ).first()


def _withhold(session: Session, delivery: Delivery, alert: Alert, channel: Channel, now: datetime) -> bool:
    """Whether this must no longer be sent; then it is marked so, and somebody else is told instead."""
    erased = alert.review_id is not None and session.get_one(Review, alert.review_id).erased_at is not None
    gone = session.get_one(Person, channel.person_id).disabled_at is not None
    taken = delivery.purpose == Errand.UNCLAIMED and _is_in_hand(session, alert)
    told = alert.kind == EventKind.REPORT_BACK.value and not _is_owed(session, alert)
    is_open = channel.paused_at is None and channel.verified_at is not None
    if is_open and not erased and not gone and not taken and not told:
        return False
    delivery.state, delivery.lease_until = DeliveryState.WITHHELD.value, None
    settled = ERASED if erased else TAKEN if taken else REPORTED if told else None
    delivery.last_error = settled or (LEFT if gone else STOPPED)
    session.flush()
    if settled is None:
        turn_to_others(session, alert, channel, now, for_good=True)
    return True


def _is_in_hand(session: Session, alert: Alert) -> bool:
    review = session.get_one(Review, alert.review_id)
    return review.claimed_as is not None or review.reply_text is not None or review.state in SETTLED


def _is_owed(session: Session, alert: Alert) -> bool:
    case = session.scalars(select(CaseFile).where(col(CaseFile.review_id) == alert.review_id)).one_or_none()
    return case is not None and case.is_owed


def _contents(
    session: Session, packing: Packing, delivery: Delivery, alert: Alert, channel: Channel, now: datetime
) -> Parcel | DeliveryFailed:
    if delivery.tries > MOST_TRIES:
        return DeliveryFailed(say("Sending was begun and never ended, again and again."), permanent=True)
    try:
        target = target_of(packing.vault, channel)
    except WrongSecret as error:
        return DeliveryFailed(str(error), permanent=False)
    facts = _as_approved(session, packing, Facts.model_validate(alert.body), now)
    facts = with_lines(session, facts, lambda one: ways_of(session, packing.links, one, channel, now).desk)
    if delivery.purpose == Errand.UNCLAIMED and alert.review_id is not None:
        due = session.get_one(Review, alert.review_id).due_claim_at
        facts = facts.model_copy(update={"unclaimed_since": due})
    person = session.get_one(Person, channel.person_id)
    return Parcel(
        facts=facts,
        target=target,
        name=person.name,
        key=delivery.message_id,
        thread=key_of_first(_thread(facts, alert, delivery), delivery.message_id, delivery.channel_id),
        ways=ways_of(session, packing.links, alert, channel, now),
        tongue=tongue_of(person.locale),
    )


def _thread(facts: Facts, alert: Alert, delivery: Delivery) -> str | None:
    """What is told once more belongs to what was told first."""
    if facts.thread is None and delivery.purpose != Errand.ALERT:
        return stem(alert.id or 0, alert.created_at)
    return facts.thread


def _as_approved(session: Session, packing: Packing, facts: Facts, now: datetime) -> Facts:
    """No words that were recalled or ran out after the alert was rung leave the house."""
    offer = facts.offer
    if offer is None:
        return facts
    today = now.astimezone(zone(facts.place.tz if facts.place else "UTC")).date()
    in_force = offer.until is None or today <= offer.until
    if in_force and packing.still_approved(session, offer, now):
        return facts
    return facts.model_copy(update={"offer": None, "no_offer": WITHDRAWN})
