"""What is known of a listing before a look: its reviews, all that was heard of them, each route's past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlmodel import Session, col

from service.domain import Item, Route
from service.models import Listing, ListingFact, ListingSource, Question, Review, ReviewKey, ReviewVersion
from service.watch.changes import KnownFact, ListingState, QuestionKind, RouteState
from service.watch.identity import KnownReview
from service.watch.listings import is_finer
from service.watch.merge import Heard, merged
from service.watch.rows import item_of, question_key

AT_ONCE = 500  # values in one statement: SQLite takes no more than some thousands


def known_reviews(
    session: Session, listing: Listing, items: Sequence[Item] = (), among: Sequence[int] | None = None
) -> tuple[KnownReview, ...]:
    """Every stored review of ``listing``, and those elsewhere on its site that own an id of ``items``.

    ``among`` are the only ones of ``listing`` that matter, where that is known.
    """
    others = _owners_elsewhere(session, listing, items)
    own = col(Review.listing_id) == listing.id if among is None else col(Review.id).in_(among)
    wanted = or_(own, col(Review.id).in_(others))
    reviews = session.execute(
        select(
            col(Review.id),
            col(Review.missed_at),
            col(Review.removed_at),
            col(Review.removed_by),
            col(Review.erased_at),
            col(Review.mark),
            col(Review.marks),
            col(Listing.id).label("under"),
            col(Listing.key),
        )
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .where(wanted)
    ).all()
    of_them = select(col(Review.id)).where(wanted)
    ids, heard = _ids(session, listing.site, of_them), _heard(session, of_them)
    return tuple(
        KnownReview(
            id=row.id,
            ids=frozenset(ids[row.id]),
            item=_current(heard[row.id]) if row.erased_at is None else Item(),
            heard=tuple(heard[row.id]) if row.erased_at is None else (),
            missed_at=row.missed_at,
            removed_at=row.removed_at,
            removed_by=Route(row.removed_by) if row.removed_by else None,
            elsewhere=row.under != listing.id,
            moves_here=is_finer(listing.key, row.key),
            erased=row.erased_at is not None,
            mark=row.mark,
            marks=frozenset(map(bytes.fromhex, row.marks)),
        )
        for row in reviews
    )


def _owners_elsewhere(session: Session, listing: Listing, items: Sequence[Item]) -> list[int]:
    pairs = {pair for item in items for pair in item.ids}
    owners: set[int] = set()
    for values in _batched(sorted({value for _, value in pairs}), AT_ONCE):
        rows = session.execute(
            select(col(ReviewKey.review_id), col(ReviewKey.id_kind), col(ReviewKey.value))
            .join(Review, col(Review.id) == col(ReviewKey.review_id))
            .where(
                col(ReviewKey.site) == listing.site,
                col(ReviewKey.value).in_(values),
                col(Review.listing_id) != listing.id,
            )
        )
        owners |= {review_id for review_id, kind, value in rows if (kind, value) in pairs}
    return sorted(owners)


def heard_of(session: Session, review_id: int) -> tuple[Heard, ...]:
    """Every reading of one stored review."""
    one = select(col(Review.id)).where(col(Review.id) == review_id)
    return tuple(_heard(session, one)[review_id])


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
        answers=_answers(session, listing),
    )


def _answers(session: Session, listing: Listing) -> dict[str, int | None]:
    """What persons said of this listing's near-twins, by the key that reconciling asks with."""
    answered = select(col(Question.dedupe_key), col(Question.answer)).where(
        col(Question.listing_id) == listing.id,
        col(Question.kind) == QuestionKind.TWINS.value,
        col(Question.answered_at).is_not(None),
    )
    mine = question_key(listing, "")
    return {
        key.removeprefix(mine): answer.get("review") for key, answer in session.execute(answered) if answer
    }


def _current(heard: list[Heard]) -> Item:
    if not heard:
        return Item()
    return heard[0].item if len(heard) == 1 else merged(heard).item


def _ids(session: Session, site: str, reviews: Select[Any]) -> defaultdict[int, set[tuple[str, str]]]:
    rows = session.execute(
        select(col(ReviewKey.review_id), col(ReviewKey.id_kind), col(ReviewKey.value)).where(
            col(ReviewKey.review_id).in_(reviews), col(ReviewKey.site) == site
        )
    )
    ids: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for review_id, kind, value in rows:
        ids[review_id].add((kind, value))
    return ids


def _heard(session: Session, reviews: Select[Any]) -> defaultdict[int, list[Heard]]:
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
        .where(col(ReviewVersion.review_id).in_(reviews))
        .order_by(col(ReviewVersion.review_id), col(ReviewVersion.n))
    )
    heard: defaultdict[int, list[Heard]] = defaultdict(list)
    for review_id, route, first, last, item, content, proven in rows:
        heard[review_id].append(Heard(Route(route), first, last, item_of(item), content, proven))
    return heard


def _batched(values: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
