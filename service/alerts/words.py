"""The words an alert uses for figures, times and places. Pure; times are told in the branch's own zone."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from service.alerts.facts import Place, ReviewFacts
from service.alerts.neutral import link, one_line
from service.domain import Kind, Scale, Urgency
from service.replies.due import zone

URGENCY = {
    Urgency.HELD: "Held: only the people named for it answer, with a holding reply",
    Urgency.HIGH: "Urgent",
    Urgency.NORMAL: "Soon",
    Urgency.LOW: "No hurry",
}


def verdict(review: ReviewFacts) -> str:
    """The review's own scale in words: "2 of 5 stars", "does not recommend", "complaint", "mention"."""
    if review.scale is Scale.RECOMMEND and review.recommends is not None:
        return "recommends" if review.recommends else "does not recommend"
    if review.scale in (Scale.STARS5, Scale.POINTS10) and review.rating is not None:
        unit, best = ("stars", 5) if review.scale is Scale.STARS5 else ("points", 10)
        return f"{review.rating:g} of {review.best or best:g} {unit}"
    return {Kind.RECOMMENDATION: "recommendation"}.get(review.kind, review.kind.value)


def is_mention(review: ReviewFacts) -> bool:
    """Whether it stands in somebody's article and not on a review site."""
    return review.kind is Kind.MENTION


def noun(review: ReviewFacts) -> str:
    """What it is: a mention is never called a review."""
    return "mention" if is_mention(review) else "review"


def author(review: ReviewFacts) -> str:
    """The name as shown, on one line, or that there is none."""
    nobody = "an article" if is_mention(review) else "somebody without a name"
    return one_line(review.author or "", 60) or nobody


def spot(place: Place | None, review: ReviewFacts) -> str | None:
    """Where it stands: the site, or the host of the article."""
    if is_mention(review) and (there := link(review.permalink)):
        return one_line(urlsplit(there).hostname or "", 60).removeprefix("www.")
    return place.site if place else None


def where(place: Place | None) -> str:
    """The branch, else the site."""
    if place is None:
        return "Shopbell"
    return one_line(place.branch or place.site, 80)


def moment(at: datetime, tz: str) -> str:
    """``Monday 23 November, 17:00 (Europe/London)``."""
    own = zone(tz)
    local = at.astimezone(own)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M} ({own.key})"


def short_moment(at: datetime, tz: str) -> str:
    """``Mon 23 Nov 17:00``."""
    local = at.astimezone(zone(tz))
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


def count(n: int, one: str, many: str | None = None) -> str:
    """``1 review``, ``2,000 reviews``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
