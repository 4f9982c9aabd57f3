"""The nouns everybody shares: what a look read, and what came of it.

Standard library only. Everything here is frozen; an absent fact is ``None``, never ``""`` or ``0``.
Times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Route(StrEnum):
    """How something was heard, best first: a later one never overwrites an earlier one's fact."""

    API = "api"
    CAPTURE = "capture"
    PAGE = "page"
    FEED = "feed"
    MAIL = "mail"
    HAND = "hand"

    @property
    def rank(self) -> int:
        """0 is the most trusted."""
        return list(Route).index(self)

    @property
    def sees_the_present(self) -> bool:
        """True where the route shows what stands there now; a mail, a feed or a file shows a moment."""
        return self in (Route.API, Route.CAPTURE, Route.PAGE)

    @property
    def is_our_look(self) -> bool:
        """True where we went and looked; a capture, a mail or a file comes of itself, whenever it does."""
        return self in (Route.API, Route.PAGE, Route.FEED)


class Kind(StrEnum):
    """What sort of words these are."""

    REVIEW = "review"
    RECOMMENDATION = "recommendation"
    COMPLAINT = "complaint"
    MENTION = "mention"


class Scale(StrEnum):
    """The site's own scale; a yes or no is never turned into stars."""

    STARS5 = "stars5"
    POINTS10 = "points10"
    RECOMMEND = "recommend"
    NONE = "none"


class Precision(StrEnum):
    """How exactly a moment is known, best first."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RELATIVE = "relative"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 is the most exact."""
        return list(Precision).index(self)


class Outcome(StrEnum):
    """What one look came to; every look ends in exactly one."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    WALLED = "walled"
    SIGNED_OUT = "signed_out"
    CHANGED_SHAPE = "changed_shape"
    NOT_A_LISTING = "not_a_listing"
    GONE = "gone"
    LIMITED = "limited"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class Health(StrEnum):
    """How one way of hearing one listing is doing."""

    OK = "ok"
    NO_NEWS = "no_news"
    WALLED = "walled"
    LAYOUT = "layout"
    UNREACHABLE = "unreachable"
    OUR_ERROR = "our_error"
    NEVER = "never"


class ChangeKind(StrEnum):
    """What happened to a review, or to a listing's facts, between two looks."""

    NEW = "new"
    EDITED = "edited"
    REMOVED = "removed"
    RESTORED = "restored"
    REPLIED = "replied"
    REPLY_EDITED = "reply_edited"
    REPLY_VANISHED = "reply_vanished"
    FACTS_DRIFTED = "facts_drifted"


class EventKind(StrEnum):
    """What an event row tells its consumers; the first eight are the changes of a look.

    Subjects and payloads: a change is ``review:<id>`` with ``{"change", "content"}`` (``facts_drifted``
    is ``listing:<id>`` with ``{"field", "was", "now"}``); ``baseline`` is ``listing:<id>`` with
    ``{"heard", "unanswered": [review ids]}``; ``health`` is ``listing:<id>`` with ``{"route", "health",
    "outcome", "evidence", "was"}``; ``silence`` with ``{"days", "usual_days"}``; ``alarm`` (about us, not
    about customers; ``installation:1`` where mails cannot be read) with ``{"evidence"}``; ``twins`` with
    ``{"route", "candidates": [review ids], "why"}``; what was read is in the ``question`` row that is
    written with it; ``recalled`` is ``pack:<name>`` with ``{"pack", "item", "up_to_serial", "reason"}``;
    ``submitted`` and ``sent_back`` are ``pack:<name>`` with ``{"pack", "serial", "sha256", "person",
    "needs", "why"}``; ``words_asked`` and ``words_answered`` are ``review:<id>`` with ``{"asked",
    "number", "person", "needs"}``: the words are in the ``asked_words`` row. An alarm of a pack feed is
    ``pack_feed:<id>`` with ``{"what", "feed_of", "evidence"}``. ``report_back`` is ``review:<id>`` with
    ``{"case", "due", "holder": person id or None}``. A ``digest`` is ``channel:<id>``, and is written
    together with its alert. What only others are told of (``hooks``): ``claimed`` is ``review:<id>`` with
    ``{"person"}``, ``reply_submitted`` and ``seen_in_public`` with ``{"posting", "signs"}``;
    ``pack_approved`` is ``pack:<name>`` with ``{"pack", "serial", "sha256"}``.
    """

    NEW = "new"
    EDITED = "edited"
    REMOVED = "removed"
    RESTORED = "restored"
    REPLIED = "replied"
    REPLY_EDITED = "reply_edited"
    REPLY_VANISHED = "reply_vanished"
    FACTS_DRIFTED = "facts_drifted"
    BASELINE = "baseline"
    HEALTH = "health"
    SILENCE = "silence"
    ALARM = "alarm"
    TWINS = "twins"
    RECALLED = "recalled"
    SUBMITTED = "submitted"  # a pack waits for those who sign
    SENT_BACK = "sent_back"
    WORDS_ASKED = "words_asked"  # a review waits for words of its own
    WORDS_ANSWERED = "words_answered"
    REPORT_BACK = "report_back"  # a settled case was not reported back in public in time
    CLAIMED = "claimed"
    REPLY_SUBMITTED = "reply_submitted"  # a person says that it is posted
    SEEN_IN_PUBLIC = "seen_in_public"
    PACK_APPROVED = "pack_approved"
    DIGEST = "digest"  # what was gathered for one channel
    TEST = "test"  # never a row: what trying a channel sends


