from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sites import state
from tests.yardstick import in_yardsticks


def entry(n: int = 1, **given: Any) -> dict[str, Any]:
    return {"id": n, "rating": 4, "text": f"Words {n}", "author": f"Guest {n}", "date": "2024-05-06"} | given


def page(value: Any, script: str = '<script id="__NEXT_DATA__" type="application/json">{}</script>') -> str:
    return f"<html>{script.replace('{}', json.dumps(value), 1)}</html>"


SHOP = {"name": "Ann's Inn", "reviewCount": 2, "reviews": [entry(1), entry(2)]}


@pytest.mark.parametrize(
    "value",
    [
        {"props": {"shop": SHOP}},
        {"shop": {**SHOP, "reviews": {"edges": [{"node": entry(1)}, {"node": entry(2)}]}}},
        {"shop": {**SHOP, "reviews": {"nodes": [entry(1), entry(2)]}}},
        {"shop": {"name": "Ann's Inn", "review_count": "2", "reviewList": {"items": [entry(1), entry(2)]}}},
        [[{"shop": SHOP}], {"more": {"shop": SHOP}}],
    ],
)
def test_one_place_s_reviews_are_found_wherever_they_lie(value: Any) -> None:
    told = state.reviews(page(value))
    assert told is not None
    assert (told.place, told.total) == ("Ann's Inn", "2")
    assert [node["author"] for node in told.reviews] == ["Guest 1", "Guest 2"]


@pytest.mark.parametrize(
    "script",
    [
        "<script>window.__INITIAL_STATE__ = {};</script>",
        "<script>self.appData={}</script>",
        '<script type="application/json" data-state>{}</script>',
    ],
)
def test_state_is_found_however_it_is_carried(script: str) -> None:
    assert state.reviews(page({"shop": SHOP}, script)) is not None


def test_an_entry_s_parts_may_go_by_other_names_and_be_wrapped() -> None:
    other = {
        "review_id": "r7",
        "overallRating": {"value": 8, "max": 10},
        "reviewText": {"text": "Fine"},
        "Headline": "Good",
        "user": {"displayName": "Bo"},
        "submission_time": 1714986000000,
        "managementResponse": {"text": "Thanks"},
    }
    told = state.reviews(page({"name": "Inn", "guestReviews": [other]}))
    assert told is not None
    assert told.reviews == [
        {
            "@type": ("Review",),
            "about": None,
            "identifier": "r7",
            "author": "Bo",
            "name": "Good",
            "reviewBody": "Fine",
            "datePublished": "1714986000000",
            "reviewRating": {"@type": ("Rating",), "ratingValue": "8", "bestRating": "10"},
            "comment": {"text": "Thanks"},
        }
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"places": [SHOP, {**SHOP, "name": "Zoe's Inn"}]},  # a list of places
        {
            "name": "Port",
            "recentReviews": [entry(1, business={"name": "A"}), entry(2, business={"name": "B"})],
        },
        {"name": "Inn", "products": [entry(1), entry(2)]},  # not called reviews
        {"name": "Inn", "reviews": [{"rating": 4, "text": "no person, no day"}]},
        {"name": "Inn", "reviews": [{"author": "Bo", "text": "no rating", "date": "2024"}]},
        {"name": "Inn", "reviewTags": [{"name": "bread", "count": 4}]},
        {"name": "Inn", "reviews": 20},
    ],
)
def test_what_is_not_one_place_s_reviews_gives_none(value: Any) -> None:
    assert state.reviews(page(value)) is None


def test_a_page_without_state_gives_none() -> None:
    assert state.reviews("<html>no reviews here</html>") is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["reviews", "rating", "text", "author", "date", "name", "node", "value"]), inner
        )
    ),
    max_leaves=30,
)


@given(VALUES)
def test_no_state_makes_reading_raise(value: Any) -> None:
    state.reviews(page({"reviews": value}))


def test_very_much_state_is_read_in_time() -> None:
    deep: Any = {"reviews": []}
    for _ in range(300):
        deep = {"review": deep, "x": [deep]}
        if len(json.dumps(deep)) > 200_000:
            break
    began = time.process_time()
    state.reviews(page({"name": "Inn", "reviews": [entry(n) for n in range(5_000)], "deep": deep}))
    state.reviews('<script type="application/json">' * 20_000 + "review")
    state.reviews("window.STATE={" * 40_000 + '"review"')
    assert in_yardsticks(time.process_time() - began) < 100
