from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sites import jsonld
from tests.yardstick import in_yardsticks


def page(*blocks: str, media_type: str = "application/ld+json") -> str:
    scripts = "".join(f'<script type="{media_type}">{block}</script>' for block in blocks)
    return f"<html><head><title>x</title>{scripts}</head><body></body></html>"


WRAPPED = [
    '{"a": 1}',
    ' \n {"a": 1} ;',
    '<!-- {"a": 1} -->',
    '<!--\n{"a": 1}\n//-->',
    '//<![CDATA[\n{"a": 1}\n//]]>',
    '/* <![CDATA[ */ {"a": 1} /* ]]> */'.replace("/* ", "/*").replace(" */", "*/"),
    '<![CDATA[{"a": 1}]]>',
    '\ufeff{"a": 1}',
    '{"a": 1,}',
    "{&quot;a&quot;: 1}",
]


@pytest.mark.parametrize("block", WRAPPED)
def test_a_block_is_read_whatever_is_wrapped_around_it(block: str) -> None:
    assert jsonld.documents(page(block)) == [{"a": 1}]


@pytest.mark.parametrize(
    "tag",
    [
        '<script type="application/ld+json">',
        "<script type='application/ld+json' data-rh='true'>",
        "<script type=application/ld+json>",
        '<SCRIPT id="s" TYPE="application/ld+json">',
        '<script type="application/ld+json; charset=utf-8">',
        '<script type="application/ld&#x2B;json">',
        '<script type="application/ld&#43;json">',
    ],
)
def test_a_block_is_found_however_its_tag_is_written(tag: str) -> None:
    assert jsonld.documents(f'<p>{tag}{{"a": 1}}</script>') == [{"a": 1}]
    assert jsonld.documents(f'<p>{tag}{{"a": 1}}</SCRIPT>') == [{"a": 1}]


def test_several_documents_in_one_block_are_all_read() -> None:
    assert jsonld.documents(page('{"a": 1}\n{"b": 2}', '[{"c": 3}],{"d": 4};')) == [
        {"a": 1},
        {"b": 2},
        [{"c": 3}],
        {"d": 4},
    ]


def test_a_broken_block_never_loses_the_others() -> None:
    assert jsonld.documents(page('{"a": 1}', '{"broken": ', '{"b": 2}')) == [{"a": 1}, {"b": 2}]


def test_what_is_sound_before_a_break_is_kept() -> None:
    assert jsonld.documents(page('{"a": 1} {"b": oops}')) == [{"a": 1}]


def test_control_characters_and_wrong_escapes_in_texts_are_forgiven() -> None:
    assert jsonld.documents(page('{"a": "one\ntwo\tthree"}')) == [{"a": "one\ntwo\tthree"}]
    assert jsonld.documents(page(r'{"a": "it\'s"}')) == [{"a": "it's"}]


def test_each_sound_review_is_saved_out_of_a_broken_block() -> None:
    block = """{"@type": "LocalBusiness", "name": "Ann"s shop", "review": [
        {"@type": "Review", "author": "Bo", "reviewBody": "Good"},
        {"@type": "Review", "author": "Cy", "reviewBody": "He said "no" to me"},
        {"@type": "Review", "author": "Di", "reviewBody": "Fair"}]}"""
    assert [found["author"] for found in jsonld.documents(page(block))] == ["Bo", "Di"]


def test_a_commented_out_block_and_a_script_s_text_are_no_blocks() -> None:
    commented = '<!-- <script type="application/ld+json">{"a": 1}</script> -->'
    mentioned = "<p>application/ld+json</p><script>s.type = 'application/ld+json'; s = {\"a\": 1}</script>"
    after_a_comment = '<!-- schema.org --><script type="application/ld+json">{"b": 2}</script>'
    assert jsonld.documents(commented + mentioned + after_a_comment) == [{"b": 2}]


def test_an_unclosed_last_block_is_read_to_the_end() -> None:
    assert jsonld.documents('<script type="application/ld+json">{"a": 1}') == [{"a": 1}]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_every_json_document_is_read_back(document: object) -> None:
    block = json.dumps(document).replace("</", "<\\/")
    if "&quot;" not in block and not re.search(r"NaN|Infinity|\\ud[89a-f]", block):
        assert jsonld.documents(page(block)) == [json.loads(block)]


PIECES = st.text() | st.sampled_from(['{"@type":"Review"', "[", "}", "NaN", "1e999", "\ud800", "-" * 9])


@given(st.lists(PIECES))
def test_no_block_makes_reading_raise(pieces: list[str]) -> None:
    jsonld.documents(page("".join(pieces)))


@pytest.mark.parametrize(
    "piece",
    [
        '<script type="application/ld+json">',
        '<script type="application/ld+json">{"@type":"Review","a":',
        "<script application/ld+json ",
        "application/ld+json",
        "application/ld&#x2B;json",
    ],
)
def test_a_million_characters_meant_to_be_slow_are_read_at_once(piece: str) -> None:
    began = time.process_time()
    jsonld.documents(piece * (1_000_000 // len(piece)))
    assert in_yardsticks(time.process_time() - began) < 60


@pytest.mark.parametrize(
    "block",
    [
        "[" * 500_000,
        '{"a":' * 200_000,
        '{"@type":"Review","a":' * 40_000,
        '{"@type":"Review","a":[' + "1," * 200_000,
        "9" * 1_000_000,
        " " * 1_000_000 + "x",
        "//" * 500_000,
        ",".join(['{"a": 1}'] * 100_000),
    ],
    ids=["lists", "objects", "reviews", "long list", "digits", "spaces", "comments", "many"],
)
def test_a_block_meant_to_be_slow_is_given_up_early(block: str) -> None:
    began = time.process_time()
    jsonld.documents(page(block))
    assert in_yardsticks(time.process_time() - began) < 60


@pytest.mark.shared
def test_the_w3c_s_own_pages_give_a_document_for_each_block(shared: Path) -> None:
    pages = list((shared / "structured" / "json-ld-in-html" / "tests" / "html").glob("*-in.html"))
    assert len(pages) > 40
    for path in pages:
        page = path.read_text(encoding="utf-8")
        empty = path.name in ("e017-in.html", "r017-in.html")  # a comment is all they hold
        blocks = len(re.findall("<script[^>]*application/ld.json", page))
        assert len(jsonld.documents(page)) == (0 if empty else blocks), path.name