class ReviewState(StrEnum):
    """What has been proved of a review's answer; never what is hoped."""

    NEW = "new"
    SEEN = "seen"
    CLAIMED = "claimed"
    INSERTED = "inserted"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    REJECTED = "rejected"
    VANISHED = "vanished"
    CLOSED = "closed"


class Role(StrEnum):
    """What a person is here. What each may do stands in ``people.may``."""

    ALERT_ONLY = "alert_only"
    VIEWER = "viewer"
    BRANCH = "branch"
    AREA = "area"
    APPROVER = "approver"
    ADMIN = "admin"
    LEGAL = "legal"


class ScopeKind(StrEnum):
    """Where a role counts: everywhere, or for one brand, region or branch."""

    ALL = "all"
    BRAND = "brand"
    REGION = "region"
    BRANCH = "branch"


class Urgency(StrEnum):
    """How soon a person must act, most urgent first."""

    HELD = "held"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return list(Urgency).index(self)


class Flag(StrEnum):
    """Something in a review that a named person must know; see ``HELD_FLAGS``."""

    SAFETY = "safety"
    INJURY = "injury"
    ILLNESS = "illness"
    LEGAL = "legal"
    DISCRIMINATION = "discrimination"
    PRIVACY = "privacy"
    MINOR = "minor"
    EXTORTION = "extortion"
    PRESS = "press"
    STAFF_NAMED = "staff_named"
    WRONG_BUSINESS = "wrong_business"
    QUESTION = "question"
    PRAISE = "praise"
    SPAM = "spam"
    TROLL = "troll"


HELD_FLAGS = frozenset(
    {
        Flag.SAFETY,
        Flag.INJURY,
        Flag.ILLNESS,
        Flag.LEGAL,
        Flag.DISCRIMINATION,
        Flag.PRIVACY,
        Flag.MINOR,
        Flag.EXTORTION,
    }
)
"""Flags that allow nothing but an approved holding reply."""

HEALTH_VERTICALS = frozenset({"dental", "health", "medical"})
"""Verticals whose branches never confirm who their patients are, in a reply or in an alert."""


class Topic(StrEnum):
    """What a review speaks of."""

    WAIT = "wait"
    STAFF = "staff"
    SERVICE = "service"
    FOOD = "food"
    DRINKS = "drinks"
    PRICE = "price"
    CLEANLINESS = "cleanliness"
    AMBIENCE = "ambience"
    NOISE = "noise"
    BOOKING = "booking"
    BILLING = "billing"
    DELIVERY = "delivery"
    PARKING = "parking"
    LOCATION = "location"
    SELECTION = "selection"
    QUALITY = "quality"
    COMMUNICATION = "communication"
    PUNCTUALITY = "punctuality"
    RETURNS = "returns"
    ROOM = "room"
    FACILITIES = "facilities"
    ACCESS = "access"


class ReplyClass(StrEnum):
    """How far a final text stands from the approved one; computed on the server alone."""

    VERBATIM = "verbatim"
    WITHIN_BOUNDS = "within_bounds"
    OFF_PACK = "off_pack"


class Proof(StrEnum):
    """What is known of where a message really came from."""

    PROVEN = "proven"  # our own receiver checked the site's signature
    UNPROVEN = "unproven"  # it says so itself, and nothing else does
    NONE = "none"  # nobody asks: a person brought it herself


