"""The JSON that pages carry for their own scripts, in the ways they carry it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sites.embedded import assigned, dicts, dig, in_scripts, parsed, under

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abk"), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (' <!--{"a": "--"}--> ', {"a": "--"}),
        ("<!--{&quot;a&quot;:&quot;x &amp;lt; y&quot;}-->", {"a": "x &lt; y"}),
        ("[0, 1]", [0, 1]),
        ("{a: 1}", None),
        ("", None),
    ],
)
def test_a_script_s_text_is_read_as_json_or_not_at_all(script: str, value: object) -> None:
    assert parsed(script) == value


def test_each_script_that_carries_the_mark_is_read_and_broken_ones_are_passed_over() -> None:
    page = (
        '<script>var mark="s1";</script><script data-s="s1">{"n":1}</script>'
        '<p title="s1"></p><script data-s="s1">{"n":</script><script x data-s="s1">{"n":2}</script>'
    )
    assert list(in_scripts(page, 'data-s="s1"')) == [{"n": 1}, {"n": 2}]
    assert list(in_scripts('<script data-s="s1">{"n":1}', 'data-s="s1"')) == []


@pytest.mark.parametrize(
    ("page", "value"),
    [
        ("<script>window.__S__ = {\"a\": [1]};</script>", {"a": [1]}),
        ("<script>window.__S__={\"a\": \"};\"}; other();</script>", {"a": "};"}),
        ("<script>window.__S__ = undefined;</script>", None),
        ("<script>window.__S__ = {\"a\": </script>", None),
        ("<p>window.__S__</p>", None),
    ],
)  # fmt: skip
def test_what_is_assigned_to_a_name_is_read_up_to_its_end(page: str, value: object) -> None:
    assert assigned(page, "window.__S__") == value


def test_state_nested_past_all_reason_is_no_state() -> None:
    assert assigned("<script>s = " + "[" * 100_000 + "</script>", "s") is None


@given(JSON)
def test_walking_never_minds_what_stands_there(value: object) -> None:
    assert dig({"a": {"b": value}}, "a", "b") == value
    assert dig(value, "a", "b", "k") is None or isinstance(value, dict)
    assert all(isinstance(entry, dict) for entry in dicts(value))
    assert next(iter(under({"x": [value], "k": 1}, "k"))) == 1


def test_what_stands_under_a_name_is_found_outermost_first_and_not_forever() -> None:
    assert list(under({"a": {"k": {"k": 2}}, "b": [{"k": 3}]}, "k")) == [{"k": 2}, 2, 3]
    deep: dict[str, object] = {"k": 1}
    for _ in range(100):
        deep = {"a": deep}
    assert list(under(deep, "k")) == []
