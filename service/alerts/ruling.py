"""Changing the rules: what is said of them is checked here, and each change is entered in the audit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service import audit
from service.alerts.rules import Match
from service.alerts.timing import Timing
from service.db import one_at_a_time
from service.errors import AnswerRefused
from service.models import Channel
from service.models import Rule as RuleRow
from service.sentences import say

LONGEST_TITLE = 80
LOCK = "rules"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule as somebody wants it; ``to`` are channel ids."""

    title: str
    match: Match
    to: tuple[int, ...]
    timing: Timing


def add(session: Session, wanted: Wanted, by: str, now: datetime) -> int:
    """Add a rule behind all others; answers its id. Raises ``AnswerRefused``."""
    rows = _held(session)
    row = RuleRow(position=rows[-1].position + 1 if rows else 1, title="")
    _write(session, row, wanted)
    session.add(row)
    session.flush()
    _note(session, row, "added", by, now)
    return row.id or 0


def change(session: Session, rule_id: int, wanted: Wanted, by: str, now: datetime) -> None:
    """Say something else by a rule; its place stays. Raises ``AnswerRefused``."""
    row = _one(_held(session), rule_id)
    _write(session, row, wanted)
    session.flush()
    _note(session, row, "changed", by, now)


def remove(session: Session, rule_id: int, by: str, now: datetime) -> None:
    """Let a rule go; what it spoke for falls to those behind it. Raises ``AnswerRefused``."""
    row = _one(_held(session), rule_id)
    session.delete(row)
    session.flush()
    _note(session, row, "removed", by, now)


def move(session: Session, rule_id: int, by: str, now: datetime, *, earlier: bool) -> None:
    """Change places with the rule before or behind it; nothing happens at either end."""
    rows = _held(session)
    row = _one(rows, rule_id)
    place = rows.index(row) + (-1 if earlier else 1)
    if not 0 <= place < len(rows):
        return
    other = rows[place]
    mine, theirs = row.position, other.position
    row.position = min(one.position for one in rows) - 1  # positions are unique at every moment
    session.flush()
    other.position = mine
    session.flush()
    row.position = theirs
    session.flush()
    _note(session, row, "moved", by, now)


def forget_channel(session: Session, channel: int) -> None:
    """Take a channel that is gone out of every rule; one left without any reaches everybody."""
    for row in _held(session):
        row.to = [one for one in row.to if one != channel]
        if channel in (row.timing or {}).get("then", ()):
            row.timing = row.timing | {"then": [one for one in row.timing["then"] if one != channel]}
    session.flush()


def tell_beside(session: Session, channel: int, others: Collection[int], by: str, now: datetime) -> None:
    """Name ``channel`` in every rule that names one of ``others``: the same person's, who is told already."""
    for row in _held(session):
        then = list((row.timing or {}).get("then", ()))
        is_new = channel not in row.to and any(one in others for one in row.to)
        is_new_then = channel not in then and any(one in others for one in then)
        if is_new:
            row.to = [*row.to, channel]
        if is_new_then:
            row.timing = row.timing | {"then": [*then, channel]}
        if is_new or is_new_then:
            _note(session, row, "another way to the same person", by, now)
    session.flush()


def _held(session: Session) -> Sequence[RuleRow]:
    one_at_a_time(session, LOCK)
    return session.scalars(select(RuleRow).order_by(col(RuleRow.position))).all()


def _one(rows: Sequence[RuleRow], rule_id: int) -> RuleRow:
    found = next((row for row in rows if row.id == rule_id), None)
    if found is None:
        raise AnswerRefused(say("That rule is not there any more."))
    return found


def _write(session: Session, row: RuleRow, wanted: Wanted) -> None:
    title = " ".join(wanted.title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise AnswerRefused(
            say("Give the rule a name of at most %(longest_title)s characters.", longest_title=LONGEST_TITLE)
        )
    if not wanted.to:
        raise AnswerRefused(say("Choose at least one who is told."))
    named = {*wanted.to, *wanted.timing.then}
    known = set(session.scalars(select(col(Channel.id)).where(col(Channel.id).in_(named))))
    if named - known:
        raise AnswerRefused(say("One of those channels is not there any more. Choose again."))
    row.title, row.to = title, list(wanted.to)
    row.match = wanted.match.model_dump(mode="json", exclude_defaults=True)
    row.timing = wanted.timing.model_dump(mode="json", exclude_defaults=True)


def _note(session: Session, row: RuleRow, what: str, by: str, now: datetime) -> None:
    says = {"position": row.position, "match": row.match, "to": row.to, "timing": row.timing}
    audit.record(session, "rule", f"rule:{row.id}", {"what": what, "person": by, **says}, now)
