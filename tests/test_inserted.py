"""An approved reply with its blanks filled in, and where its pieces stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.models import Branch
from service.replies.classify import classify
from service.replies.filling import Filled, fill, values_for
from service.replies.inserted import inserted
from service.replies.packs import read_pack
from service.replies.renewed import written
from service.replies.slots import PieceKind

PACK = read_pack(
    b"""
format = 1
pack = "test"
serial = 1
title = "Test"
risk = "routine"
from = 2026-01-01
until = 2027-12-31
author = "Ada Byron"
[fallback]
first_name = "there"
sign_off = "The team"
[[item]]
id = "sorry"
when = { stars = [1, 2] }
variants = [
  "Hi {first_name}, I am sorry. We have since [fix]. Ask for [who] next time. {sign_off}",
  "That was wrong, {first_name}: [fix].",
  "We let you down. [who] is looking at it: [fix]."]
[item.blank.fix]
hint = "what you changed"
max = 60
forbid = ["money"]
[item.blank.who]
hint = "whom"
max = 20
empty = true
"""
)


def approved(variant: int = 0) -> Filled:
    item = PACK.items[0]
    values = values_for(Branch(code="north", name="North"), "Marta K.", PACK)
    return fill(item, item.variants[variant], values)


def test_each_piece_is_where_it_says() -> None:
    done = inserted(approved(), {"fix": "hired a second cook", "who": "Kim"})
    pieces = {span.name: done.text[span.start : span.end] for span in done.spans if span.name}
    assert (
        done.text
        == "Hi Marta, I am sorry. We have since hired a second cook. Ask for Kim next time. The team"
    )
    assert pieces == {
        "first_name": "Marta",
        "fix": "hired a second cook",
        "who": "Kim",
        "sign_off": "The team",
    }


def test_a_blank_that_is_left_out_takes_its_space_along() -> None:
    done = inserted(approved(), {"fix": "hired a second cook"})
    assert "Ask for next time." in done.text
    assert [done.text[span.start : span.end] for span in done.spans if span.name == "who"] == [""]


def test_a_blank_that_must_be_filled_shows_its_hint() -> None:
    done = inserted(approved(1), {})
    (blank,) = [span for span in done.spans if span.kind is PieceKind.BLANK]
    assert done.text[blank.start : blank.end] == "[what you changed]"


@given(st.sampled_from(range(3)), st.text(max_size=40), st.text(max_size=25))
def test_it_is_the_text_the_desk_would_make_and_its_pieces_lie_within_it(
    variant: int, fix: str, who: str
) -> None:
    filled, typed = approved(variant), {"fix": fix, "who": who}
    done = inserted(filled, typed)
    assert done.text == written(filled, typed)
    ends = [0]
    for span in done.spans:
        assert ends[-1] <= span.start <= span.end <= len(done.text)
        ends.append(span.end)
    classify(filled, done.text)


@given(st.text(alphabet="abc []{}", max_size=20))
def test_what_is_typed_is_never_read_as_a_template(typed: str) -> None:
    done = inserted(approved(1), {"fix": f"x{typed}x"})
    assert "Marta" in done.text
    assert "{first_name}" not in done.text or "{first_name}" in typed
