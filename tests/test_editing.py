"""What an editor typed: read in its place, every problem at her own line, and nothing else moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.replies.editing import NEW, WHOLE, Edit, begun, checked
from service.replies.packs import read_pack
from tests.test_packs import GOOD
from tests.test_versions import body

PACK = read_pack(GOOD.encode())
FIRST = PACK.items[0].id
WHEN = "when = { stars = [5, 5] }"
ITEM = f'[[item]]\nid = "more"\n{WHEN}\nvariants = ["One", "Two", "Three"]\n'


def test_an_item_that_is_not_touched_leaves_the_pack_as_it_is() -> None:
    found = checked(Edit(begun(PACK, FIRST), PACK, FIRST))
    assert found.whole is not None
    assert dict(found.whole) == dict(PACK)


def test_an_item_is_replaced_added_and_taken_out_in_its_place() -> None:
    added = checked(Edit(ITEM, PACK, NEW)).whole
    assert added is not None
    assert [one.id for one in added.items] == [*(one.id for one in PACK.items), "more"]
    put = checked(Edit(ITEM.replace("more", "other"), added, FIRST)).whole
    assert put is not None
    assert put.items[0].id == "other"
    out = checked(Edit(" \n", added, "more")).whole
    assert out is not None
    assert dict(out) == dict(PACK)


def test_the_last_item_is_not_taken_out() -> None:
    (problem,) = checked(Edit("", read_pack(body()), "thanks")).problems
    assert "no item would be left" in problem.message


WRONG = [
    (ITEM.replace(WHEN, "when = { stars = [9, 9] }"), 3, "within 1 and 5"),
    (ITEM.replace('"Two"', '"Two {nobody}"'), 4, "nobody"),
    (ITEM.replace('"One"', '"One [x]"'), 4, "x"),
    (ITEM.replace(WHEN, "when = {"), 3, "not TOML"),
    (ITEM.replace('"Three"]', '"Three"'), 4, "not TOML"),
    (ITEM.replace("more", FIRST), 0, "more than once"),
    ("title = 3\n" + ITEM, 1, "'title'"),
    ('phone = "1"\n' + ITEM, 1, "says more than items"),
]


@pytest.mark.parametrize(("typed", "line", "said"), WRONG)
def test_every_problem_stands_at_the_line_that_was_typed(typed: str, line: int, said: str) -> None:
    found = checked(Edit(typed.replace("\n", "\r\n"), PACK, NEW))
    assert found.whole is None
    assert (found.problems[0].line, said in found.problems[0].message) == (line, True), found.problems


def test_a_pack_keeps_its_name() -> None:
    other = begun(PACK).replace(f'pack = "{PACK.name}"', 'pack = "other"')
    (problem,) = checked(Edit(other, PACK, WHOLE)).problems
    assert "keeps its name" in problem.message


@given(st.text(max_size=60), st.sampled_from([WHOLE, NEW, FIRST]))
def test_whatever_is_typed_is_told_and_never_raised(typed: str, item: str | None) -> None:
    found = checked(Edit(typed, PACK, item))
    lines = found.edit.lines.count("\n") + 1
    assert (found.whole is None) == bool(found.problems)
    assert all(0 <= problem.line <= lines for problem in found.problems)
