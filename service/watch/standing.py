"""Every owner's reply ever heard, as rows tell it: those that stand now and those that stood before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from service.domain import Item, Kind, Scale
from service.models import Branch, Listing, Review, ReviewVersion
from service.replies.asked import Asked, AskedBranch
from service.replies.sweep import Standing
from service.sites.registry import rules_of
from service.watch.rows import item_of

_AT_ONCE = 500
UNNAMED = "no branch"


def replies_heard(
    session: Session, where: ColumnElement[bool] | None = None
) -> Iterator[tuple[Review, Branch, Standing]]:
    """Each reply once, by branch and review; of the same words that came by several routes, the first.

    ``where`` is a condition on the review's branch.
    """
    rows = session.execute(
        select(Review, Listing, Branch)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Review.erased_at).is_(None), true() if where is None else where)
        .order_by(col(Branch.name), col(Review.id))
        .execution_options(yield_per=_AT_ONCE)
    )
    for some in rows.partitions():
        told = _told(session, [review.id or 0 for review, _listing, _branch in some])
        for review, listing, branch in some:
            here = branch or Branch(code="", name=UNNAMED)
            for words in _replies(review, told.get(review.id or 0, ())):
                yield review, here, _standing(review, listing, here, words)


def replies_standing(session: Session, where: ColumnElement[bool] | None = None) -> int:
    """How many reviews carry an owner's reply now; ``where`` is a condition on their branch."""
    counted = (
        select(func.count())
        .select_from(Review)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Review.erased_at).is_(None), col(Review.reply_text).is_not(None))
        .where(true() if where is None else where)
    )
    return int(session.scalar(counted) or 0)


def reviews_heard(session: Session) -> Iterator[Asked]:
    """Every review that still stands, in the order it was heard, as the bench is asked."""
    rows = session.execute(
        select(Review, Listing, Branch)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Review.erased_at).is_(None), col(Review.removed_at).is_(None))
        .order_by(col(Review.id))
        .execution_options(yield_per=_AT_ONCE)
    )
    for review, listing, branch in rows:
        yield Asked(_item(review), listing.site, _branch(branch))


def _item(review: Review) -> Item:
    return Item(
        kind=Kind(review.kind),
        scale=Scale(review.scale),
        rating=None if review.rating is None else Decimal(str(review.rating)),
        best=None if review.best is None else Decimal(str(review.best)),
        recommends=review.recommends,
        author=review.author,
        title=review.title,
        text=review.text,
        text_complete=review.text_complete,
        language=review.language,
    )


def _branch(branch: Branch | None) -> AskedBranch:
    if branch is None:
        return AskedBranch()
    return AskedBranch(**{field.name: getattr(branch, field.name) for field in fields(AskedBranch)})


def _told(session: Session, reviews: Sequence[int]) -> Mapping[int, list[Any]]:
    """All that was ever said of these reviews, the newest first."""
    rows = session.execute(
        select(col(ReviewVersion.review_id), col(ReviewVersion.item))
        .where(col(ReviewVersion.review_id).in_(reviews))
        .order_by(col(ReviewVersion.review_id), col(ReviewVersion.n).desc())
    )
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for review, item in rows:
        found[review].append(item)
    return found


def _replies(review: Review, told: Sequence[Any]) -> list[str]:
    """What stands now first, then what stood before."""
    replies = (item_of(raw).reply for raw in told)
    whole = [reply.text for reply in replies if reply and reply.text_complete]
    return list(dict.fromkeys([*([review.reply_text] if review.reply_text else []), *whole]))


def _standing(review: Review, listing: Listing, branch: Branch, words: str) -> Standing:
    facts = (branch.name, branch.brand, branch.city, branch.phone, branch.contact, branch.sign_off)
    return Standing(
        branch=branch.name,
        site=listing.site,
        reply=words,
        link=review.permalink or listing.url,
        vertical=branch.vertical,
        author=review.author,
        review="\n".join(filter(None, (review.title, review.text))) or None,
        rules=rules_of(listing.site),
        own=tuple(fact for fact in facts if fact),
        is_now=words == review.reply_text and review.removed_at is None,
    )
