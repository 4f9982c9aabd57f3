"""What could be answered to one review: approved replies alone, the same the alert carried, or why none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.alerts.offers import About, Offers, Placed, own_words, step_of
from service.alerts.recent import recent_replies
from service.approval.versions import approved_packs
from service.models import Branch, Listing, Review
from service.outcomes.cases import case_of
from service.replies.case import Case
from service.replies.choosing import Standing
from service.replies.due import zone
from service.replies.filling import Filled
from service.replies.fit import Misfit, Stage
from service.replies.own_words import as_filled, is_for_one_review, name_of, setting_of
from service.replies.policy import Setting
from service.replies.renewed import renewed
from service.replies.triage import Triage
from service.replies.variants import Uses
from service.sites.registry import rules_of
from service.web.phrases import N_, gettext
from service.web.shown import Piece, pieces
from service.web.words import sentence

NOT_JUDGED = N_("The review was not judged yet, so nothing is suggested.")
ANSWERED = N_("It is answered already; the reply stands on the site.")
GONE = N_("It is no longer on the site, so there is nothing to answer.")


@dataclass(frozen=True, slots=True)
class Reply:
    """One suggestion as its page shows it; ``shape`` is that of CONTRACTS §8.7."""

    shape: dict[str, Any]
    pieces: tuple[Piece, ...]

    @property
    def is_own(self) -> bool:
        """Whether it was approved for this review alone."""
        return is_for_one_review(self.shape["pack"])


@dataclass(frozen=True, slots=True)
class Answer:
    """Replies, best first; where there is none, ``none_because`` is a sentence that says why.

    ``settled`` says that none is needed, ``reports_back`` that they tell how a case ended.
    """

    replies: tuple[Reply, ...] = ()
    none_because: str = ""
    settled: bool = False
    reports_back: bool = False


def answer_for(
    session: Session, review: Review, listing: Listing, branch: Branch | None, now: datetime
) -> Answer:
    """What could be answered to ``review`` now."""
    if review.removed_at is not None:
        return Answer(none_because=gettext(GONE), settled=True)
    case = case_of(session, review.id or 0)
    owed = case is not None and case.is_owed
    if review.reply_text is not None and not owed:
        return Answer(none_because=gettext(ANSWERED), settled=True)
    if review.triage is None:
        return Answer(none_because=gettext(NOT_JUDGED), reports_back=owed)
    one = Placed(review, listing, branch)
    found = Offers(session, [one], now).of(one).as_json()
    replies = tuple(_reply(shape) for shape in found["suggestions"])
    return Answer(replies, _sentence(found["none_because"] or ""), reports_back=owed)


@dataclass(frozen=True, slots=True)
class Again:
    """A wording somebody holds, as it is approved now; ``pack`` is its pack's name."""

    pack: str
    filled: Filled
    setting: Setting


def renewed_for(
    session: Session, one: About, sha256: bytes, item: str, variant: int, now: datetime
) -> Again | Misfit:
    """The wording of that name, filled for the review as it is now, or why it may not answer it."""
    review, listing, facts = one.review, one.listing, one.branch or Branch(code="", name="")
    if review.triage is None:
        return Misfit(Stage.HELD, lambda: gettext("was chosen before the review was judged"))
    day = now.astimezone(zone(facts.tz)).date()
    offline = case_of(session, review.id or 0)
    case = Case(review, Triage.from_json(review.triage), facts, listing.site, day, step_of(offline))
    recent = recent_replies(session, review, listing, one.branch, now)
    standing = Standing(rules_of(listing.site), Uses(), recent, now)
    own = own_words(session, review, offline, now)
    if own and (bytes.fromhex(own.sha256), own.seen) == (sha256, item):
        setting = setting_of(review, facts, listing.site, standing.rules, case.triage.language, recent)
        return Again(name_of(own.review), as_filled(own.text), setting)
    packs = approved_packs(session, now)
    found = renewed(packs, sha256, item, variant, case, standing)
    if isinstance(found, Misfit):
        return found
    name = next(approved.pack.name for approved in packs if approved.pack.sha256 == sha256)
    return Again(name, found.filled, found.setting)


def _reply(shape: dict[str, Any]) -> Reply:
    return Reply(shape, tuple(pieces(shape["text"], shape["spans"], shape["blanks"])))


def _sentence(phrase: str) -> str:
    return sentence(phrase) if phrase else ""