class CoverageKind(StrEnum):
    """Which part of a listing's reviews a look is able to speak for."""

    ALL = "all"
    SINCE = "since"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a site showed it.

    ``at`` is aware UTC: the instant for ``SECOND``, midnight UTC of the first day it may mean for ``DAY``,
    ``MONTH`` and ``YEAR``, an estimate for ``RELATIVE``, and ``None`` where it cannot be known.
    """

    shown: str
    at: datetime | None
    precision: Precision


OWN_VIEW = "own view"
"""The state of a reply that only the owner's own pages show: it was posted, and proves nothing in public."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The owner's public answer."""

    text: str
    text_complete: bool = True
    at: Moment | None = None
    state: str | None = None  # "pending", "rejected" or "approved", where the site says so; or ``OWN_VIEW``


@dataclass(frozen=True, slots=True)
class Item:
    """One review, recommendation, complaint or mention as one look read it.

    ``ids`` are ``(id kind, value)`` pairs such as ``("yelp", "x1Y…")`` or ``("google.maps", "Ch…")``;
    equal pairs on one site are the same review.
    """

    ids: tuple[tuple[str, str], ...] = ()
    kind: Kind = Kind.REVIEW
    scale: Scale = Scale.STARS5
    rating: Decimal | None = None
    best: Decimal | None = None
    recommends: bool | None = None
    author: str | None = None
    title: str | None = None
    text: str | None = None
    text_complete: bool = True
    translated: bool = False  # the site marked the text as its own machine translation
    language: str | None = None
    posted: Moment | None = None
    edited: Moment | None = None
    reply: Reply | None = None
    permalink: str | None = None
    syndicated_from: str | None = None
    keep_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Business:
    """The listing's own facts, as shown."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a look can speak for: all reviews, all since a moment, or only those it shows."""

    kind: CoverageKind
    since: datetime | None = None

    def __post_init__(self) -> None:
        if (self.kind is CoverageKind.SINCE) != (self.since is not None):
            raise ValueError("a coverage has a moment exactly when it is 'since'")

    def __str__(self) -> str:
        if self.since is None:
            return self.kind.value
        return f"since({self.since:%Y-%m-%dT%H:%M:%SZ})"

    def covers(self, at: datetime | None) -> bool:
        """Whether a review posted at ``at`` would have been seen if it were still there."""
        if self.kind is CoverageKind.ALL:
            return True
        return self.since is not None and at is not None and at >= self.since


ALL = Coverage(CoverageKind.ALL)
PARTIAL = Coverage(CoverageKind.PARTIAL)


@dataclass(frozen=True, slots=True)
class Observation:
    """All that one look read of one listing.

    ``rating`` and ``best`` are the site's own average and its scale; ``site_total`` is how many reviews the
    site says there are, which is not how many this look saw. ``proof`` says whether its teller is who it
    claims to be. ``past`` is the teller's own word that all of it is old: a first import.
    """

    site: str
    route: Route
    observed_at: datetime
    coverage: Coverage = PARTIAL
    listing_key: str | None = None
    business: Business | None = None
    site_total: int | None = None
    rating: Decimal | None = None
    best: Decimal | None = None
    items: tuple[Item, ...] = ()
    proof: Proof = Proof.NONE
    past: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What lets the next look ask "has it changed?": HTTP validators, and hashes of body and of records."""

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: bytes | None = None
    records_sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One attempt to hear, ended in exactly one outcome.

    ``evidence`` are short phrases a person can check ("HTTP 403", "5 of 90 reviews shown"), never page text.
    ``observation`` is there exactly when the outcome is ``ok`` or ``empty``. ``retry_after`` is the earliest
    moment the site allows another look, where it said so.
    """

    outcome: Outcome
    evidence: tuple[str, ...] = ()
    observation: Observation | None = None
    cache: Validators = field(default_factory=Validators)
    retry_after: datetime | None = None


class LengthUnit(StrEnum):
    """What a site counts when it limits a reply."""

    BYTES = "bytes"  # UTF-8
    CHARACTERS = "characters"


@dataclass(frozen=True, slots=True)
class ReplyRules:
    """A site's own limits on an owner's reply, as numbers; wording rules live in ``replies/policy.toml``."""

    limit: int | None = None
    unit: LengthUnit = LengthUnit.CHARACTERS
    one_shot: bool = False  # True where a published reply cannot be edited
    source: str = ""
