"""What a review that was just heard means for the branch: triage, and by when somebody must act."""

from __future__ import annotations

from datetime import datetime

from service.domain import Item
from service.models import Branch, Listing
from service.replies.due import due
from service.replies.triage import triage
from service.watch.store import Judge, Judged

BRAND_LANGUAGE = "en"  # a listing of the whole brand has no branch to tell


def judge_for(_listing: Listing, branch: Branch | None, now: datetime) -> Judge:
    """How reviews of this listing are judged, heard at ``now``."""

    def judge(item: Item) -> Judged:
        judged = triage(
            item,
            branch.language if branch else BRAND_LANGUAGE,
            vertical=branch.vertical if branch else None,
            staff=_staff(branch),
        )
        when = due(
            judged.urgency,
            now,
            branch.tz if branch else "UTC",
            branch.hours if branch else (),
            branch.holidays if branch else (),
            item.kind,
        )
        return Judged(judged.as_json(), judged.urgency, when.claim_at, when.public_at)

    return judge


def _staff(branch: Branch | None) -> tuple[str, ...]:
    """The names of the branch's own people, as its attribute ``staff`` lists them."""
    names = branch.attributes.get("staff") if branch else None
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()
