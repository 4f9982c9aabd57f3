"""A wording that was shown before: filled anew, or why not; and the text that typing makes of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.domain import Flag, Item, ReplyClass, ReplyRules
from service.models import Branch
from service.replies.approved import Approval, ApprovedPack
from service.replies.case import Case
from service.replies.choosing import Standing
from service.replies.classify import classify
from service.replies.filling import fill, values_for
from service.replies.fit import Misfit
from service.replies.packs import read_pack
from service.replies.renewed import WITHDRAWN, Renewed, renewed, written
from service.replies.triage import triage
from service.replies.variants import Uses
from tests.conftest import NOW

PACK = read_pack(b"""
format = 1
pack = "test"
serial = 1
title = "Test"
risk = "routine"
scope = { language = ["en"] }
from = 2026-01-01
until = 2027-12-31
author = "Ada Byron"
[[item]]
id = "sorry"
when = { stars = [1, 2] }
variants = ["I am sorry. We have since [fix]. [more] Yours.", "That was wrong. Now [fix].", "So [fix]."]
[item.blank.fix]
hint = "what you changed"
max = 60
forbid = ["money"]
[item.blank.more]
hint = "anything else"
max = 60
empty = true
""")
FILLED = fill(PACK.items[0], PACK.items[0].variants[0], values_for(Branch(code="n", name="N"), None, PACK))
SIGNED = f"shopbell/1 approve test 1 {PACK.sha256.hex()}"
APPROVED = (ApprovedPack(PACK, (Approval("Ada Byron", "approver", "k", NOW, SIGNED),)),)
STANDING = Standing(ReplyRules(), Uses(), (), NOW)


def case(text: str = "We waited for an hour.", stars: int = 2) -> Case:
    review = Item(author="Mo", text=text, rating=Decimal(stars), best=Decimal(5), language="en")
    return Case(review, triage(review, "en"), Branch(code="n", name="North"), "yelp", date(2026, 11, 22))


def again(
    packs: tuple[ApprovedPack, ...] = APPROVED,
    item: str = "sorry",
    variant: int = 1,
    text: str = "We waited for an hour.",
    stars: int = 2,
) -> Renewed | Misfit:
    return renewed(packs, PACK.sha256, item, variant, case(text, stars), STANDING)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"fix": "hired a cook"}, "I am sorry. We have since hired a cook. Yours."),
        (
            {"fix": " hired a cook\u00a0", "more": "Come again."},
            "I am sorry. We have since hired a cook. Come again. Yours.",
        ),
        ({}, "I am sorry. We have since [what you changed]. Yours."),
        ({"fix": "\u0000", "more": "\u0000"}, "I am sorry. We have since [what you changed]. Yours."),
    ],
)
def test_what_is_typed_stands_where_the_blank_was(typed: dict[str, str], text: str) -> None:
    assert written(FILLED, typed) == text


def test_what_is_typed_within_bounds_is_read_so() -> None:
    for typed in ({"fix": "hired a cook"}, {"fix": "hired a cook", "more": "Come again."}):
        classed = classify(FILLED, written(FILLED, typed))
        assert classed.reply_class is ReplyClass.WITHIN_BOUNDS
        assert classed.values == {"more": ""} | typed


def test_a_blank_that_waits_is_off_the_pack() -> None:
    (departure,) = classify(FILLED, written(FILLED, {})).departures
    assert (departure.blank, departure.why) == ("fix", "is not filled in")


def test_words_that_stand_are_filled_for_the_review_as_it_is_now() -> None:
    found = again()
    assert isinstance(found, Renewed)
    assert (found.filled.text, found.setting.site, found.setting.review) == (
        FILLED.text,
        "yelp",
        "We waited for an hour.",
    )


@pytest.mark.parametrize("named", [{"item": "gone"}, {"variant": 0}, {"variant": 4}, {"packs": ()}])
def test_words_that_nobody_answers_for_any_more_are_withdrawn(named: dict[str, Any]) -> None:
    assert again(**named) == WITHDRAWN


def test_a_review_that_became_another_gets_other_words() -> None:
    better = again(stars=5)
    held = again(text="I was poisoned here and my child went to hospital.")
    assert isinstance(better, Misfit)
    assert isinstance(held, Misfit)
    assert Flag.ILLNESS in case("I was poisoned here and my child went to hospital.").triage.held
