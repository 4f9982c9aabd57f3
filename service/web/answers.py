"""What could be answered to one review: approved replies alone, the same the alert carried, or why none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from service.alerts.recent import recent_replies
from service.approval.given import words_for
from service.approval.versions import approved_packs
from service.domain import ReplyRules
from service.models import Alert, Branch, CaseFile, Listing, Review
from service.outcomes.cases import case_of
from service.replies.approved import ApprovedWords
from service.replies.choosing import Standing
from service.replies.due import zone
from service.replies.filling import Filled
from service.replies.fit import Case, Misfit, Stage
from service.replies.own_words import VALID_FOR, as_filled, is_for_one_review, name_of, setting_of
from service.replies.pack import CaseStep
from service.replies.policy import Setting
from service.replies.renewed import renewed
from service.replies.suggest import suggest
from service.replies.triage import Triage
from service.replies.variants import Use
from service.sites.registry import site_named
from service.web.opened import Opened
from service.web.shown import Piece, pieces

REMEMBERED = 200  # the branch's last offers: enough to turn through every item's variants

NOT_JUDGED = "The review was not judged yet, so nothing is suggested."
ANSWERED = "It is answered already; the reply stands on the site."
GONE = "It is no longer on the site, so there is nothing to answer."


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
        return Answer(none_because=GONE, settled=True)
    case = case_of(session, review.id or 0)
    owed = case is not None and case.is_owed
    if review.reply_text is not None and not owed:
        return Answer(none_because=ANSWERED, settled=True)
    if review.triage is None:
        return Answer(none_because=NOT_JUDGED, reports_back=owed)
    site = site_named(listing.site)
    found = suggest(
        review,
        Triage.from_json(review.triage),
        branch or Branch(code="", name=""),
        listing.site,
        approved_packs(session, now),
        history=_history(session, review, listing),
        rules=site.reply if site else ReplyRules(),
        now=now,
        step=_step(case),
        recent=recent_replies(session, review, listing, branch, now),
        words=_own_words(session, review, case, now),
    ).as_json()
    replies = tuple(_reply(shape) for shape in found["suggestions"])
    return Answer(replies, _sentence(found["none_because"] or ""), reports_back=owed)


@dataclass(frozen=True, slots=True)
class Again:
    """A wording somebody holds, as it is approved now; ``pack`` is its pack's name."""

    pack: str
    filled: Filled
    setting: Setting


def renewed_for(
    session: Session, one: Opened, sha256: bytes, item: str, variant: int, now: datetime
) -> Again | Misfit:
    """The wording of that name, filled for the review as it is now, or why it may not answer it."""
    review, listing, facts = one.review, one.listing, one.branch or Branch(code="", name="")
    if review.triage is None:
        return Misfit(Stage.HELD, "was chosen before the review was judged")
    day = now.astimezone(zone(facts.tz)).date()
    offline = case_of(session, review.id or 0)
    case = Case(review, Triage.from_json(review.triage), facts, listing.site, day, _step(offline))
    site = site_named(listing.site)
    recent = recent_replies(session, review, listing, one.branch, now)
    standing = Standing(site.reply if site else ReplyRules(), (), recent, now)
    own = _own_words(session, review, offline, now)
    if own and (bytes.fromhex(own.sha256), own.seen) == (sha256, item):
        setting = setting_of(review, facts, listing.site, standing.rules, case.triage.language, recent)
        return Again(name_of(own.review), as_filled(own.text), setting)
    packs = approved_packs(session, now)
    found = renewed(packs, sha256, item, variant, case, standing)
    if isinstance(found, Misfit):
        return found
    name = next(approved.pack.name for approved in packs if approved.pack.sha256 == sha256)
    return Again(name, found.filled, found.setting)


def _step(case: CaseFile | None) -> CaseStep | None:
    """What a reply is for now, where there is a case."""
    if case is None:
        return None
    return CaseStep.OFFLINE if case.is_running else CaseStep.RESOLVED if case.is_owed else None


def _own_words(
    session: Session, review: Review, case: CaseFile | None, now: datetime
) -> ApprovedWords | None:
    """Words given for this review; none that were given before a case ended tells how it did."""
    words = words_for(session, review, now)
    if words is None or case is None or not case.is_owed or case.ended_at is None:
        return words
    return words if words.until - VALID_FOR >= case.ended_at else None


def _reply(shape: dict[str, Any]) -> Reply:
    return Reply(shape, tuple(pieces(shape["text"], shape["spans"], shape["blanks"])))


def _history(session: Session, review: Review, listing: Listing) -> list[Use]:
    """What was offered at the branch before this review rang, so that its page says what its alert said."""
    here = col(Listing.branch_id) == listing.branch_id if listing.branch_id else col(Listing.id) == listing.id
    first = select(func.min(col(Alert.id))).where(col(Alert.review_id) == review.id).scalar_subquery()
    found = session.execute(
        select(col(Alert.posting_hint), col(Alert.created_at))
        .join(Listing, col(Listing.id) == col(Alert.listing_id))
        .where(here, col(Alert.review_id).is_not(None), func.coalesce(col(Alert.id) < first, True))
        .order_by(col(Alert.id).desc())
        .limit(REMEMBERED)
    )
    return [Use(hint["pack"], hint["item"], hint["variant"], at) for hint, at in found if hint]


def _sentence(phrase: str) -> str:
    return f"{phrase[:1].upper()}{phrase[1:]}." if phrase else ""
