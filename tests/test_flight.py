"""The rows a page streams to its own scripts, put together again."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sites.flight import records

LONG = "Ångström's gutters\nheld."
STREAM = "".join(
    [
        ':HL["/a.css","style"]\n',
        '3f:I[4694,["/a.js"],"default"]\n',
        f"44:T{len(LONG.encode()):x},{LONG}",
        '2d:["$","$L40",null,{"reviews":[{"text":"$44","cost":"$$4","name":"$undefined"}]}]\n',
        '2e:["$","$L41",null,{"part":"$2f"}]\n',
        '2f:{"words":"$44"}\n',
    ]
)


def page(*pieces: str) -> str:
    return "\n".join(f"<script>self.__next_f.push([1,{json.dumps(piece)}])</script>" for piece in pieces)


def test_words_and_parts_stand_where_rows_point_at_them() -> None:
    expected = [None, None, None, {"reviews": [{"text": LONG, "cost": "$4", "name": None}]}]
    assert list(records(page(STREAM), '"reviews"')) == [expected]
    assert list(records(page(STREAM), '"part"')) == [[None, None, None, {"part": {"words": LONG}}]]


@given(st.lists(st.integers(0, len(STREAM)), max_size=4))
def test_where_the_stream_is_cut_into_pieces_does_not_matter(cuts: list[int]) -> None:
    ends = sorted({0, len(STREAM), *cuts})
    pieces = [STREAM[start:end] for start, end in pairwise(ends)]
    assert list(records(page(*pieces), '"reviews"')) == list(records(page(STREAM), '"reviews"'))


def test_rows_that_point_at_each_other_come_to_an_end() -> None:
    ring = '1:{"x":["$2","$2"]}\n2:{"x":["$1","$1","$1"]}\n'
    assert len(list(records(page(ring), '"x"'))) == 2


@pytest.mark.parametrize(
    "text",
    ["", "self.__next_f.push(", 'self.__next_f.push([1,"1:[', "self.__next_f.push([0])", page('1:{"x":')],
)
def test_a_broken_stream_gives_nothing_or_nothing_known(text: str) -> None:
    assert list(records(text, '"x"')) in ([], [None])


@given(st.text(alphabet='0123456789abT:,"$[]{}\n', max_size=80))
def test_no_stream_makes_it_fail(stream: str) -> None:
    list(records(page(stream), "$", '"', "["))
