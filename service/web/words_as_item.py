"""Words that were given for one review, made the beginning of an item in a pack: a person writes the rest."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.catalogue import catalogue
from service.approval.given import branch_of
from service.models import AskedWords, Review
from service.people.may import may
from service.replies.skeleton import item_skeleton
from service.replies.triage import Triage
from service.web.acts import NEEDS, Need
from service.web.desk import now
from service.web.me import is_of_hers, me
from service.web.packs import the_shelf


def beginning(session: Session, number: int) -> str | None:
    """The words given under ``number`` as an item in TOML; None where there are none that she may read."""
    found = session.execute(
        select(AskedWords, Review)
        .join(Review, col(Review.id) == col(AskedWords.review_id))
        .where(col(AskedWords.id) == number, is_of_hers(Review.listing_id))
    ).first()
    if found is None or found[0].text is None:
        return None
    asked, review = found
    judged = Triage.from_json(review.triage) if review.triage else None
    return item_skeleton(asked.text, review, judged, branch_of(session, review))


def packs_to_write(session: Session) -> list[tuple[str, str]]:
    """The packs of our own that she may write, by name, with their titles; a feed's are its brand's."""
    need = NEEDS["drafts.edit"]
    assert isinstance(need, Need)
    return [
        (one.name, one.pack.title)
        for one in catalogue(session, the_shelf(), now())
        if one.pack and not one.brand and may(me(), need.act, need.thing_of(session, {"name": one.name}))
    ]
