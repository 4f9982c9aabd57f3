"""Writing what a look changed: reviews, versions, events, facts; all in the caller's transaction.

Every insert names its natural key, so that a look whose process died is simply looked again. An event row is
written with its change; alerts, outcomes and hooks find it by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, func, update
from sqlalchemy import insert as plain_insert
from sqlmodel import Session, col

from service.db import insert, insert_new
from service.domain import ChangeKind, EventKind, Item, ReviewState, Route, Urgency
from service.models import Event, Listing, ListingFact, Question, Review, ReviewKey, ReviewVersion
from service.watch.changes import Arrival, Change, Changes, KnownFact
from service.watch.changes import Update as Reread
from service.watch.identity import KnownReview
from service.watch.merge import Heard
from service.watch.rows import (
    judgement_columns,
    key_columns,
    question_columns,
    review_columns,
    version_columns,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What triage said of a review, as stored, and by when a person must act (None: nothing is due)."""

    triage: dict[str, Any]
    urgency: Urgency
    due_claim_at: datetime | None
    due_public_at: datetime | None

    @property
    def columns(self) -> dict[str, Any]:
        """What a review's row keeps of it, whatever is due."""
        return judgement_columns(self.triage) | {"urgency": self.urgency.value}


Judge = Callable[[Item], Judged]


def apply(
    session: Session,
    listing: Listing,
    known: Sequence[KnownReview],
    changes: Changes,
    judge: Judge,
    now: datetime,
) -> tuple[int, ...]:
    """Write ``changes`` of ``listing``, whose reviews are ``known``, and the events they cause.

    Answers the ids of the arrivals, in their order.
    """
    arrived = _store_arrivals(session, listing, changes.arrivals, judge)
    by_id = {review.id: review for review in known}
    edited = {change.review for change in changes.changes if change.kind is ChangeKind.EDITED}
    for updated in changes.updates:
        again = judge if updated.judge_again and updated.review not in edited else None
        _store_update(session, listing, by_id[updated.review], updated, again)
    _store_sightings(session, changes)
    _store_absences(session, changes)
    _store_moves(session, listing, [review.id for review in known if review.moves_here])
    for change in changes.changes:
        _carry_out(session, change, changes.route, judge, now)
    _store_facts(session, listing, changes.facts)
    insert_new(session, Question, [question_columns(listing, one, now) for one in changes.questions])
    insert_new(session, Event, _events(listing, changes, arrived, now))
    return arrived


def _store_arrivals(
    session: Session, listing: Listing, arrivals: Sequence[Arrival], judge: Judge
) -> tuple[int, ...]:
    if not arrivals:
        return ()
    rows = [_arrival_columns(listing, arrival, judge(arrival.merged.item)) for arrival in arrivals]
    ids = session.execute(
        plain_insert(Review).returning(col(Review.id), sort_by_parameter_order=True), rows
    ).scalars()
    arrived = tuple(review_id for review_id in ids if review_id is not None)
    keys, versions = [], []
    for review_id, arrival in zip(arrived, arrivals, strict=True):
        keys += key_columns(review_id, listing.site, arrival.merged.item)
        versions += [version_columns(review_id, n, heard) for n, heard in enumerate(arrival.heard, start=1)]
    insert_new(session, ReviewKey, keys)
    insert_new(session, ReviewVersion, versions)
    return arrived


def _arrival_columns(listing: Listing, arrival: Arrival, judged: Judged) -> dict[str, Any]:
    answered = arrival.merged.item.reply is not None
    waits = not arrival.past and not answered
    return (
        review_columns(arrival.merged)
        | judged.columns
        | {
            "listing_id": listing.id,
            "mark": arrival.mark,
            "first_seen_at": min(heard.first_seen_at for heard in arrival.heard),
            "last_seen_at": max(heard.last_seen_at for heard in arrival.heard),
            "baseline": arrival.past,
            "state": (ReviewState.ANSWERED if answered else ReviewState.NEW).value,
            "triage_rev": 1,
            "due_claim_at": judged.due_claim_at if waits else None,
            "due_public_at": judged.due_public_at if waits else None,
        }
    )


def _store_update(
    session: Session, listing: Listing, before: KnownReview, updated: Reread, judge_again: Judge | None
) -> None:
    values = review_columns(updated.merged) | {
        "last_seen_at": max(heard.last_seen_at for heard in updated.heard)
    }
    if judge_again is not None:
        values |= _judged_again(judge_again(updated.merged.item))
    session.execute(update(Review).where(col(Review.id) == updated.review).values(values))
    insert_new(session, ReviewKey, key_columns(updated.review, listing.site, updated.merged.item))
    there = {(heard.route, heard.content_sha256): n for n, heard in enumerate(before.heard, start=1)}
    n = len(before.heard)
    for heard in updated.heard:
        if (heard.route, heard.content_sha256) not in there:
            n += 1
        _store_version(session, updated.review, there.get((heard.route, heard.content_sha256), n), heard)


def _store_version(session: Session, review_id: int, n: int, heard: Heard) -> None:
    row = version_columns(review_id, n, heard)
    statement = insert(session, ReviewVersion).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["review_id", "route", "content_sha256"],
            set_={name: row[name] for name in ("item", "seen_at", "last_seen_at", "proven")},
        )
    )


def _store_sightings(session: Session, changes: Changes) -> None:
    if not changes.sightings:
        return
    seen = [
        {"its_review": one.review, "its_content": one.content_sha256, "at": changes.observed_at}
        for one in changes.sightings
    ]
    session.connection().execute(_version_seen(changes.route.value), seen)
    ids = [one.review for one in changes.sightings]
    seen_now = update(Review).where(col(Review.id).in_(ids)).values(last_seen_at=changes.observed_at)
    session.execute(seen_now.execution_options(synchronize_session=False))


