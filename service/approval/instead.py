"""What approved words could stand in the place of others: for words recalled, and for past breaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.replies.approved import ApprovedPack, ApprovedWords
from service.replies.filling import BranchFacts
from service.replies.suggest import suggest
from service.replies.triage import Reviewed, Triage
from service.sites.registry import rules_of


def instead(
    review: Reviewed,
    judged: Triage,
    branch: BranchFacts,
    site: str,
    packs: Sequence[ApprovedPack],
    now: datetime,
    words: ApprovedWords | None = None,
) -> str | None:
    """The approved reply that fits ``review`` best now, filled in; None where none does.

    ``words`` were approved for this very review.
    """
    found = suggest(review, judged, branch, site, packs, rules=rules_of(site), now=now, words=words)
    return found.best[0].text if found.best else None
