"""What a paired browser is told of a review and of the replies that fit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement
from sqlmodel import Session

from service.alerts.offers import Offers
from service.domain import ReviewState
from service.outcomes.already import Answered, answered
from service.outcomes.handling import Actor, is_with
from service.people import scope
from service.people.devices import Caller
from service.people.may import Act
from service.replies.suggestion import Suggestions
from service.sites.registry import site_named
from service.watch.carded import Stored
from service.watch.folding import OPENING
from service.web.api.shapes import Told
from service.web.shelves import due_at, on_shelf
from service.web.shown import safe_link

NOT_JUDGED = "the review was not judged yet, so nothing is suggested"
GONE = "it is no longer on the site, so there is nothing to answer"
CLOSED = "it was closed without a reply; reopen it at the desk first"
ONE_REPLY = "its site takes one reply and never another, and one stands there"


class SpanTold(Told):
    """A piece of a suggestion's text; it counts code points."""

    kind: Literal["locked", "placeholder", "blank"]
    name: str
    start: int
    end: int


class BlankTold(Told):
    """A slot to fill in, and its bounds."""

    name: str
    hint: str
    max: int
    empty: bool
    forbid: list[str]
    choices: list[str]


class FindingTold(Told):
    """Something to know before a text is posted."""

    rule: str
    level: Literal["block", "warn", "note"]
    site: str
    why: str
    source: str
    mend: str
    start: int | None
    end: int | None


class SuggestionTold(Told):
    """An approved reply that fits, filled in (CONTRACTS §8.7)."""

    pack: str
    serial: int
    sha256: str
    item: str
    variant: int
    approved: bool
    text: str
    spans: list[SpanTold]
    blanks: list[BlankTold]
    reply_class: Literal["verbatim", "within_bounds", "off_pack"] = Field(alias="class")
    findings: list[FindingTold]
    reasons: list[str]
    score: float


class AnsweredTold(Told):
    """A reply that stands: as the page shows it, as we posted it, or as the site told us."""

    by: Literal["page", "us", "site"]
    text: str | None
    at: datetime | None


class ReviewTold(Told):
    """One review of ours. ``held_by`` is somebody else who has taken it."""

    id: int
    site: str
    branch: int | None
    branch_name: str | None
    author: str | None
    rating: float | None
    best: float | None
    recommends: bool | None
    opening: str
    posted: str | None
    due_at: datetime | None
    url: str | None
    answered: AnsweredTold | None
    held_by: str | None
    flags: list[str]


class OfferedTold(Told):
    """A review with the replies that fit it, best first, or why there are none."""

    review: ReviewTold
    suggestions: list[SuggestionTold]
    none_because: str | None


class Telling:
    """Tells one caller of reviews, whatever their number, in a fixed number of statements."""

    def __init__(self, session: Session, caller: Caller, stored: Sequence[Stored], now: datetime) -> None:
        self._actor = Actor(caller.who.name, caller.who.id)
        self._answered = answered(session, [one.review for one in stored])
        self._offers = Offers(session, stored, now)

    def review(self, one: Stored, *, replied: bool = False) -> ReviewTold:
        """The review; ``replied``: its card on the page shows a reply."""
        review, branch = one.review, one.branch
        return ReviewTold(
            id=review.id or 0,
            site=one.listing.site,
            branch=branch.id if branch else None,
            branch_name=branch.name if branch else None,
            author=review.author,
            rating=review.rating,
            best=review.best,
            recommends=review.recommends,
            opening=" ".join((review.text or "").split())[:OPENING],
            posted=review.posted_shown or (f"{review.posted_at:%Y-%m-%d}" if review.posted_at else None),
            due_at=due_at(review),
            url=safe_link(review.permalink) or safe_link(one.listing.url),
            answered=_answered(self._answered.get(review.id), replied=replied),
            held_by=None if is_with(review, self._actor) else review.claimed_as,
            flags=list((review.triage or {}).get("flags") or ()),
        )

    def offered(self, one: Stored, *, replied: bool = False) -> OfferedTold:
        """The review with its suggestions."""
        found = self._suggested(one, replied=replied)
        return OfferedTold(
            review=self.review(one, replied=replied),
            suggestions=[suggestion_told(one.as_json()) for one in found.best],
            none_because=found.none_because,
        )

    def is_answered(self, one: Stored) -> bool:
        """Whether we know of a reply."""
        return one.review.id in self._answered

    def _suggested(self, one: Stored, *, replied: bool) -> Suggestions:
        if why := _none_because(one, is_answered=replied or self.is_answered(one)):
            return Suggestions((), none_because=why)
        return self._offers.of(one)


def suggestion_told(shape: Mapping[str, Any]) -> SuggestionTold:
    """A suggestion as it is told."""
    return SuggestionTold.model_validate(shape)


def within_reach(caller: Caller, act: Act, now: datetime) -> ColumnElement[bool]:
    """The reviews she may do ``act`` to; at a desk station the branch's open ones alone.

    A condition on a query that joins review, listing and branch.
    """
    hers = scope.branches(caller.who, act)
    return hers & on_shelf("open", now) if caller.station is not None else hers


def _none_because(one: Stored, *, is_answered: bool) -> str | None:
    review, site = one.review, site_named(one.listing.site)
    if review.removed_at is not None:
        return GONE
    if review.state == ReviewState.CLOSED:
        return CLOSED
    if review.triage is None:
        return NOT_JUDGED
    return ONE_REPLY if is_answered and site is not None and site.reply.one_shot else None


def _answered(known: Answered | None, *, replied: bool) -> AnsweredTold | None:
    if known is not None:
        return AnsweredTold(by="site" if known.by == "site" else "us", text=known.text, at=known.at)
    return AnsweredTold(by="page", text=None, at=None) if replied else None
