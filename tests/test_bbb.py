"""BBB: reviews and complaints apart, and its own letter grade never taken for a customer's rating."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Coverage, CoverageKind, Kind, Scale
from service.errors import LookFailed
from service.sites import reading
from service.sites.bbb import SITE, listing
from tests import pairs

PROFILE = "https://www.bbb.org/us/wa/renfield/profile/moving-companies/larkspur-movers-1296-7700999"


@pytest.mark.parametrize("case", pairs.cases("bbb"))
def test_each_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


@pytest.mark.parametrize(
    ("address", "key", "url"),
    [
        (PROFILE, "1296-7700999", f"{PROFILE}/customer-reviews"),
        (f"{PROFILE}/customer-reviews?page=2#1296_7700999_1", "1296-7700999", f"{PROFILE}/customer-reviews"),
        (f"{PROFILE}/details", "1296-7700999", f"{PROFILE}/customer-reviews"),
        (f"{PROFILE}/addressId/38205", "1296-7700999", f"{PROFILE}/customer-reviews"),
        (f"{PROFILE}/complaints?page=3", "1296-7700999#complaints", f"{PROFILE}/complaints"),
        (f"{PROFILE}/addressId/38205/complaints", "1296-7700999#complaints", f"{PROFILE}/complaints"),
    ],
)
def test_a_listing_is_bureau_and_number_and_complaints_are_one_of_their_own(
    address: str, key: str, url: str
) -> None:
    found = listing(urlsplit(address))
    assert found is not None
    assert (found.site, found.key, found.url) == ("bbb", key, url)
    assert listing(urlsplit(found.url)) == found


@pytest.mark.parametrize(
    "address",
    [
        "https://www.bbb.org/",
        "https://www.bbb.org/search?find_text=movers",
        "https://www.bbb.org/us/category/moving-companies",
        "https://www.bbb.org/us/wa/renfield/category/moving-companies",
        "https://www.bbb.org/article/news-releases/1296-7700999",
    ],
)
def test_searches_and_articles_are_no_listing(address: str) -> None:
    assert listing(urlsplit(address)) is None


def test_complaints_carry_no_rating_and_no_average() -> None:
    read = reading.read(pairs.text("bbb-2026-complaints"), None, None)
    assert {(item.kind, item.scale, item.rating) for item in read.items} == {
        (Kind.COMPLAINT, Scale.NONE, None)
    }
    assert read.rating is None
    assert read.listing_key == "1296-7700999#complaints"


def test_the_letter_grade_is_no_rating_where_nobody_reviewed() -> None:
    page = re.sub(
        r'"items":\[\{.*?\}\],"numFound":2', '"items":[],"numFound":0', pairs.text("bbb-2021-profile")
    )
    page = page.replace('"reviewsTotal":2', '"reviewsTotal":0').replace('RatingStars":4.5', 'RatingStars":0')
    told = pairs.read("bbb-2021-profile", page.replace('StarRatings":4.5', 'StarRatings":0'))
    assert (told["outcome"], told["business"]["rating"], told["business"]["review_total"]) == (
        "empty",
        None,
        0,
    )


def test_the_place_on_the_page_is_no_id() -> None:
    told = pairs.read("bbb-2021-profile")["reviews"][0]
    assert (told["id"], told["permalink"]) == (None, None)


def test_stars_are_counted_where_no_word_tells_them() -> None:
    page = pairs.text("bbb-2026-reviews").replace('<span class="visually-hidden">2 stars</span>', "")
    assert pairs.read("bbb-2026-reviews", page)["reviews"][0]["rating"] == 2


def test_the_page_s_own_sort_proves_newest_first() -> None:
    page, url = pairs.text("bbb-2026-state"), f"{PROFILE}/customer-reviews"
    since = Coverage(CoverageKind.SINCE, datetime(2026, 8, 3, tzinfo=UTC))
    assert reading.read(page, url, None).coverage == since
    for before, after in (('"reviewDate desc, id desc"', '"rating asc"'), ('"page":1', '"page":2')):
        assert reading.read(page.replace(before, after), url, None).coverage.kind is CoverageKind.PARTIAL


@pytest.mark.parametrize("case", ["bbb-2026-reviews", "bbb-2026-complaints", "bbb-2026-state"])
def test_a_page_whose_reviews_went_elsewhere_is_a_changed_page(case: str) -> None:
    page = re.sub(r'class="card [^"]*"', 'class="c7"', pairs.text(case)).replace('"items":', '"rows":')
    told = pairs.read(case, page)
    total = pairs.told(case)["expected"]["business"]["review_total"]
    assert (told["outcome"], told["evidence"]) == (
        "changed_shape",
        [f"the site counts {total} reviews", "0 could be read"],
    )


def test_a_browser_check_is_told_as_a_wall() -> None:
    check = "<html><head><title>Just a moment...</title></head><script>_cf_chl_opt={}</script></html>"
    assert pairs.read("bbb-2026-reviews", check)["outcome"] == "walled"


@pytest.mark.parametrize("case", pairs.cases("bbb"))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_damaged_page_ends_in_a_reading_or_a_failed_look(case: str, data: st.DataObject) -> None:
    page = data.draw(pairs.damaged(pairs.text(case)))
    try:
        read = reading.read(page, pairs.told(case)["url"], None)
    except LookFailed as failed:
        assert failed.evidence
    else:
        assert read.items or read.site_total == 0


def test_the_ways_to_hear_bbb_are_honest() -> None:
    assert [way.route.value for way in SITE.ways] == ["mail", "page", "hand", "capture"]
    assert "14" in SITE.reply.source
