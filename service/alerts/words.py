"""The words an alert uses for figures, times and places. Pure; times are told in the branch's own zone."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from service.alerts.facts import Place, ReviewFacts
from service.alerts.neutral import link, one_line
from service.domain import Kind, Scale, Urgency
from service.replies.called import called
from service.replies.due import zone
from service.sentences import Language, Sentence, say, say_many

URGENCY = {
    Urgency.HELD: say("Held: only the people named for it answer, with a holding reply"),
    Urgency.HIGH: say("Urgent"),
    Urgency.NORMAL: say("Soon"),
    Urgency.LOW: say("No hurry"),
}


def verdict(review: ReviewFacts) -> str:
    """The review's own scale in words: "2 of 5 stars", "does not recommend", "complaint", "mention"."""
    if review.scale is Scale.RECOMMEND and review.recommends is not None:
        return say("recommends") if review.recommends else say("does not recommend")
    if review.scale is Scale.STARS5 and review.rating is not None:
        return say("%(rating)s of %(best)s stars", rating=float(review.rating), best=float(review.best or 5))
    if review.scale is Scale.POINTS10 and review.rating is not None:
        best = float(review.best or 10)
        return say("%(rating)s of %(best)s points", rating=float(review.rating), best=best)
    return called(review.kind.value)


def is_mention(review: ReviewFacts) -> bool:
    """Whether it stands in somebody's article and not on a review site."""
    return review.kind is Kind.MENTION


def noun(review: ReviewFacts) -> str:
    """What it is: a mention is never called a review."""
    return called("mention" if is_mention(review) else "review")


def author(review: ReviewFacts) -> str:
    """The name as shown, on one line, or that there is none."""
    nobody = say("an article") if is_mention(review) else say("somebody without a name")
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


class Moment(Sentence):
    """A moment on one clock; ``pattern`` is a phrase in the letters of the Unicode locale data."""

    __slots__ = ("_local", "_pattern")

    _local: datetime
    _pattern: str

    @classmethod
    def on(cls, local: datetime, english: str, pattern: str) -> Moment:
        """``local`` as ``english`` says it."""
        made = cls(english)
        made._local, made._pattern = local, pattern
        return made

    def in_language(self, language: Language) -> str:
        """As the base class."""
        return language.moment(self._local, language.phrase(self._pattern))


def and_more(n: int) -> Sentence:
    """How many are not shown here."""
    return say_many("And %(n)s more at the desk.", "And %(n)s more at the desk.", n)


def moment(at: datetime, tz: str) -> Sentence:
    """``Monday 23 November, 17:00 (Europe/London)``."""
    own = zone(tz)
    local = at.astimezone(own)
    english = f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
    told = Moment.on(local, english, say("EEEE d MMMM, HH:mm"))
    return say("%(moment)s (%(zone)s)", moment=told, zone=own.key)


def short_moment(at: datetime, tz: str) -> Sentence:
    """``Mon 23 Nov 17:00``."""
    local = at.astimezone(zone(tz))
    return Moment.on(local, f"{local:%a} {local.day} {local:%b} {local:%H:%M}", say("EEE d MMM HH:mm"))
