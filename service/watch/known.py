"""What is known of a listing before a look: its reviews, all that was heard of them, each route's past."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session, col

from service.domain import Item, Route
from service.models import Listing, ListingFact, ListingSource, Review, ReviewKey, ReviewVersion
from service.watch.changes import KnownFact, ListingState, RouteState
from service.watch.identity import KnownReview
from service.watch.merge import Heard, merged
from service.watch.rows import item_of


def known_reviews(session: Session, listing: Listing) -> tuple[KnownReview, ...]:
    """Every stored review of ``listing``."""
    reviews = session.execute(
        select(
            col(Review.id),
            col(Review.missed_at),
            col(Review.removed_at),
            col(Review.erased_at),
            col(Review.mark),
        ).where(col(Review.listing_id) == listing.id)
    ).all()
    ids, heard = _ids(session, listing), _heard(session, listing)
    return tuple(
        KnownReview(
            id=row.id,
            ids=frozenset(ids[row.id]),
            item=_current(heard[row.id]),
            heard=tuple(heard[row.id]),
            missed_at=row.missed_at,
            removed_at=row.removed_at,
            erased=row.erased_at is not None,
            mark=row.mark,
        )
        for row in reviews
    )


def anything_missed(session: Session, listing: Listing) -> bool:
    """Whether some review was not where it should have been at the last look."""
    missing = col(Review.missed_at).is_not(None) & col(Review.removed_at).is_(None)
    question = select(exists().where(col(Review.listing_id) == listing.id, missing))
    return bool(session.execute(question).scalar_one())


def listing_state(session: Session, listing: Listing) -> ListingState:
    """What each route has proved of ``listing`` so far."""
    sources = session.execute(select(ListingSource).where(col(ListingSource.listing_id) == listing.id))
    facts = session.execute(select(ListingFact).where(col(ListingFact.listing_id) == listing.id))
    return ListingState(
        watched_since=listing.added_at,
        routes={
            Route(source.route): RouteState(source.began_at, source.back_to, source.site_total)
            for source in sources.scalars()
            if source.began_at
        },
        facts=tuple(
            KnownFact(fact.field, Route(fact.route), fact.value, fact.seen_at, fact.drift_since)
            for fact in facts.scalars()
        ),
    )


def _current(heard: list[Heard]) -> Item:
    if not heard:
        return Item()
    return heard[0].item if len(heard) == 1 else merged(heard).item


def _of(listing: Listing) -> Any:
    return select(col(Review.id)).where(col(Review.listing_id) == listing.id)


def _ids(session: Session, listing: Listing) -> defaultdict[int, set[tuple[str, str]]]:
    rows = session.execute(
        select(col(ReviewKey.review_id), col(ReviewKey.id_kind), col(ReviewKey.value)).where(
            col(ReviewKey.review_id).in_(_of(listing)), col(ReviewKey.site) == listing.site
        )
    )
    ids: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for review_id, kind, value in rows:
        ids[review_id].add((kind, value))
    return ids


def _heard(session: Session, listing: Listing) -> defaultdict[int, list[Heard]]:
    rows = session.execute(
        select(
            col(ReviewVersion.review_id),
            col(ReviewVersion.route),
            col(ReviewVersion.seen_at),
            col(ReviewVersion.last_seen_at),
            col(ReviewVersion.item),
            col(ReviewVersion.content_sha256),
            col(ReviewVersion.proven),
        )
        .where(col(ReviewVersion.review_id).in_(_of(listing)))
        .order_by(col(ReviewVersion.review_id), col(ReviewVersion.n))
    )
    heard: defaultdict[int, list[Heard]] = defaultdict(list)
    for review_id, route, first, last, item, content, proven in rows:
        heard[review_id].append(Heard(Route(route), first, last, item_of(item), content, proven))
    return heard
