"""The reply an alert offers: suggested from what is approved now, frozen with the version it comes from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.facts import Offer
from service.alerts.recent import recent_replies
from service.approval.given import words_for
from service.approval.versions import approved_packs
from service.models import Alert, Branch, Listing, Review
from service.replies.pack import CaseStep
from service.replies.suggest import suggest
from service.replies.suggestion import Suggestion
from service.replies.triage import Triage
from service.replies.variants import Use
from service.sentences import say
from service.sites.registry import rules_of

REMEMBERED = 200  # the branch's last offers: enough to turn through every item's variants

NOT_JUDGED = say("The review was not judged, so nothing was suggested.")


def offer_for(
    session: Session,
    review: Review,
    listing: Listing,
    branch: Branch | None,
    now: datetime,
    step: CaseStep | None = None,
) -> tuple[Offer | None, str]:
    """The best approved reply, or None and a sentence that says why there is none; ``step`` is a case's."""
    if review.triage is None:
        return None, NOT_JUDGED
    packs = approved_packs(session, now)
    found = suggest(
        review,
        Triage.from_json(review.triage),
        branch or Branch(code="", name=""),
        listing.site,
        packs,
        history=_history(session, listing),
        rules=rules_of(listing.site),
        now=now,
        step=step,
        recent=recent_replies(session, review, listing, branch, now),
        words=words_for(session, review, now) if step is None else None,
    )
    if not found.best:
        return None, found.none_because or ""
    last_days = {approved.pack.sha256.hex(): approved.pack.until for approved in packs}
    best = found.best[0]
    return _frozen(best).model_copy(update={"until": last_days.get(best.sha256)}), ""


def posting_hint(offer: Offer) -> dict[str, object]:
    """What names the words an alert carried, for whoever must be told when they are recalled."""
    return offer.model_dump(include={"pack", "serial", "sha256", "item", "variant"})


def _frozen(suggestion: Suggestion) -> Offer:
    shape = suggestion.as_json()
    return Offer.model_validate(shape | {"reply_class": shape["class"]})


def _history(session: Session, listing: Listing) -> list[Use]:
    """What was offered at the same branch lately, newest first."""
    here = col(Listing.branch_id) == listing.branch_id if listing.branch_id else col(Listing.id) == listing.id
    found = session.execute(
        select(col(Alert.posting_hint), col(Alert.created_at))
        .join(Listing, col(Listing.id) == col(Alert.listing_id))
        .where(here, col(Alert.review_id).is_not(None))
        .order_by(col(Alert.id).desc())
        .limit(REMEMBERED)
    )
    return [Use(hint["pack"], hint["item"], hint["variant"], at) for hint, at in found if hint]
