"""``/confirm`` and ``/check``: the moment of insertion, and what somebody made of the text afterwards."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, NoReturn
from uuid import uuid4

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from service.approval.ended import Ended, how_ended
from service.errors import DeviceRefused, Overtaken
from service.models import Branch, Listing, Posting, Review
from service.outcomes.handling import Actor, Step, in_hand
from service.outcomes.inserting import RUN_OUT, WITHDRAWN, Browser, Consent, Hindered, Obstacle, insert
from service.outcomes.postings import Used
from service.outcomes.using import Words
from service.people import devices
from service.people.devices import Scope
from service.people.may import Act
from service.replies.classify import LONGEST_TEXT
from service.replies.final import Final, check_final
from service.replies.fit import Misfit
from service.replies.inserted import Inserted, inserted
from service.replies.policy import blocks
from service.replies.renewed import WITHDRAWN as WITHDRAWN_SINCE
from service.watch.carded import Stored
from service.web.answering import as_read
from service.web.answers import Again, renewed_for
from service.web.api.endpoint import Call, Endpoint, Refusal
from service.web.api.reviews import FindingTold, SpanTold, SuggestionTold, Telling, within_reach
from service.web.api.shapes import NO_NUL, Asked, Id, Told, Whole, line, words

MOST_BLANKS = 20
MOST_TEXT = 512 * 1024  # bytes of a request that carries one text

NOT_YOURS = "No such review is yours to answer. Nothing was inserted."
UNFIT = "These words do not fit this review any more: the reply {why}. Nothing was inserted."
CHANGED = "The review was changed a moment ago. Read it once more; nothing was inserted."
BEYOND = "What was typed is not within what was approved. Nothing was inserted."
TOO_LONG = "The text is longer than any site takes. Nothing was kept."


class WordsAsked(Asked):
    """Approved words, by the hash of their pack's exact bytes, and the review they are for."""

    review: Id
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    item: Annotated[str, line(80, 1)]
    variant: Annotated[int, Field(ge=1, le=1000), Whole]


class ConfirmAsked(WordsAsked):
    """``again``: although the review is answered. ``take``: although somebody else has taken it."""

    values: Annotated[dict[str, Annotated[str, words(2000)]], Field(max_length=MOST_BLANKS)]
    take: bool
    again: bool


class ConfirmTold(Told):
    """The text to insert, made here; the review is hers now."""

    posting: int
    state_at: datetime
    text: str
    spans: list[SpanTold]
    reply_class: Literal["verbatim", "within_bounds", "off_pack"] = Field(alias="class")


class CheckAsked(WordsAsked):
    """The text as it stands in the site's box now."""

    text: Annotated[str, StringConstraints(pattern=NO_NUL)]


class DepartureTold(Told):
    """Where a text leaves the approved words; it counts code points."""

    start: int
    end: int


class CheckTold(Told):
    """How far the text is from the approved words, and what the rules say; computed here."""

    reply_class: Literal["verbatim", "within_bounds", "off_pack"] = Field(alias="class")
    departures: list[DepartureTold]
    blanks: dict[str, str]
    findings: list[FindingTold]


class Instead(BaseModel):
    """What goes with ``recalled`` and ``expired``: what fits now, best first."""

    instead: list[SuggestionTold]


class Theirs(BaseModel):
    """What goes with ``answered``: the reply that stands, and since when."""

    theirs: str | None
    at: datetime | None


class By(BaseModel):
    """What goes with ``held``: who has taken it."""

    by: str


class Faults(BaseModel):
    """What goes with ``out_of_bounds``: each blank that is not as it may be, and each rule against it."""

    faults: list[str]
    findings: list[FindingTold]


def confirm(call: Call, asked: ConfirmAsked) -> ConfirmTold:
    """Take the review and the words along, if they may still be used at this moment."""
    with call.database.reading() as session:
        one = _opened(session, asked, within_reach(call.who, Act.ANSWER, call.now))
        found = _renewed(session, call, one, asked)
        browser = Browser(call.who.key, devices.told(session, call.who.device))
    text = inserted(found.filled, asked.values)
    final = check_final(text.text, found.filled, found.setting)
    _require_bounds(asked, found, final)
    used = Used(found.pack, bytes.fromhex(asked.sha256), asked.item, asked.variant)
    words_now = Words(used, found.filled, text.text)
    taken = _take_along(call, one, words_now, browser, Consent(asked.again, asked.take))
    if isinstance(taken, Hindered):
        _refuse(call, one, taken)
    return _confirmed(taken, call, text, final)


def check(call: Call, asked: CheckAsked) -> CheckTold:
    """Hold a text against the approved words it was made from, and against the rules where it stands."""
    if len(asked.text) > LONGEST_TEXT:
        raise DeviceRefused("too_large", TOO_LONG)
    with call.database.reading() as session:
        one = _opened(session, asked, within_reach(call.who, Act.READ, call.now))
        found = _renewed(session, call, one, asked)
    final = check_final(asked.text, found.filled, found.setting)
    return CheckTold.model_validate(
        {
            "class": final.classed.reply_class.value,
            "departures": [{"start": one.start, "end": one.end} for one in final.classed.departures],
            "blanks": dict(final.classed.values or {}),
            "findings": _findings(final),
        }
    )


