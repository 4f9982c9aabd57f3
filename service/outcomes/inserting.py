"""The moment of insertion: whether these words may still go to this review, and then it is hers.

All in the caller's transaction. What stands in the way is an answer and no error: the page says it, and some
of it passes where a person says so in so many words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from service.approval.ended import ended
from service.errors import Overtaken
from service.models import Posting, PostingState, Review
from service.outcomes.already import answered
from service.outcomes.handling import Step, is_with, require_answerable, take
from service.outcomes.postings import Told, begin, happened
from service.outcomes.reporting_back import owed_by
from service.outcomes.using import Words, branch_of

_PROVED = (PostingState.SUBMITTED, PostingState.SEEN_IN_PUBLIC)


class Obstacle(StrEnum):
    """What may stand in the way."""

    RECALLED = "recalled"
    EXPIRED = "expired"
    SETTLED = "settled"  # closed, gone from the site, or erased
    ANSWERED = "answered"  # passes with ``again``
    HELD = "held"  # passes with ``over``


@dataclass(frozen=True, slots=True)
class Hindered:
    """Why nothing was taken along; ``says`` is a sentence, ``theirs`` the reply that stands, ``by`` who."""

    obstacle: Obstacle
    says: str
    theirs: str | None = None
    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What she said in so many words: although it is answered; although somebody else has it."""

    again: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Browser:
    """The paired browser it is done through: as postings name it, and in words for the audit."""

    device: str
    told: str


@dataclass(frozen=True, slots=True)
class _Named:
    pack: str
    sha256: str
    item: str


WITHDRAWN = "These words were recalled and may not be used any more. Nothing was inserted."
RUN_OUT = "These words may not be used any more: what approved them has run out. Nothing was inserted."
REPLIED = "This review has a reply already. Nothing was inserted."
TAKEN = "{who} has taken this review. Nothing was inserted."


def insert(
    session: Session, review: Review, words: Words, step: Step, browser: Browser, consent: Consent
) -> Posting | Hindered:
    """Take the review, held by the caller, and make the posting of ``words``; or say what is in the way."""
    if hindered := hindrance(session, review, words, step, consent):
        return hindered
    take(session, review, step, again=True, over=consent.over)
    branch = branch_of(session, review)
    posting = begin(
        session, review.id or 0, branch.id if branch else None, words.used, step.who.name, step.at
    )
    text = None if posting.state in _PROVED else words.text  # what was posted stays what was posted
    key = f"confirm:{step.key}"
    told = Told(browser.device, key, PostingState.SHOWN, step.at, text, ("confirmed",), browser.told)
    happened(session, posting, told, words.filled, step.at)
    return posting


def hindrance(
    session: Session, review: Review, words: Words, step: Step, consent: Consent
) -> Hindered | None:
    """What stands in the way, the gravest first."""
    used = words.used
    end = ended(session, _Named(used.pack, used.sha256.hex(), used.item), step.at)
    if end is not None:
        return withdrawn(Obstacle(end.value))
    try:
        require_answerable(review)
    except Overtaken as settled:
        return Hindered(Obstacle.SETTLED, str(settled))
    is_wanted = consent.again or owed_by(session, review) is not None  # a case is to be reported back
    stands = None if is_wanted else answered(session, [review]).get(review.id)
    if stands:
        return Hindered(Obstacle.ANSWERED, REPLIED, stands.text, stands.at)
    if review.claimed_as is not None and not consent.over and not is_with(review, step.who):
        return Hindered(Obstacle.HELD, TAKEN.format(who=review.claimed_as), by=review.claimed_as)
    return None


def withdrawn(obstacle: Obstacle) -> Hindered:
    """The words have ended."""
    said: Mapping[Obstacle, str] = {Obstacle.RECALLED: WITHDRAWN, Obstacle.EXPIRED: RUN_OUT}
    return Hindered(obstacle, said[obstacle])
