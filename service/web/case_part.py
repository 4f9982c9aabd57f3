"""A review's case as its page shows it: how it stands, its lines for those who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.models import CaseEntry, CaseEntryKind, CaseFile, CaseOutcome, CaseState
from service.outcomes.case_steps import Place, ReportBack, how_to_report, last_word, may_follow
from service.outcomes.cases import case_of, ending, entries_of, is_restricted, place_of
from service.people.may import Act
from service.web.me import may_at
from service.web.opened import Opened


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``text`` is None where there is none, its time is over, or it is not hers to read."""

    row: CaseEntry
    text: str | None
    is_over: bool  # its words were let go


@dataclass(frozen=True, slots=True)
class CasePart:
    """The part of the page; ``file`` is None while nobody has taken the review offline."""

    file: CaseFile | None
    place: Place
    lines: tuple[Line, ...]
    restricted: bool
    may_keep: bool
    may_read: bool
    report: ReportBack | None  # of a case that has ended

    @property
    def kinds(self) -> Sequence[CaseEntryKind]:
        """What may be written down next."""
        return may_follow(CaseState(self.file.state)) if self.file else ()

    @property
    def is_last_word(self) -> bool:
        """Whether a reply posted now could never be followed by a report of the ending."""
        return self.place.rules.one_shot and not self.place.is_answered

    @property
    def last_word(self) -> str:
        """What that site is like."""
        return last_word(self.place.site)

    @property
    def how(self) -> str:
        """What a report back is on that site."""
        return how_to_report(self.place)


def case_part(session: Session, one: Opened, now: datetime) -> CasePart:
    """The case of the review, as far as whoever looks may read it.

    In health branches that is only for those who keep it: a line may say who was a patient, and what of.
    """
    file = case_of(session, one.review.id or 0)
    restricted = is_restricted(one.branch)
    may_read = not restricted or may_at(Act.CASE_NOTES, one.branch)
    rows = entries_of(session, file) if file else ()
    return CasePart(
        file=file,
        place=place_of(one.listing, one.review),
        lines=tuple(_line(row, now, may_read=may_read) for row in rows),
        restricted=restricted,
        may_keep=may_at(Act.CASE, one.branch),
        may_read=may_read,
        report=_report(session, one, file),
    )


def _line(row: CaseEntry, now: datetime, *, may_read: bool) -> Line:
    is_over = row.expires_at is not None and row.expires_at <= now
    return Line(row, row.text if may_read and not is_over else None, is_over)


def _report(session: Session, one: Opened, file: CaseFile | None) -> ReportBack | None:
    if file is None or file.outcome is None or file.ended_at is None:
        return None
    return ending(session, one.review, CaseOutcome(file.outcome), file.ended_at)
