"""From rows to the facts of an alert: all that it will ever tell, taken down at the moment of the ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.facts import AskedFacts, Baseline, Facts, PackFacts, Place, ReviewFacts, SourceFacts
from service.alerts.keys import stem
from service.alerts.offering import offer_for
from service.alerts.outline_listing import listing_subject
from service.alerts.outline_pack import feed_subject, pack_subject
from service.alerts.outline_review import subject
from service.alerts.rules import Occasion
from service.alerts.words import is_mention
from service.domain import HEALTH_VERTICALS, EventKind, Health, Kind, Route, Scale, Urgency
from service.models import (
    Alert,
    AskedWords,
    Branch,
    CaseFile,
    Event,
    Listing,
    ListingSource,
    Review,
    SourceAccount,
)
from service.sentences import say
from service.sites.registry import site_named

MOST_SHOWN = 10  # reviews in a summary; the desk has the rest
ANSWERED = say("It was answered on the site already.")

URGENCY = {
    EventKind.SILENCE: Urgency.NORMAL,
    EventKind.ALARM: Urgency.HIGH,
    EventKind.BASELINE: Urgency.LOW,
    EventKind.TWINS: Urgency.LOW,
    EventKind.SUBMITTED: Urgency.NORMAL,
    EventKind.SENT_BACK: Urgency.NORMAL,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The rows an event is about."""

    event: Event
    listing: Listing | None = None
    branch: Branch | None = None
    review: Review | None = None
    feed: SourceAccount | None = None
    case: CaseFile | None = None  # that is to be reported back

    @property
    def kind(self) -> EventKind:
        """What happened."""
        return EventKind(self.event.kind)

    @property
    def is_discreet(self) -> bool:
        """Whether nothing of a review may be told."""
        return self.branch is not None and self.branch.vertical.casefold() in HEALTH_VERTICALS


def subject_of(session: Session, event: Event, review_id: int | None = None) -> Subject:
    """The rows behind ``event``, as far as they are still there; ``review_id`` where it concerns several."""
    its_review = review_id or event.review_id
    review = session.get(Review, its_review) if its_review else None
    listing_id = event.listing_id or (review.listing_id if review else None)
    listing = session.get(Listing, listing_id) if listing_id else None
    branch = session.get(Branch, listing.branch_id) if listing and listing.branch_id else None
    feed = session.get(SourceAccount, listing.account_id) if listing and listing.account_id else None
    owed = event.kind == EventKind.REPORT_BACK.value
    case = session.get(CaseFile, event.payload["case"]) if owed else None
    return Subject(event, listing, branch, review, feed, case)


def occasion_of(about: Subject) -> Occasion:
    """What the rules look at."""
    review = about.review
    return Occasion(
        kind=about.kind,
        site=about.listing.site if about.listing else None,
        branch=about.branch.code if about.branch else None,
        scale=Scale(review.scale) if review else Scale.NONE,
        rating=review.rating if review else None,
        recommends=review.recommends if review else None,
        flags=frozenset((review.triage or {}).get("flags") or ()) if review else frozenset(),
        words="\n".join(part for part in (review.title, review.text) if part) if review else "",
    )


def freeze(session: Session, about: Subject, now: datetime) -> Facts:
    """The facts of the alert about ``about``."""
    if about.review is not None and about.listing is not None:
        return _review_facts(session, about, about.review, about.listing, now)
    return _listing_facts(session, about, now)


def _review_facts(session: Session, about: Subject, review: Review, listing: Listing, now: datetime) -> Facts:
    place, urgency = place_of(about), _urgency(about)
    assert place is not None
    first = _first_alert(session, review)
    told = _told(review)
    facts = Facts(
        kind=about.kind,
        at=about.event.at,
        urgency=urgency,
        subject=first.body["subject"] if first else subject(about.kind, place, told, urgency),
        thread=stem(first.id or 0, first.created_at) if first else None,
        place=place,
        review=told,
    )
    asked = _asked(session, about)
    if about.is_discreet:
        numbered = AskedFacts(number=asked.number, person=asked.person) if asked else None
        return facts.model_copy(update={"review": _discreet(told), "asked": numbered})
    answered = told.answered and about.kind is EventKind.NEW
    offered = (None, ANSWERED) if answered else offer_for(session, review, listing, about.branch, now)
    offer, no_offer = offered
    return facts.model_copy(
        update={
            "due_at": None if answered else _due(about, review),
            "why": tuple((review.triage or {}).get("reasons") or ()),
            "changed": tuple(about.event.payload.get("fields") or ()),
            "recalled": about.event.payload.get("reason") if about.kind is EventKind.RECALLED else None,
            "asked": asked,
            "offer": offer,
            "no_offer": no_offer,
        }
    )


def sealed(facts: Facts) -> Facts:
    """What whoever the review names may be told, where nobody else can be: that one waits at that place."""
    if facts.review is None or facts.place is None:
        return facts
    place = facts.place.model_copy(update={"discreet": True})
    return Facts(
        kind=facts.kind,
        at=facts.at,
        urgency=facts.urgency,
        subject=subject(facts.kind, place, facts.review, facts.urgency),
        place=place,
        review=_discreet(facts.review),
        sealed=True,
    )


