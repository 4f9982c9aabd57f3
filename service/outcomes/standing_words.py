"""Recalled words as the rows tell of them: where they stand or stood, and what could stand there instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.approval.given import words_for
from service.approval.instead import instead
from service.approval.recalls import recalled_given, recalled_items
from service.approval.versions import approved_packs
from service.models import Branch, Review
from service.outcomes.postings import used_by
from service.outcomes.put_right import GivenWords, Place, PublicReply, Words, places
from service.replies.sweep import Standing
from service.replies.triage import Triage

Heard = tuple[Review, Branch, Standing]


@dataclass(frozen=True, slots=True)
class StandingWords:
    """One place of recalled words; ``instead`` is None where nothing approved fits yet."""

    place: Place
    instead: str | None


def all_recalled(session: Session, name: str | None = None) -> list[Words | GivenWords]:
    """Everything that was recalled: items of the pack ``name`` or of all, and words given for one review."""
    given = [
        GivenWords(asked.review_id, asked.number, asked.text or "", why)
        for asked, why in recalled_given(session, name)
    ]
    return [*(Words(*one) for one in recalled_items(session, name)), *given]


def standing_words(
    session: Session, heard: Iterable[Heard], now: datetime, name: str | None = None
) -> Iterator[StandingWords]:
    """Each of the replies ``heard`` that carries recalled words, of the pack ``name`` or of all.

    ``heard`` is read only where something was recalled.
    """
    recalled = all_recalled(session, name)
    if not recalled:
        return
    rows: dict[int, tuple[Review, Branch]] = {}
    packs = approved_packs(session, now)

    def replies() -> Iterator[PublicReply]:
        for review, branch, one in heard:
            rows[review.id or 0] = (review, branch)
            link = one.link or ""
            yield PublicReply(review.id or 0, branch, one.site, link, one.author, one.reply, one.is_now)

    for place in places(replies(), recalled, used_by(session)):
        review, branch = rows[place.reply.review]
        if review.triage is None:
            yield StandingWords(place, None)
            continue
        words, judged = words_for(session, review, now), Triage.from_json(review.triage)
        yield StandingWords(place, instead(review, judged, branch, place.reply.site, packs, now, words))
