"""What people say is wrong in a judgement: kept for whoever writes the packs, never learnt silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import insert
from service.errors import AnswerRefused
from service.models import Branch, Listing, Review, TriageField, TriageNote
from service.outcomes.handling import Step, in_hand
from service.sentences import say

LONGEST = 500  # characters


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict, and the review it is about, as far as its words are still kept."""

    note: TriageNote
    review: Review
    site: str
    branch: str | None


def say_wrong(session: Session, review_id: int, field: str, should_be: str, act: Step) -> None:
    """Keep that ``field`` of the judgement should be something else; said again, the last word counts.

    Raises ``AnswerRefused`` where it says nothing, ``Overtaken`` where the review is gone.
    """
    review = in_hand(session, review_id)
    said = should_be.strip()
    if field not in list(TriageField) or not said or len(said) > LONGEST:
        raise AnswerRefused(
            say(
                "Say what it should be, in at most %(longest)s characters. Nothing was changed.",
                longest=LONGEST,
            )
        )
    values = {"said": judged(review, TriageField(field)), "should_be": said, "at": act.at}
    row = {"review_id": review.id, "person": act.who.name, "field": field}
    session.execute(
        insert(session, TriageNote)
        .values(row | values)
        .on_conflict_do_update(index_elements=["review_id", "person", "field"], set_=values)
    )


def judged(review: Review, field: TriageField) -> str:
    """What was judged of it, as words."""
    triage = review.triage
    if triage is None:
        return "not judged"
    if field is TriageField.FLAGS:
        return "not judged" if triage["flags"] is None else ", ".join(triage["flags"]) or "none"
    if field is TriageField.TOPICS:
        return ", ".join(found["topic"] for found in triage["topics"]) or "none"
    return str(triage[field.value] or "unknown")


def verdicts(session: Session) -> Iterator[Verdict]:
    """Every one of them, the newest first."""
    found = session.execute(
        select(TriageNote, Review, col(Listing.site), col(Branch.name))
        .join(Review, col(Review.id) == col(TriageNote.review_id))
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .order_by(col(TriageNote.at).desc(), col(TriageNote.id).desc())
        .execution_options(yield_per=200)
    )
    for note, review, site, branch in found:
        yield Verdict(note, review, site, branch)