def _opened(session: Session, asked: WordsAsked, hers: ColumnElement[bool]) -> Stored:
    """The review with where it stands. Raises ``DeviceRefused`` where it is none of hers."""
    row = session.execute(
        select(Review, Listing, Branch)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Review.id) == asked.review, col(Review.erased_at).is_(None), hers)
    ).one_or_none()
    if row is None:
        raise DeviceRefused("not_yours", NOT_YOURS)
    return Stored(*row)


def _renewed(session: Session, call: Call, one: Stored, asked: WordsAsked) -> Again:
    """The words as they are approved now. Raises ``DeviceRefused`` with what fits instead."""
    found = renewed_for(session, one, bytes.fromhex(asked.sha256), asked.item, asked.variant, call.now)
    if not isinstance(found, Misfit):
        return found
    instead = _instead(session, call, one)
    if found != WITHDRAWN_SINCE:
        raise DeviceRefused("expired", UNFIT.format(why=found.why), instead=instead)
    end = how_ended(session, bytes.fromhex(asked.sha256), asked.item, call.now)
    raise DeviceRefused(end.value, WITHDRAWN if end is Ended.RECALLED else RUN_OUT, instead=instead)


def _instead(session: Session, call: Call, one: Stored) -> list[dict[str, Any]]:
    offered = Telling(session, call.who, [one], call.now).offered(one)
    return [suggestion.model_dump(by_alias=True) for suggestion in offered.suggestions]


def _require_bounds(asked: ConfirmAsked, found: Again, final: Final) -> None:
    """What was typed keeps its bounds and breaks no rule, and nothing that must be said is left out.

    Raises ``DeviceRefused``.
    """
    strange = [f"there is no blank called {name}" for name in asked.values if name not in found.filled.blanks]
    beyond = [
        f"“{found.filled.blanks[one.blank].hint}” {one.why}" for one in final.classed.departures if one.blank
    ]
    if strange or beyond or blocks(final.findings):
        told = [one.model_dump() for one in _findings(final)]
        raise DeviceRefused("out_of_bounds", BEYOND, faults=[*strange, *beyond], findings=told)


def _take_along(
    call: Call, one: Stored, words: Words, browser: Browser, consent: Consent
) -> Posting | Hindered:
    step = Step(Actor(call.who.who.name, call.who.who.id), uuid4().hex, call.now)
    try:
        with call.database.transaction() as session:
            review = in_hand(session, one.review.id or 0)
            if as_read(review) != as_read(one.review):
                return Hindered(Obstacle.EXPIRED, CHANGED)
            return insert(session, review, words, step, browser, consent)
    except Overtaken as gone:
        return Hindered(Obstacle.SETTLED, str(gone))


def _refuse(call: Call, one: Stored, hindered: Hindered) -> NoReturn:
    more: dict[str, Any] = {}
    match hindered.obstacle:
        case Obstacle.RECALLED | Obstacle.EXPIRED:
            with call.database.reading() as session:
                more = {"instead": _instead(session, call, one)}
        case Obstacle.ANSWERED:
            more = {"theirs": hindered.theirs, "at": hindered.at and hindered.at.isoformat()}
        case Obstacle.HELD:
            more = {"by": hindered.by}
    raise DeviceRefused(hindered.obstacle.value, hindered.says, **more)


def _confirmed(posting: Posting, call: Call, text: Inserted, final: Final) -> ConfirmTold:
    return ConfirmTold.model_validate(
        {
            "posting": posting.id,
            "state_at": call.now,
            "text": text.text,
            "spans": [asdict(span) | {"kind": span.kind.value} for span in text.spans],
            "class": final.classed.reply_class.value,
        }
    )


def _findings(final: Final) -> list[FindingTold]:
    return [FindingTold.model_validate(one.as_json()) for one in final.findings]


NOT_HERS = Refusal(403, "not_yours", "No review that its person may answer, or none at all.")
WORDS_ENDED = (
    Refusal(409, "recalled", "Somebody withdrew these words.", Instead),
    Refusal(409, "expired", "These words may not be used, or do not fit the review, any more.", Instead),
)
OBSTACLES = (
    Refusal(409, "settled", "The review is closed, erased, or gone from its site."),
    Refusal(409, "answered", "A reply stands; passes with `again`.", Theirs),
    Refusal(409, "held", "Somebody else has taken it; passes with `take`.", By),
    Refusal(422, "out_of_bounds", "What was typed into a blank is not within its bounds.", Faults),
)

ENDPOINTS = (
    Endpoint(
        "/confirm",
        confirm,
        ConfirmAsked,
        ConfirmTold,
        scope=Scope.POSTED,
        named=True,
        refusals=(NOT_HERS, *WORDS_ENDED, *OBSTACLES),
        most=MOST_TEXT,
    ),
    Endpoint(
        "/check",
        check,
        CheckAsked,
        CheckTold,
        scope=Scope.SUGGEST,
        refusals=(NOT_HERS, *WORDS_ENDED),
        most=MOST_TEXT,
    ),
)
