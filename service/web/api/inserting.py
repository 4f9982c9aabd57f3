"""``/confirm``: the moment of insertion. The text is made here, and the review becomes hers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, NoReturn
from uuid import uuid4

from pydantic import BaseModel, Field

from service.errors import DeviceRefused, Overtaken
from service.models import Posting
from service.outcomes.handling import Actor, Step, in_hand
from service.outcomes.inserting import Browser, Consent, Hindered, Obstacle, insert
from service.outcomes.postings import Used
from service.outcomes.using import Words
from service.people import devices
from service.people.devices import Scope
from service.people.may import Act
from service.replies.final import Final, check_final
from service.replies.inserted import Inserted, inserted
from service.replies.policy import blocks
from service.watch.carded import Stored
from service.web.answering import as_read
from service.web.answers import Again
from service.web.api.approved_words import (
    MOST_TEXT,
    NOT_HERS,
    WORDS_ENDED,
    WordsAsked,
    findings,
    instead,
    opened,
    renewed,
)
from service.web.api.endpoint import Call, Endpoint, Refusal
from service.web.api.reviews import FindingTold, SpanTold, within_reach
from service.web.api.shapes import Told, words

MOST_BLANKS = 20

CHANGED = "The review was changed a moment ago. Read it once more; nothing was inserted."
BEYOND = "What was typed is not within what was approved. Nothing was inserted."


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
        one = opened(session, asked, within_reach(call.who, Act.ANSWER, call.now))
        found = renewed(session, call, one, asked)
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


def _require_bounds(asked: ConfirmAsked, found: Again, final: Final) -> None:
    """What was typed keeps its bounds and breaks no rule, and nothing that must be said is left out.

    Raises ``DeviceRefused``.
    """
    strange = [f"there is no blank called {name}" for name in asked.values if name not in found.filled.blanks]
    beyond = [
        f"“{found.filled.blanks[one.blank].hint}” {one.why}" for one in final.classed.departures if one.blank
    ]
    if strange or beyond or blocks(final.findings):
        told = [one.model_dump() for one in findings(final)]
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
                more = {"instead": instead(session, call, one)}
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
)
