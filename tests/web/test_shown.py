"""Links, and the pieces of a reply."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.web.shown import how_long, marked_runs, pieces, safe_link


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_no_character_of_a_reply_is_lost_or_doubled(reply: str, cuts: list[tuple[int, int]]) -> None:
    spans = [{"kind": "blank", "name": "x", "start": start, "end": end} for start, end in cuts]
    assert "".join(piece.text for piece in pieces(reply, spans, [])) == reply


def test_a_blank_is_shown_with_its_hint_and_its_limit() -> None:
    reply = "Hi Tom, we have [fix]. Dana"
    spans = [
        {"kind": "placeholder", "name": "first_name", "start": 3, "end": 6},
        {"kind": "blank", "name": "fix", "start": 16, "end": 21},
    ]
    blanks = [{"name": "fix", "hint": "what you changed", "max": 120}]
    shown = pieces(reply, spans, blanks)
    assert [(piece.kind, piece.text) for piece in shown] == [
        ("locked", "Hi "),
        ("placeholder", "Tom"),
        ("locked", ", we have "),
        ("blank", "[fix]"),
        ("locked", ". Dana"),
    ]
    assert (shown[3].hint, shown[3].max) == ("what you changed", 120)


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.com/x",
        "//example.com",
        "/reviews/1",
        "http://",
        "https://exa mple.com/",
        "https://example.com/\nSet-Cookie: x",
        "http://[::1",
        "https://example.com/" + "x" * 3000,
    ],
)
def test_only_web_addresses_are_links(address: str | None) -> None:
    assert safe_link(address) is None


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Lovely.", ""),
        ("w" * 190, ""),
        ("w" * 191, "long"),
        ("one\n" * 6, "long"),
        ("w" * 496, "long"),
        ("w" * 497, "longer"),
        ("one\n" * 9, "longer"),
    ],
)
def test_a_text_is_cut_by_the_lines_it_takes(text: str, cut: str) -> None:
    assert how_long(text) == cut


def test_the_marks_of_a_comparison_are_cut_out_with_their_words() -> None:
    assert marked_runs("item a: wording 1: You made [-our-] {+my whole+} day") == [
        ("", "item a: wording 1: You made "),
        ("out", "our"),
        ("", " "),
        ("in", "my whole"),
        ("", " day"),
    ]


@given(st.text(alphabet="{+}[-]a ", max_size=30))
def test_no_word_of_a_comparison_is_lost(line: str) -> None:
    kept = "".join(words for _kind, words in marked_runs(line))
    assert kept.count("a") == line.count("a")
