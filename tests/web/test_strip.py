"""The strip of looks."""

from __future__ import annotations

from service.domain import Outcome
from service.web.strip import drawn


def test_a_bad_look_is_told_apart_without_colour() -> None:
    good, quiet, bad = drawn([Outcome.OK, Outcome.UNCHANGED, Outcome.WALLED]).marks
    assert good.height > quiet.height
    assert bad.y == 0 < good.y < quiet.y


def test_no_looks_are_drawn_as_none() -> None:
    assert drawn([]).words == "No looks yet."
