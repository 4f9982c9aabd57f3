"""The reply an alert offers: suggested from what is approved now, frozen with the version it comes from."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.alerts.facts import Offer
from service.alerts.offers import Offers, Placed
from service.models import Branch, Listing, Review
from service.replies.suggestion import Suggestion
from service.sentences import say

NOT_JUDGED = say("The review was not judged, so nothing was suggested.")


def offer_for(
    session: Session, review: Review, listing: Listing, branch: Branch | None, now: datetime
) -> tuple[Offer | None, str]:
    """The best approved reply, the same that the desk shows, or None and a sentence that says why not."""
    if review.triage is None:
        return None, NOT_JUDGED
    one = Placed(review, listing, branch)
    offers = Offers(session, [one], now)
    found = offers.of(one)
    if not found.best:
        return None, found.none_because or ""
    best = found.best[0]
    return _frozen(best).model_copy(update={"until": offers.until(best.sha256)}), ""


def posting_hint(offer: Offer) -> dict[str, object]:
    """What names the words an alert carried, for whoever must be told when they are recalled."""
    return offer.model_dump(include={"pack", "serial", "sha256", "item", "variant"})


def _frozen(suggestion: Suggestion) -> Offer:
    shape = suggestion.as_json()
    return Offer.model_validate(shape | {"reply_class": shape["class"]})
