"""Angi: two dates a review, sub-scores beside the stars, and an average rounded as it is shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import LookFailed
from service.sites import reading
from service.sites.angi import SITE, listing
from tests import pairs


@pytest.mark.parametrize("case", pairs.cases("angi"))
def test_each_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.angi.com/companylist/us/pa/fairmoor/hollis-siding-reviews-7700123.htm", "7700123"),
        (
            "https://www.angieslist.com/companylist/us/pa/fairmoor/hollis-siding-reviews-7700123.htm?x=1",
            "7700123",
        ),
        ("http://angi.com/companylist/us/oh/millbend/a%2C-b-reviews-77.htm#reviews", "77"),
    ],
)
def test_a_listing_is_the_number_at_the_end_of_its_address(address: str, key: str) -> None:
    found = listing(urlsplit(address))
    assert found is not None
    assert (found.site, found.key) == ("angi", key)
    assert found.url.startswith("https://www.angi.com/companylist/us/")
    assert found.url.endswith(f"-reviews-{key}.htm")
    assert listing(urlsplit(found.url)) == found


@pytest.mark.parametrize(
    "address",
    [
        "https://www.angi.com/",
        "https://www.angi.com/companylist/us/pa/fairmoor/siding.htm",
        "https://www.angi.com/companylist/",
        "https://www.angi.com/articles/how-to-read-reviews-12.htm",
    ],
)
def test_trades_towns_and_articles_are_no_listing(address: str) -> None:
    assert listing(urlsplit(address)) is None


def test_the_day_of_the_work_and_the_sub_scores_are_not_taken_for_the_review_s() -> None:
    case = "angi-2021-cards"
    page = re.sub(r"03/01/2021|11/20/2019", "01/01/2001", pairs.text(case))
    page = page.replace(
        '<span class="rating-number">2.0</span></aside>', '<span class="rating-number">1.0</span></aside>'
    )
    assert pairs.read(case, page) == pairs.told(case)["expected"]


def test_without_its_state_a_page_is_read_from_its_cards_and_says_what_is_cut() -> None:
    page = pairs.text("angi-2021-state").replace('id="__NEXT_DATA__"', 'id="moved"')
    told = pairs.read("angi-2021-state", page)
    assert told["business"]["rating"] == 4.6  # the markup's 4.64871, as it would be shown
    assert [(r["id"], r["rating"], r["date"], r["text_complete"]) for r in told["reviews"]] == [
        ("39000001", 5, "2021-03-15", False)
    ]


@pytest.mark.parametrize("case", pairs.cases("angi"))
def test_a_page_whose_reviews_went_elsewhere_is_a_changed_page(case: str) -> None:
    page = re.sub(r'"reviews":\[\{.*?\}\],"similarSps"', '"reviews":[],"similarSps"', pairs.text(case))
    page = page.replace('class="review-card"', 'class="c7"').replace('\\"reviews\\":', '\\"rows\\":')
    told = pairs.read(case, page)
    total = pairs.told(case)["expected"]["business"]["review_total"]
    assert (told["outcome"], told["evidence"]) == (
        "changed_shape",
        [f"the site counts {total} reviews", "0 could be read"],
    )


def test_a_wall_is_told_as_a_wall() -> None:
    wall = "<html><head><title>Access to this page has been denied</title></head><body></body></html>"
    assert pairs.read("angi-2021-state", wall)["outcome"] == "walled"


@pytest.mark.parametrize("case", pairs.cases("angi"))
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


def test_the_ways_to_hear_angi_are_honest() -> None:
    assert [way.route.value for way in SITE.ways] == ["mail", "page", "hand", "capture"]
    assert all(way.needs for way in SITE.ways if way.route.value in ("mail", "capture"))
