"""Every real page with hand-checked truth comes out exactly; every negative says what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.domain import Outcome
from service.errors import LookFailed
from service.sites.decode import decode
from service.sites.printed import printed
from service.sites.reading import read

PAGES = Path(__file__).resolve().parents[1].parent / "shared" / "pages"
TRUTH = PAGES / "truth.json"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not TRUTH.exists(), reason="the real pages (../shared/pages) are not beside the checkout"
    ),
]

WALLED = {"negatives/googlemaps_uky_debug_google_reviews_2026.html"}
SERIES = [  # the page's own total at three moments, and the newest review's author
    ("iphone-repair_2016-05-15_2134", 359),
    ("iphone-repair_2016-05-17_1123", 359),
    ("iphone-repair_2016-05-27_1649", 362),
]


def truth() -> dict[str, dict[str, Any]]:
    return json.loads(TRUTH.read_bytes()) if TRUTH.exists() else {}


def negatives() -> list[str]:
    return sorted(f"negatives/{path.name}" for path in (PAGES / "negatives").glob("*.html"))


def page(name: str) -> str:
    return decode((PAGES / name).read_bytes(), None)


def reading(name: str) -> dict[str, Any]:
    return printed(read(page(name), None, None))


@pytest.fixture(scope="module")
def readings() -> dict[str, dict[str, Any]]:
    return {}


@pytest.fixture
def told(request: pytest.FixtureRequest, readings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    name: str = request.param
    if name not in readings:
        readings[name] = reading(name)
    return readings[name]


def each_page(argument: str) -> pytest.MarkDecorator:
    pages = truth()
    return pytest.mark.parametrize(
        ("told", argument), [pytest.param(name, pages[name], id=name) for name in pages], indirect=["told"]
    )


@each_page("expected")
def test_the_site_and_the_business_are_the_page_s_own(told: dict[str, Any], expected: dict[str, Any]) -> None:
    assert told["site"] == expected["site"]
    assert told["business"]["name"] == expected["business"]
    assert told["business"]["rating"] == expected["aggregate_rating"]
    assert told["business"]["review_total"] == expected["aggregate_count"]


@each_page("expected")
def test_every_review_on_the_page_is_read_once(told: dict[str, Any], expected: dict[str, Any]) -> None:
    assert told["outcome"] == "ok"
    assert len(told["reviews"]) == expected["reviews_on_page"]
    assert all(review["text"] != "" and review["author"] != "" for review in told["reviews"])


@each_page("expected")
def test_every_owner_reply_on_the_page_is_read(told: dict[str, Any], expected: dict[str, Any]) -> None:
    replies = [review for review in told["reviews"] if review["owner_reply"]]
    if expected["owner_replies_on_page"] is not None:
        assert len(replies) == expected["owner_replies_on_page"]


@pytest.mark.parametrize("place", ["first", "last"])
@each_page("expected")
def test_the_first_and_the_last_review_come_out_exactly(
    told: dict[str, Any], expected: dict[str, Any], place: str
) -> None:
    review, wanted = told["reviews"][0 if place == "first" else -1], expected[place]
    assert review["author"] == wanted["author"]
    if wanted["rating"] == "recommends":
        assert (review["recommends"], review["rating"]) == (True, None)
    else:
        assert review["rating"] == wanted["rating"]
    assert wanted["date"] in (review["date"], review["date_shown"])
    assert (review["text"] or "").replace("\n", " ").startswith(wanted["text_start"].strip())
    assert bool(review["text"]) == bool(wanted["text_start"])
    if "title" in wanted:
        assert review["title"] == wanted["title"]
    if wanted["owner_reply"] is not None:
        assert bool(review["owner_reply"]) == wanted["owner_reply"]
    if "reply_start" in wanted:
        assert review["owner_reply"]["text"].replace("\n", " ").startswith(wanted["reply_start"].strip())


@pytest.mark.parametrize("name", negatives())
def test_a_page_without_one_business_s_reviews_says_what_it_is(name: str) -> None:
    with pytest.raises(LookFailed) as failed:
        read(page(name), None, None)
    expected = Outcome.WALLED if name in WALLED else Outcome.NOT_A_LISTING
    assert failed.value.outcome is expected
    assert failed.value.evidence


@pytest.mark.parametrize(("name", "total"), SERIES)
def test_one_page_at_three_moments_gives_the_same_twenty_reviews_a_look(name: str, total: int) -> None:
    told = reading(f"yelp-series/{name}.html")
    assert told["site"] == "yelp"
    assert told["business"]["name"] == "Mobile iPhone iPad Screen Repair"
    assert told["business"]["review_total"] == total
    assert len(told["reviews"]) == 20
    assert all(review["author"] and review["rating"] and review["date"] for review in told["reviews"])


def test_a_fragment_of_expanded_reviews_is_read_with_its_owner_replies() -> None:
    told = reading("tripadvisor/hajekt2_expanded_2015.html")
    assert told["site"] == "tripadvisor"
    # ten of its twenty pieces are the replies once more, as unrated reviews by "a TripAdvisor member"
    assert len(told["reviews"]) == 10
    assert sum(review["owner_reply"] is not None for review in told["reviews"]) == 10
