"""What could be answered to some reviews: the one path from rows to suggestions, for alert, desk and browser.

What many reviews share is asked once, so fifty cards of a page cost as many statements as one review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import Select, case, func, or_, select
from sqlmodel import Session, col

from service.alerts.recent import beside, recent_by_listing
from service.approval.given import words_for
from service.approval.versions import approved_packs
from service.models import Alert, AskedWords, Branch, CaseFile, Listing, Review
from service.replies.approved import ApprovedWords
from service.replies.own_words import VALID_FOR
from service.replies.pack import CaseStep
from service.replies.suggest import suggest
from service.replies.suggestion import Suggestions
from service.replies.triage import Triage
from service.replies.variants import Use
from service.sites.registry import rules_of

REMEMBERED = 200  # the branch's last offers: enough to turn through every item's variants

NEVER = 2**62  # above every alert's number


class About(Protocol):
    """A review with where it stands."""

    @property
    def review(self) -> Review: ...
    @property
    def listing(self) -> Listing: ...
    @property
    def branch(self) -> Branch | None: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """``About`` by rows that are at hand."""

    review: Review
    listing: Listing
    branch: Branch | None


class Offers:
    """Suggestions for any of the reviews ``about``, as things stand at ``now``."""

    def __init__(self, session: Session, about: Sequence[About], now: datetime) -> None:
        self._session, self._now = session, now
        self._packs = approved_packs(session, now) if about else ()
        self._recent = recent_by_listing(session, [(one.listing, one.branch) for one in about], now)
        self._first = _first_alerts(session, about)
        self._told = _told(session, about, self._first)
        self._asked = _asked(session, about)
        self._cases = _cases(session, about)

    def of(self, one: About) -> Suggestions:
        """What could be answered to a review that was judged. Raises ``ValueError`` for one that was not."""
        review, listing = one.review, one.listing
        if review.triage is None:
            raise ValueError("nothing is suggested for a review that nobody judged")
        case = self._cases.get(review.id)
        is_asked = review.id in self._asked
        return suggest(
            review,
            Triage.from_json(review.triage),
            one.branch or Branch(code="", name=""),
            listing.site,
            self._packs,
            history=self._history(one),
            rules=rules_of(listing.site),
            now=self._now,
            step=step_of(case),
            recent=beside(review, self._recent[listing.id]),
            words=own_words(self._session, review, case, self._now) if is_asked else None,
        )

    def until(self, sha256: str) -> date | None:
        """The last day of the version of that hash; None where it is none of a pack's."""
        packs = (approved.pack for approved in self._packs)
        return next((pack.until for pack in packs if pack.sha256.hex() == sha256), None)

    def _history(self, one: About) -> list[Use]:
        """What was offered at the branch before this review rang, so that it hears what its alert said."""
        before = self._first.get(one.review.id)
        told = self._told[_place(one)]
        return list(islice((use for number, use in told if before is None or number < before), REMEMBERED))


def step_of(case: CaseFile | None) -> CaseStep | None:
    """What a reply is for now, where there is a case."""
    if case is None:
        return None
    return CaseStep.OFFLINE if case.is_running else CaseStep.RESOLVED if case.is_owed else None


def own_words(session: Session, review: Review, case: CaseFile | None, now: datetime) -> ApprovedWords | None:
    """Words given for this review; none that were given before a case ended tells how it did."""
    words = words_for(session, review, now)
    if words is None or case is None or not case.is_owed or case.ended_at is None:
        return words
    return words if words.until - VALID_FOR >= case.ended_at else None


def _place(one: About) -> int:
    """Its branch; a listing of the whole brand is a place of its own."""
    return one.listing.branch_id or -(one.listing.id or 0)


def _first_alerts(session: Session, about: Sequence[About]) -> Mapping[int | None, int]:
    """The first alert about each review that rang."""
    first = select(col(Alert.review_id), func.min(col(Alert.id))).where(
        col(Alert.review_id).in_([one.review.id for one in about])
    )
    return {row[0]: row[1] for row in session.execute(first.group_by(col(Alert.review_id)))}


def _told(
    session: Session, about: Sequence[About], first: Mapping[int | None, int]
) -> Mapping[int, list[tuple[int, Use]]]:
    """What alerts offered at each place, newest first: all since its first review rang, and some before."""
    found: defaultdict[int, list[tuple[int, Use]]] = defaultdict(list)
    if not about:
        return found
    for place, alert, hint, at in session.execute(_offered(_since(about, first))):
        if hint:
            found[place].append((alert, Use(hint["pack"], hint["item"], hint["variant"], at)))
    return found


def _since(about: Sequence[About], first: Mapping[int | None, int]) -> Mapping[int, int]:
    """The earliest of the reviews' first alerts at each place."""
    since: dict[int, int] = {}
    for one in about:
        place = _place(one)
        since[place] = min(since.get(place, NEVER), first.get(one.review.id, NEVER))
    return since


def _offered(since: Mapping[int, int]) -> Select[tuple[int, int, dict[str, Any] | None, datetime]]:
    place = func.coalesce(col(Listing.branch_id), -col(Listing.id))
    before = col(Alert.id) < case(dict(since), value=place)
    newest_first = func.row_number().over(partition_by=(place, before), order_by=col(Alert.id).desc())
    ranked = (
        select(
            place.label("place"),
            col(Alert.id).label("alert"),
            before.label("before"),
            newest_first.label("rank"),
        )
        .join(Listing, col(Listing.id) == col(Alert.listing_id))
        .where(place.in_(list(since)), col(Alert.review_id).is_not(None))
        .subquery()
    )
    return (
        select(ranked.c.place, col(Alert.id), col(Alert.posting_hint), col(Alert.created_at))
        .join(ranked, ranked.c.alert == col(Alert.id))
        .where(or_(~ranked.c.before, ranked.c.rank <= REMEMBERED))
        .order_by(col(Alert.id).desc())
    )


def _asked(session: Session, about: Sequence[About]) -> frozenset[int | None]:
    """The reviews that were ever given words of their own."""
    asked = select(col(AskedWords.review_id)).where(
        col(AskedWords.review_id).in_([one.review.id for one in about]), col(AskedWords.text).is_not(None)
    )
    return frozenset(session.scalars(asked))


def _cases(session: Session, about: Sequence[About]) -> Mapping[int | None, CaseFile]:
    """The case of each review that was taken offline."""
    cases = select(CaseFile).where(col(CaseFile.review_id).in_([one.review.id for one in about]))
    return {case.review_id: case for case in session.scalars(cases)}
