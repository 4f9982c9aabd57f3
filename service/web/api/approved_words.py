"""Approved words as an extension names them: found again for their review, or why they may not be used."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from service.approval.ended import Ended, how_ended, why_recalled
from service.errors import DeviceRefused
from service.models import Branch, Listing, Review
from service.outcomes.inserting import RUN_OUT, WITHDRAWN
from service.replies.final import Final
from service.replies.fit import Misfit
from service.replies.renewed import WITHDRAWN as WITHDRAWN_SINCE
from service.watch.carded import Stored
from service.web.answers import Again, renewed_for
from service.web.api.endpoint import Call, Refusal
from service.web.api.reviews import FindingTold, SuggestionTold, Telling
from service.web.api.shapes import Asked, Id, Whole, line

MOST_TEXT = 512 * 1024  # bytes of a request that carries one text

NOT_YOURS = "No such review is yours to answer. Nothing was inserted."
RECALLED = "These words were recalled: “{why}” Nothing was inserted."
UNFIT = "These words do not fit this review any more: the reply {why}. Nothing was inserted."


class WordsAsked(Asked):
    """Approved words, by the hash of their pack's exact bytes, and the review they are for."""

    review: Id
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    item: Annotated[str, line(80, 1)]
    variant: Annotated[int, Field(ge=1, le=1000), Whole]


class Instead(BaseModel):
    """What goes with ``recalled`` and ``expired``: what fits now, best first."""

    instead: list[SuggestionTold]


def opened(session: Session, asked: WordsAsked, hers: ColumnElement[bool]) -> Stored:
    """The review with where it stands. Raises ``DeviceRefused`` where it is none of hers."""
    row = session.execute(
        select(Review, Listing, Branch)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Review.id) == asked.review, col(Review.erased_at).is_(None), hers)
    ).one_or_none()
    if row is None:
        raise DeviceRefused("not_yours", NOT_YOURS)
    return Stored(*row)


def renewed(session: Session, call: Call, one: Stored, asked: WordsAsked) -> Again:
    """The words as they are approved now. Raises ``DeviceRefused`` with what fits instead."""
    found = renewed_for(session, one, bytes.fromhex(asked.sha256), asked.item, asked.variant, call.now)
    if not isinstance(found, Misfit):
        return found
    fits_now = instead(session, call, one)
    if found != WITHDRAWN_SINCE:
        raise DeviceRefused("expired", UNFIT.format(why=found.why), instead=fits_now)
    end = how_ended(session, bytes.fromhex(asked.sha256), asked.item, call.now)
    says = _recalled(session, asked) if end is Ended.RECALLED else RUN_OUT
    raise DeviceRefused(end.value, says, instead=fits_now)


def _recalled(session: Session, asked: WordsAsked) -> str:
    why = why_recalled(session, bytes.fromhex(asked.sha256), asked.item)
    return RECALLED.format(why=why) if why else WITHDRAWN


def instead(session: Session, call: Call, one: Stored) -> list[dict[str, Any]]:
    offered = Telling(session, call.who, [one], call.now).offered(one)
    return [suggestion.model_dump(by_alias=True) for suggestion in offered.suggestions]


def findings(final: Final) -> list[FindingTold]:
    return [FindingTold.model_validate(one.as_json()) for one in final.findings]


NOT_HERS = Refusal(403, "not_yours", "No review that its person may answer, or none at all.")
WORDS_ENDED = (
    Refusal(409, "recalled", "Somebody withdrew these words.", Instead),
    Refusal(409, "expired", "These words may not be used, or do not fit the review, any more.", Instead),
)
