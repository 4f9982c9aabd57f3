"""What a review that was just heard means for the branch: triage, whether and by when somebody must act."""

from __future__ import annotations

from datetime import datetime

from service.domain import Item
from service.models import Branch, Listing
from service.replies.answering import Expectation, expectation, policy_of
from service.replies.burst import WITHIN, burst
from service.replies.due import due
from service.replies.triage import POOR_STARS, Triage, facts_of, stars_of, triage
from service.sentences import say
from service.watch.lately import Lately, Recall
from service.watch.store import Judge, Judged

BRAND_LANGUAGE = "en"  # a listing of the whole brand has no branch to tell


def judge_for(_listing: Listing, branch: Branch | None, now: datetime, recall: Recall = Lately) -> Judge:
    """How reviews of this listing are judged, heard at ``now``; ``recall`` tells what came before, once.

    Of praise the branch's day expects so many replies, counted over all its looks. Where no reply is expected
    nothing is due. A burst of poor reviews stands among the reasons of each that is part of it.
    """
    shop = branch or Branch(code="", name="", language=BRAND_LANGUAGE)
    policy = policy_of(shop.attributes)
    before: Lately | None = None
    praised, poor = 0, list[datetime]()

    def judge(item: Item) -> Judged:
        nonlocal before, praised
        before = before or recall()
        judged = triage(item, shop.language, vertical=shop.vertical, staff=_staff(shop))
        answer = expectation(facts_of(item, judged), policy, before.praised + praised)
        praised += answer.is_capped
        if _is_poor(item):
            poor.append(_moment(item, now))
        told = burst((*before.poor_at, *poor), now) if poor and poor[-1] > now - WITHIN else None
        return _when(item, judged, answer, shop, now, told if _is_poor(item) else None)

    return judge


def _is_poor(item: Item) -> bool:
    stars = stars_of(item)
    return stars is not None and stars <= POOR_STARS


def _moment(item: Item, now: datetime) -> datetime:
    """When ``item`` was posted, or now, where its site does not say."""
    return item.posted.at if item.posted and item.posted.at else now


def _when(
    item: Item, judged: Triage, answer: Expectation, shop: Branch, now: datetime, evidence: str | None
) -> Judged:
    stored = judged.as_json() | {"answer": answer.as_json()}
    if evidence:
        stored["reasons"].append(evidence)
    if not answer.expected:
        stored["reasons"].append(say("no reply expected: %(why)s", why=answer.why))
        return Judged(stored, judged.urgency, None, None)
    when = due(judged.urgency, now, shop.tz, shop.hours, shop.holidays, item.kind)
    return Judged(stored, judged.urgency, when.claim_at, when.public_at)


def _staff(shop: Branch) -> tuple[str, ...]:
    """The names of the branch's own people, as its attribute ``staff`` lists them."""
    names = shop.attributes.get("staff")
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()
