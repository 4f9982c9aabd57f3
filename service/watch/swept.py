"""Every owner's reply that was ever heard, with the approved words that could stand there instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session

from service.approval.instead import instead
from service.approval.versions import approved_packs
from service.replies.sweep import Standing
from service.replies.triage import triage
from service.watch.standing import replies_heard


def replies_to_sweep(
    session: Session, now: datetime, where: ColumnElement[bool] | None = None
) -> Iterator[Standing]:
    """Each reply once, by branch and review; ``where`` is a condition on the branch."""
    packs = approved_packs(session, now)
    for review, branch, one in replies_heard(session, where):
        if not packs:
            yield one
            continue
        judged = triage(review, branch.language, vertical=branch.vertical)
        yield replace(one, instead=instead(review, judged, branch, one.site, packs, now))