@cache
def _version_seen(route: str) -> Update:
    """One statement for a whole page of sightings: twenty single ones cost more than reading the page."""
    versions = ReviewVersion.__table__  # type: ignore[attr-defined]
    statement: Update = (
        update(versions)
        .where(
            versions.c.review_id == bindparam("its_review"),
            versions.c.content_sha256 == bindparam("its_content"),
            versions.c.route == route,
            versions.c.last_seen_at < bindparam("at"),
        )
        .values(last_seen_at=bindparam("at"))
    )
    return statement


def _store_absences(session: Session, changes: Changes) -> None:
    for ids, moment in ((changes.cleared, None), (changes.missed, changes.observed_at)):
        if ids:
            session.execute(update(Review).where(col(Review.id).in_(ids)).values(missed_at=moment))


def _store_moves(session: Session, listing: Listing, reviews: Sequence[int]) -> None:
    """A page may be finer than the one that showed a review first; then it belongs here, and never back."""
    if reviews:
        session.execute(update(Review).where(col(Review.id).in_(reviews)).values(listing_id=listing.id))


def _carry_out(session: Session, change: Change, route: Route, judge: Judge, now: datetime) -> None:
    """What a change of a known review means for the work on it."""
    if change.review is None:
        return
    values = _consequences(change, route, judge, now)
    if values:
        session.execute(update(Review).where(col(Review.id) == change.review).values(values))


def _consequences(change: Change, route: Route, judge: Judge, now: datetime) -> dict[str, Any]:
    match change.kind:
        case ChangeKind.REMOVED:
            return {"removed_at": change.at, "removed_by": route.value, "missed_at": None}
        case ChangeKind.RESTORED:
            return {"removed_at": None, "removed_by": None, "missed_at": None}
        case ChangeKind.REPLIED | ChangeKind.REPLY_EDITED:
            return _answered(change.kind, now)
        case ChangeKind.REPLY_VANISHED:
            return {"state": ReviewState.VANISHED.value}
        case ChangeKind.EDITED if change.after is not None:
            return _reopened(judge(change.after))
    return {}


def _answered(kind: ChangeKind, now: datetime) -> dict[str, Any]:
    """Nobody need do anything. The first reply that came tells how long it took."""
    came = {"reply_seen_at": func.coalesce(col(Review.reply_seen_at), now)}
    over = {"state": ReviewState.ANSWERED.value, "due_claim_at": None, "due_public_at": None}
    return over | came if kind is ChangeKind.REPLIED else over


def _judged_again(judged: Judged) -> dict[str, Any]:
    """More of a review is known than before: a cut text may have hidden the worst of it."""
    return judged.columns | {"triage_rev": col(Review.triage_rev) + 1}


def _reopened(judged: Judged) -> dict[str, Any]:
    """An edited review is news: judged again, and to be answered again."""
    return _judged_again(judged) | {
        "baseline": False,
        "state": ReviewState.NEW.value,
        "due_claim_at": judged.due_claim_at,
        "due_public_at": judged.due_public_at,
    }


def _store_facts(session: Session, listing: Listing, facts: Sequence[KnownFact]) -> None:
    for fact in facts:
        row = asdict(fact) | {"route": fact.route.value, "listing_id": listing.id}
        statement = insert(session, ListingFact).values(row)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["listing_id", "field", "route"],
                set_={name: row[name] for name in ("value", "seen_at", "drift_since")},
            )
        )


def _events(
    listing: Listing, changes: Changes, arrived: Sequence[int], now: datetime
) -> list[dict[str, Any]]:
    rows = [_change_event(listing, change, arrived, now) for change in changes.changes]
    for alarm in changes.alarms:
        payload: dict[str, Any] = {"what": alarm.kind.value, "evidence": list(alarm.evidence)}
        rows.append(listing_event(listing, EventKind.ALARM, alarm.dedupe_key, payload, now))
    for question in changes.questions:
        payload = {
            "route": question.heard.route.value,
            "candidates": list(question.candidates),
            "why": question.why,
        }
        rows.append(listing_event(listing, EventKind.TWINS, question.dedupe_key, payload, now))
    if changes.summary:
        unanswered = [arrived[index] for index in changes.summary.unanswered]
        payload = {"heard": changes.summary.total, "unanswered": unanswered, "route": changes.route.value}
        rows.append(listing_event(listing, EventKind.BASELINE, changes.route.value, payload, now))
    return rows


def _change_event(listing: Listing, change: Change, arrived: Sequence[int], now: datetime) -> dict[str, Any]:
    review_id = change.review if change.arrival is None else arrived[change.arrival]
    if review_id is None:
        fact = change.fact
        payload = {"field": fact.field, "now": fact.value, "route": fact.route.value} if fact else {}
        return listing_event(listing, EventKind(change.kind.value), change.dedupe_key, payload, now)
    return listing_event(
        listing, EventKind(change.kind.value), change.dedupe_key, {"fields": list(change.fields)}, now
    ) | {"subject": f"review:{review_id}", "review_id": review_id}


def listing_event(
    listing: Listing, kind: EventKind, dedupe_key: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """An event row about ``listing`` itself."""
    return {
        "kind": kind.value,
        "subject": f"listing:{listing.id}",
        "dedupe_key": dedupe_key,
        "at": now,
        "listing_id": listing.id,
        "review_id": None,
        "payload": dict(payload),
    }
