"""``/check``: how far a text is from the approved words it was made from, computed here alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.errors import DeviceRefused
from service.people.devices import Scope
from service.people.may import Act
from service.replies.classify import LONGEST_TEXT
from service.replies.final import check_final
from service.web.api.approved_words import (
    MOST_TEXT,
    NOT_HERS,
    WORDS_ENDED,
    WordsAsked,
    findings,
    opened,
    renewed,
)
from service.web.api.endpoint import Call, Endpoint
from service.web.api.reviews import FindingTold, within_reach
from service.web.api.shapes import NO_NUL, Told

TOO_LONG = "The text is longer than any site takes. Nothing was kept."


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


def check(call: Call, asked: CheckAsked) -> CheckTold:
    """Hold a text against the approved words it was made from, and against the rules where it stands."""
    if len(asked.text) > LONGEST_TEXT:
        raise DeviceRefused("too_large", TOO_LONG)
    with call.database.reading() as session:
        one = opened(session, asked, within_reach(call.who, Act.READ, call.now))
        found = renewed(session, call, one, asked)
    final = check_final(asked.text, found.filled, found.setting)
    return CheckTold.model_validate(
        {
            "class": final.classed.reply_class.value,
            "departures": [{"start": one.start, "end": one.end} for one in final.classed.departures],
            "blanks": dict(final.classed.values or {}),
            "findings": findings(final),
        }
    )


ENDPOINTS = (
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
