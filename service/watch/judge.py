"""What a review that was just heard means for the branch: triage, whether and by when somebody must act."""

from __future__ import annotations

from datetime import datetime

from service.domain import Item
from service.models import Branch, Listing
from service.replies.answering import Expectation, expectation, policy_of
from service.replies.due import due
from service.replies.triage import Triage, facts_of, triage
from service.watch.store import Judge, Judged

BRAND_LANGUAGE = "en"  # a listing of the whole brand has no branch to tell


def judge_for(_listing: Listing, branch: Branch | None, now: datetime) -> Judge:
    """How reviews of this listing are judged, heard at ``now``.

    The day's number of praise that expects a reply is counted within one look. Where no reply is expected
    nothing is due.
    """
    shop = branch or Branch(code="", name="", language=BRAND_LANGUAGE)
    policy = policy_of(shop.attributes)
    praised = 0

    def judge(item: Item) -> Judged:
        nonlocal praised
        judged = triage(item, shop.language, vertical=shop.vertical, staff=_staff(shop))
        answer = expectation(facts_of(item, judged), policy, praised)
        praised += answer.is_capped
        return _when(item, judged, answer, shop, now)

    return judge


def _when(item: Item, judged: Triage, answer: Expectation, shop: Branch, now: datetime) -> Judged:
    stored = judged.as_json() | {"answer": answer.as_json()}
    if not answer.expected:
        stored["reasons"].append(f"no reply expected: {answer.why}")
        return Judged(stored, judged.urgency, None, None)
    when = due(judged.urgency, now, shop.tz, shop.hours, shop.holidays, item.kind)
    return Judged(stored, judged.urgency, when.claim_at, when.public_at)


def _staff(shop: Branch) -> tuple[str, ...]:
    """The names of the branch's own people, as its attribute ``staff`` lists them."""
    names = shop.attributes.get("staff")
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()
