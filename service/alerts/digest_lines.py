"""The lines of a digest, read from the alerts it gathered at the moment it is composed.

They are kept with those alerts alone, where erasing a review finds them.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.facts import DigestLine, Facts
from service.domain import Urgency
from service.models import Alert, Review

Opens = Callable[[Alert], str | None]


def nowhere(_alert: Alert) -> None:
    """No link."""


def with_lines(session: Session, facts: Facts, opens: Opens = nowhere) -> Facts:
    """``facts`` with the lines of its digest filled in; ``opens`` answers where each leads."""
    if facts.digest is None:
        return facts
    rows = session.execute(
        select(Alert, col(Review.erased_at))
        .outerjoin(Review, col(Review.id) == col(Alert.review_id))
        .where(col(Alert.id).in_(facts.digest.alerts))
        .order_by(col(Alert.id))
    ).all()
    lines = [_line(alert, opens) for alert, erased in rows if erased is None]
    lines.sort(key=lambda one: one.urgency.rank)
    return facts.model_copy(update={"digest": facts.digest.model_copy(update={"lines": tuple(lines)})})


def _line(alert: Alert, opens: Opens) -> DigestLine:
    told = Facts.model_validate(alert.body)
    return DigestLine(
        subject=told.subject, urgency=Urgency(alert.urgency), at=alert.created_at, url=opens(alert)
    )
