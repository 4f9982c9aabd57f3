"""What an alert tells, frozen at the moment it was rung: stored with the alert, composed when it is sent.

An alert waits, is tried again, and goes to channels of several kinds; what it says must not change meanwhile,
and must not need the review again. For a branch that keeps silent about patients nothing of the review is
frozen, so nothing of it can be told.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator

from service.domain import EventKind, Health, Kind, Outcome, ReplyClass, Route, Scale, Urgency
from service.sentences import read, written

Said = Annotated[str, PlainValidator(read), PlainSerializer(written, return_type=Any)]
"""A sentence of ours, kept so that each reader can be told it in her own language."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Place(_Frozen):
    """Where it happened. ``discreet`` branches are told no more than that a review waits."""

    listing_id: int
    listing_url: str
    site: str  # as people call it: "Google Maps"; a feed by its title
    hears: str = "review"  # what is heard there, in one word: "review" or "mention"
    branch: str | None = None  # None: the listing is the whole brand's
    city: str | None = None
    tz: str = "UTC"
    discreet: bool = False


class ReviewFacts(_Frozen):
    """One review, as it stood. ``posted`` is the date as the site showed it."""

    id: int
    kind: Kind = Kind.REVIEW
    scale: Scale = Scale.STARS5
    rating: float | None = None
    best: float | None = None
    recommends: bool | None = None
    author: str | None = None
    title: str | None = None
    text: str | None = None
    text_complete: bool = True
    posted: str | None = None
    permalink: str | None = None
    answered: bool = False
    proven: bool = True  # False: only mails tell of it, and none is surely the site's
    judged: bool = True  # False: nobody has looked for what must be held; nothing found is not the same


class Span(_Frozen):
    """A stretch of a reply: ``kind`` is locked, placeholder or blank; offsets count code points."""

    kind: str
    start: int
    end: int
    name: str | None = None


class Blank(_Frozen):
    """What only the person can fill in: up to ``max`` characters to the eye, or one of ``choices``."""

    name: str
    hint: str
    max: int
    empty: bool = False
    forbid: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


class Offer(_Frozen):
    """An approved reply for this review (CONTRACTS §8.7), and the version it comes from."""

    pack: str
    serial: int
    sha256: str
    item: str
    variant: int
    text: str
    reply_class: ReplyClass
    spans: tuple[Span, ...] = ()
    blanks: tuple[Blank, ...] = ()
    reasons: tuple[Said, ...] = ()
    until: date | None = None  # the last day on which it may be used, in the branch's own zone


class Baseline(_Frozen):
    """A listing's past: how many reviews were heard, how many of the last 30 days wait, and some of those.

    ``route`` is how they came: a page is watched from then on, a file is brought in once.
    """

    heard: int
    waiting: int
    route: Route = Route.PAGE
    shown: tuple[ReviewFacts, ...] = ()


class SourceFacts(_Frozen):
    """How one way of hearing is doing, and how it did before."""

    route: Route
    health: Health
    was: Health | None = None
    outcome: Outcome | None = None
    last_ok_at: datetime | None = None


class PackFacts(_Frozen):
    """One version of a pack that waits for signatures, or was sent back; ``why`` is there for the latter."""

    name: str
    serial: int
    sha256: str
    person: str
    needs: Said | None = None
    why: str | None = None


class AskedFacts(_Frozen):
    """Words asked for one review: who asked, what she would say, and what became of it.

    ``needs`` is what still must be signed; ``refused_why`` is there where nobody gave words.
    """

    number: int
    person: str
    draft: str | None = None
    needs: Said | None = None
    refused_why: str | None = None


class DigestLine(_Frozen):
    """One message in a digest: what its subject was, and where it opens."""

    subject: Said
    urgency: Urgency
    at: datetime
    url: str | None = None


class Week(_Frozen):
    """A week in figures: a silence is peace only where everything was heard."""

    new: int
    waiting: int
    overdue: int
    watched: int
    unheard: int
    offline: int = 0  # cases that run
    unreported: int = 0  # report backs that are overdue


class DigestFacts(_Frozen):
    """What one digest gathers: ``alerts`` by number, their ``lines`` filled in when it is composed.

    So nothing of a review is kept here that its erasing would miss. ``head`` is the audit's: whoever holds it
    can tell later whether anything before it was cut off.
    """

    when: str  # "daily" or "weekly"
    alerts: tuple[int, ...] = ()
    lines: tuple[DigestLine, ...] = ()
    week: Week | None = None
    head: str | None = None


class Facts(_Frozen):
    """All that one alert tells. ``subject`` stays the same for all alerts of one review.

    ``thread`` is the stem (``keys.stem``) of the first alert of the same review, None where this is the
    first. ``no_offer`` says in one sentence why there is no reply to offer. ``days`` and ``usual_days`` are
    a silence and what is usual. ``told_because`` says for the desk why these people were told. ``not_for``
    are people who are never told of it, because it names them. ``unclaimed_since`` is there where it is told
    once more: by then somebody should have taken it. What is ``sealed`` goes to whoever the review names,
    since nobody else can be told: it says nothing of it and leads to the desk's door alone.
    """

    kind: EventKind
    at: datetime
    urgency: Urgency
    subject: Said
    thread: str | None = None
    place: Place | None = None
    due_at: datetime | None = None
    why: tuple[Said, ...] = ()
    review: ReviewFacts | None = None
    changed: tuple[str, ...] = ()  # of an edited review: "text", "rating" …
    recalled: str | None = None  # why the words of an earlier alert were withdrawn
    offer: Offer | None = None
    no_offer: Said = ""
    baseline: Baseline | None = None
    source: SourceFacts | None = None
    pack: PackFacts | None = None
    asked: AskedFacts | None = None
    feed_of: str | None = None  # the brand whose pack feed the alarm is about
    evidence: tuple[Said, ...] = ()
    days: float | None = None
    usual_days: float | None = None
    told_because: Said = ""
    not_for: tuple[int, ...] = ()
    unclaimed_since: datetime | None = None
    sealed: bool = False
    digest: DigestFacts | None = None
