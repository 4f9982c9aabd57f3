"""Recalled words are found where they stand in public, whoever put them there."""

from __future__ import annotations

import pytest

from service.domain import ReplyClass
from service.models import Branch
from service.outcomes.put_right import Place, PublicReply, Words, places
from tests.test_postings import PACK

BRANCH = Branch(code="north", name="North", sign_off="Kim")


def seen(text: str, *, is_now: bool = True, review: int = 1) -> PublicReply:
    return PublicReply(review, BRANCH, "yelp", "https://www.yelp.com/biz/north", "Ann", text, is_now)


def found(*replies: PublicReply) -> list[Place]:
    return list(places(replies, [Words(PACK, "sorry", "Cold.")], {1: "Kim"}))


CARRIES = [
    ("I am sorry. We have since hired a second cook.", ReplyClass.WITHIN_BOUNDS),
    ("I am sorry. We have since [what you changed].", ReplyClass.OFF_PACK),
    ("We let you down, so the kitchen opens earlier.", ReplyClass.WITHIN_BOUNDS),
]


@pytest.mark.parametrize(("text", "reply_class"), CARRIES)
def test_every_wording_of_the_item_is_recognised(text: str, reply_class: ReplyClass) -> None:
    (place,) = found(seen(text))
    assert (place.reply_class, place.person, place.is_put_right) == (reply_class, "Kim", False)


@pytest.mark.parametrize("text", ["Thank you for coming by, Ann. Kim", "I am sorry.", ""])
def test_other_words_are_left_alone(text: str) -> None:
    assert found(seen(text)) == []


def test_only_a_look_that_saw_other_words_puts_it_right() -> None:
    (place,) = found(seen("I am sorry. We have since hired a cook.", is_now=False), seen("Thank you."))
    assert place.is_put_right


def test_somebody_we_do_not_know_is_nobody() -> None:
    (place,) = found(seen("I am sorry. We have since hired a second cook.", review=2))
    assert place.person is None
