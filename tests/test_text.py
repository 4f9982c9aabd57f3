from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from service.sites import text
from tests.yardstick import in_yardsticks

CLEAN = {
    "  Great   bread ": "Great bread",
    "Rosina&apos;s": "Rosina's",
    "Tom &amp;#39;s": "Tom 's",
    "Fish &amp; chips": "Fish & chips",
    "one<br>two<br/>three": "one\ntwo\nthree",
    "<p>one</p><p>two</p>": "one\ntwo",
    "a <b>bold</b> word": "a bold word",
    "I <3 this, 4 < 5 and 6 > 5": "I <3 this, 4 < 5 and 6 > 5",
    "one\r\n\r\n  two": "one\ntwo",
    "tab\tand\u00a0hard space": "tab and hard space",
    "cafe\u0301": "café",
    "zero\u200bwidth\ufeff soft\u00adhyphen": "zerowidth softhyphen",
    "bell\x07rings": "bellrings",
    "half \ud83d of one": "half \ufffd of one",
    "whole \ud83d\ude00 one": "whole 😀 one",
    "<script>alert(1)</script> stays words": "<script>alert(1)</script> stays words",
}


@pytest.mark.parametrize(("raw", "told"), CLEAN.items())
def test_words_come_out_as_their_writer_meant_them(raw: str, told: str) -> None:
    assert text.clean(raw) == told


@pytest.mark.parametrize("nothing", ["", "   ", "\u200b", "<br>", None, 5, ["a"]])
def test_nothing_is_none_never_an_empty_text(nothing: object) -> None:
    assert text.clean(nothing) is None
    assert text.line(nothing) is None


def test_a_name_stands_on_one_line() -> None:
    assert text.line("Ann\n  of Kent") == "Ann of Kent"


def test_a_node_gives_what_a_person_sees() -> None:
    page = LexborHTMLParser(
        """<div id=a title="1 > 0">Hello <b>there</b>,<br>friend &amp; co.
        <script>var x = "<p>no</p>";</script><style>b{}</style><!-- no -->
        <button>More</button><p>Bye</p></div>"""
    )
    assert text.of(page.css_first("#a")) == "Hello there,\nfriend & co. Bye"
    assert text.line_of(page.css_first("#a")) == "Hello there, friend & co. Bye"
    assert text.of(None) is None


@given(st.text())
def test_cleaning_never_raises_and_cleaning_twice_changes_no_plain_text(raw: str) -> None:
    once = text.clean(raw)
    assert once is None or (once == once.strip() and "  " not in once and "\r" not in once)
    if once and not set("&<") & set(once):
        assert text.clean(once) == once


@pytest.mark.large
@pytest.mark.parametrize(
    "piece", ["<br ", '<a href="', "&", "&amp;", "<", "\n \n", "<!--", '<p "', "<b"], ids=lambda p: p.strip()
)
def test_a_million_characters_meant_to_be_slow_are_read_at_once(piece: str) -> None:
    raw = piece * (1_000_000 // len(piece))
    began = time.process_time()
    text.clean(raw)
    text.of(LexborHTMLParser(f"<div>{raw}</div>").css_first("div"))
    assert in_yardsticks(time.process_time() - began) < 100