def _due(about: Subject, review: Review) -> datetime | None:
    return about.case.report_back_due if about.case else review.due_public_at


def _asked(session: Session, about: Subject) -> AskedFacts | None:
    if about.kind not in (EventKind.WORDS_ASKED, EventKind.WORDS_ANSWERED):
        return None
    payload = about.event.payload
    asked = session.get_one(AskedWords, payload["asked"])
    return AskedFacts(
        number=payload["asked"],
        person=payload["person"],
        draft=asked.draft,
        needs=payload["needs"],
        refused_why=asked.refused_why,
    )


def _discreet(told: ReviewFacts) -> ReviewFacts:
    """Nothing of it; that something is a mention says no more than that it stands in public."""
    return ReviewFacts(id=told.id, kind=Kind.MENTION if is_mention(told) else Kind.REVIEW)


def _listing_facts(session: Session, about: Subject, now: datetime) -> Facts:
    payload = about.event.payload
    facts = Facts(
        kind=about.kind,
        at=about.event.at,
        urgency=_urgency(about),
        subject="",
        place=place_of(about),
        baseline=_baseline(session, about, payload) if about.kind is EventKind.BASELINE else None,
        source=_source(session, about, payload) if about.kind is EventKind.HEALTH else None,
        evidence=tuple(map(str, payload.get("evidence") or ())),
        days=payload.get("days"),
        usual_days=payload.get("usual_days"),
        pack=_pack(about, payload),
        feed_of=payload.get("feed_of"),
    )
    return facts.model_copy(update={"subject": _subject(facts)})


def _subject(facts: Facts) -> str:
    if facts.pack is not None:
        return pack_subject(facts, facts.pack)
    return feed_subject(facts.feed_of) if facts.feed_of is not None else listing_subject(facts)


def _pack(about: Subject, payload: dict[str, Any]) -> PackFacts | None:
    if about.kind not in (EventKind.SUBMITTED, EventKind.SENT_BACK):
        return None
    return PackFacts.model_validate(payload | {"name": payload["pack"]})


def place_of(about: Subject) -> Place | None:
    """Where it happened, in words for people."""
    listing, branch = about.listing, about.branch
    if listing is None:
        return None
    site = site_named(listing.site)
    place = Place(
        listing_id=listing.id or 0, listing_url=listing.url, site=site.title if site else listing.site
    )
    if about.feed is not None:
        place = place.model_copy(update={"site": about.feed.title, "hears": Kind.MENTION.value})
    if branch is None:
        return place
    return place.model_copy(
        update={"branch": branch.name, "city": branch.city, "tz": branch.tz, "discreet": about.is_discreet}
    )


def _told(review: Review) -> ReviewFacts:
    given = {name: getattr(review, name) for name in ReviewFacts.model_fields if hasattr(review, name)}
    more = {
        "posted": review.posted_shown,
        "answered": review.reply_text is not None,
        "judged": not review.text or (review.triage or {}).get("flags") is not None,
    }
    return ReviewFacts.model_validate(given | more)


def _baseline(session: Session, about: Subject, payload: dict[str, Any]) -> Baseline:
    waiting = list(payload.get("unanswered") or ())
    shown = () if about.is_discreet else _most_urgent(session, waiting)
    return Baseline(
        heard=int(payload.get("heard") or 0),
        waiting=len(waiting),
        route=Route(payload.get("route") or Route.PAGE),
        shown=tuple(map(_told, shown)),
    )


def _most_urgent(session: Session, ids: Sequence[int]) -> list[Review]:
    there = col(Review.id).in_(ids) & col(Review.erased_at).is_(None)
    found = session.scalars(select(Review).where(there)).all()
    rank = {urgency.value: urgency.rank for urgency in Urgency}
    return sorted(found, key=lambda review: (rank.get(review.urgency or "", 9), review.id or 0))[:MOST_SHOWN]


def _source(session: Session, about: Subject, payload: dict[str, Any]) -> SourceFacts:
    row = session.scalars(
        select(ListingSource).where(
            col(ListingSource.listing_id) == about.event.listing_id,
            col(ListingSource.route) == payload["route"],
        )
    ).first()
    return SourceFacts.model_validate(payload | {"last_ok_at": row.last_ok_at if row else None})


def _first_alert(session: Session, review: Review) -> Alert | None:
    return session.scalars(
        select(Alert).where(col(Alert.review_id) == review.id).order_by(col(Alert.id)).limit(1)
    ).first()


def _urgency(about: Subject) -> Urgency:
    if about.kind is EventKind.HEALTH:
        return Urgency.LOW if about.event.payload.get("health") == Health.OK.value else Urgency.NORMAL
    if about.review is None:
        return URGENCY.get(about.kind, Urgency.NORMAL)
    judged = Urgency(about.review.urgency or Urgency.NORMAL)
    vanished = about.kind is EventKind.REPLY_VANISHED
    return min(judged, Urgency.NORMAL, key=lambda urgency: urgency.rank) if vanished else judged
