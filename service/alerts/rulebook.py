"""The rules as they are stored."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.rules import Rule, read_match
from service.alerts.timing import read_timing
from service.models import Rule as RuleRow


def stored_rules(session: Session) -> list[Rule]:
    """The rules in order of position; one that cannot be read speaks for nothing, so others decide."""
    rows = session.scalars(select(RuleRow).order_by(col(RuleRow.position)))
    return [rule for row in rows if (rule := _read(row)) is not None]


def numbered_rules(session: Session) -> list[tuple[int, Rule]]:
    """The same with each row's id, for whoever changes them."""
    rows = session.scalars(select(RuleRow).order_by(col(RuleRow.position)))
    return [(row.id or 0, rule) for row in rows if (rule := _read(row)) is not None]


def unreadable_rules(session: Session) -> list[RuleRow]:
    """Rules that decide nothing because they cannot be read: to be shown, and mended."""
    return [row for row in session.scalars(select(RuleRow)) if _read(row) is None]


def _read(row: RuleRow) -> Rule | None:
    try:
        match = read_match(row.match)
        to = tuple(int(channel) for channel in row.to)
        timing = read_timing(row.timing or {})
    except (ValueError, TypeError):
        return None
    return Rule(row.position, row.title, match, to, timing)
