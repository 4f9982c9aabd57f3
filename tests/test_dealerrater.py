"""DealerRater: stars in a class name, a text in two pieces, and employees' stars beside the dealer's."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import LookFailed
from service.sites import reading
from service.sites.dealerrater import SITE, listing
from tests import pairs

DEALER = "https://www.dealerrater.com/dealer/Wexcombe-Motors"


@pytest.mark.parametrize("case", pairs.cases("dealerrater"))
def test_each_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (f"{DEALER}-dealer-reviews-99123/", f"{DEALER}-dealer-reviews-99123/"),
        (f"{DEALER}-dealer-reviews-99123/page2/?filter=#link", f"{DEALER}-dealer-reviews-99123/"),
        (f"{DEALER}-review-99123/", f"{DEALER}-dealer-reviews-99123/"),
        (
            "http://dealerrater.ca/dealer/Wexcombe-Motors-dealer-reviews-99123",
            "https://www.dealerrater.ca/dealer/Wexcombe-Motors-dealer-reviews-99123/",
        ),
    ],
)
def test_a_listing_is_the_dealer_s_number(address: str, url: str) -> None:
    found = listing(urlsplit(address))
    assert found is not None
    assert (found.site, found.key, found.url) == ("dealerrater", "99123", url)
    assert listing(urlsplit(found.url)) == found


@pytest.mark.parametrize(
    "address",
    [
        "https://www.dealerrater.com/",
        "https://www.dealerrater.com/directory/Texas/Wexcombe/",
        "https://www.dealerrater.com/sales/Someone-Else-review-54375/",
        "https://www.dealerrater.com/classifieds/dealer/Wexcombe-Motors-cars-99123/",
        "https://www.dealerrater.com/consumer/writereviews/99123",
    ],
)
def test_directories_employees_and_cars_are_no_listing(address: str) -> None:
    assert listing(urlsplit(address)) is None


def test_the_covid_response_of_a_dealer_is_no_reply() -> None:
    told = pairs.read("dealerrater-2022-page1")["reviews"]
    assert "Covid Response" in pairs.text("dealerrater-2022-page1")
    assert [bool(review["owner_reply"]) for review in told] == [False, True]


def test_a_headline_that_is_no_opening_is_a_title() -> None:
    page = pairs.text("dealerrater-2020-page1").replace(
        '"They drove the car to my sister\'s so..."', '"Trust them"'
    )
    assert pairs.read("dealerrater-2020-page1", page)["reviews"][0]["title"] == '"Trust them"'


def test_where_only_the_cut_text_is_left_the_review_says_so() -> None:
    page = re.sub(
        r'<span class="review-whole.*?</span>', "", pairs.text("dealerrater-2022-page1"), flags=re.DOTALL
    )
    told = pairs.read("dealerrater-2022-page1", page)["reviews"][0]
    assert (told["text"], told["text_complete"]) == (
        "Everybody knew my name by the second visit & the price was the",
        False,
    )


@pytest.mark.parametrize("case", pairs.cases("dealerrater"))
def test_a_page_whose_reviews_went_elsewhere_is_a_changed_page(case: str) -> None:
    page = re.sub(r'<a name="r\d+"></a>', "", pairs.text(case)).replace("review-entry", "c7")
    told = pairs.read(case, page)
    total = pairs.told(case)["expected"]["business"]["review_total"]
    assert (told["outcome"], told["evidence"]) == (
        "changed_shape",
        [f"the site counts {total:,} reviews", "0 could be read"],
    )


def test_a_wall_is_told_as_a_wall() -> None:
    wall = "<html><head><title>Pardon Our Interruption</title></head><body></body></html>"
    assert pairs.read("dealerrater-2022-page1", wall)["outcome"] == "walled"


@pytest.mark.parametrize("case", pairs.cases("dealerrater"))
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


def test_the_ways_to_hear_dealerrater_are_honest() -> None:
    assert [way.route.value for way in SITE.ways] == ["page", "mail", "hand", "capture"]
    assert all(way.needs for way in SITE.ways if way.route.value in ("mail", "capture"))
