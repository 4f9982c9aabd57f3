"""Trustpilot: state, markup and cards tell the same reviews, and its walls are told as what they are."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Coverage, CoverageKind
from service.errors import LookFailed
from service.sites import reading
from service.sites.base import Reading
from service.sites.trustpilot import SITE, listing
from tests import pairs

NEWEST_FIRST = "https://www.trustpilot.com/review/saltmarshcycles.example?languages=all&sort=recency"


@pytest.mark.parametrize("case", pairs.cases("trustpilot"))
def test_each_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.trustpilot.com/review/www.kettles.example", "www.kettles.example"),
        ("https://www.trustpilot.com/review/kettles.example", "kettles.example"),
        ("https://de.trustpilot.com/review/Optik.example?page=3&stars=1", "optik.example"),
        ("https://www.trustpilot.fr/review/nettle.example/", "nettle.example"),
        ("https://www.trustpilot.com/review/nettle.example/6456378afe4e670000000001", "nettle.example"),
        ("https://uk.trustpilot.com/review/nettle.example/location/hartsea", "nettle.example#hartsea"),
        ("https://www.trustpilot.com/review/b%C3%BCcher.example", "bücher.example"),
    ],
)
def test_a_listing_is_its_domain_as_the_site_writes_it_and_a_branch_its_location(
    address: str, key: str
) -> None:
    found = listing(urlsplit(address))
    assert found is not None
    assert (found.site, found.key) == ("trustpilot", key)
    assert found.url.endswith("?languages=all&sort=recency")
    assert listing(urlsplit(found.url)) == found


@pytest.mark.parametrize(
    "address",
    [
        "https://www.trustpilot.com/",
        "https://www.trustpilot.com/categories/bakery",
        "https://www.trustpilot.com/search?query=bread",
        "https://www.trustpilot.com/reviews/6456378afe4e670000000001",
        "https://www.trustpilot.com/users/c1",
        "https://www.trustpilot.com/review/",
        "https://www.trustpilot.com/review/notadomain",
    ],
)
def test_categories_people_and_single_reviews_are_no_listing(address: str) -> None:
    assert listing(urlsplit(address)) is None


def without_state(page: str) -> str:
    return re.sub(r'<script id="__NEXT_DATA__".*?</script>', "", page, flags=re.DOTALL)


def test_the_markup_alone_still_tells_who_wrote_what_and_when() -> None:
    case = "trustpilot-2023-state"
    told = pairs.read(case, without_state(pairs.text(case)))["reviews"]
    expected = pairs.told(case)["expected"]["reviews"]
    for field in ("author", "rating", "title", "text", "date"):
        assert [review[field] for review in told] == [review[field] for review in expected]


def test_a_footer_that_says_reply_from_is_no_reply() -> None:
    case = "trustpilot-2023-state"
    told = pairs.read(case, without_state(pairs.text(case)))["reviews"]
    assert [review["owner_reply"] for review in told] == [None, None]


def test_new_class_names_do_not_matter() -> None:
    case = "trustpilot-2025-cards"
    renamed = re.sub(r'class="[^"]*"', 'class="z"', pairs.text(case))
    assert pairs.read(case, renamed) == pairs.told(case)["expected"]


def test_a_card_that_lost_its_data_attributes_is_still_a_review() -> None:
    case = "trustpilot-2025-cards"
    page = re.sub(r'<section class="carousel">.*?</section>', "", pairs.text(case), flags=re.DOTALL)
    page = re.sub(r' data-(?:service-review|consumer)-(?!business)[a-z-]+="[^"]*"', "", page)
    told = pairs.read(case, page)["reviews"]
    expected = pairs.told(case)["expected"]["reviews"]
    for field in ("id", "author", "rating", "title", "date"):
        assert [review[field] for review in told] == [review[field] for review in expected]


@pytest.mark.parametrize("case", ["trustpilot-2021-cards", "trustpilot-2023-state", "trustpilot-2025-cards"])
def test_a_page_whose_reviews_went_elsewhere_is_a_changed_page(case: str) -> None:
    page = re.sub(r'("review"|"reviews"):\[.*?\](?=[,}])', r"\1:[]", pairs.text(case), flags=re.DOTALL)
    page = re.sub(r'\{"@type":"Review".*?\},?(?=\{|\])', "", page, flags=re.DOTALL)
    page = re.sub(r"<article.*?</article>", "", page, flags=re.DOTALL)
    told = pairs.read(case, page)
    total = pairs.told(case)["expected"]["business"]["review_total"]
    assert told["outcome"] == "changed_shape"
    assert told["evidence"] == [f"the site counts {total:,} reviews", "0 could be read"]


def state_asking(**changes: object) -> Reading:
    """The newest-first page of 2025, with other filters chosen."""
    page = pairs.text("trustpilot-2025-state")
    for name, value in changes.items():
        page = re.sub(rf'"{name}":("[^"]*"|null|true|false|\d+)', f'"{name}":{json.dumps(value)}', page)
    return reading.read(page, "https://www.trustpilot.com/review/moosbacher-optik.example", None)


def test_newest_first_in_all_languages_speaks_for_everything_since_its_oldest() -> None:
    since = Coverage(CoverageKind.SINCE, datetime(2025, 8, 11, 6, 30, 15, tzinfo=UTC))
    assert state_asking().coverage == since
    assert state_asking(languages="de", hasMultipleLanguages=False).coverage == since


@pytest.mark.parametrize(
    "changes",
    [
        {"sort": "relevance"},
        {"languages": "de"},
        {"stars": "1"},
        {"date": "last6months"},
        {"search": "brille"},
        {"verified": True},
        {"replies": True},
        {"currentPage": 2},
    ],
)
def test_a_page_that_leaves_something_out_speaks_only_for_what_it_shows(changes: dict[str, object]) -> None:
    assert state_asking(**changes).coverage.kind is CoverageKind.PARTIAL


@pytest.mark.parametrize(
    "query",
    ["", "?sort=recency", "?languages=all&sort=recency&page=2", "?languages=all&sort=recency&stars=1"],
)
def test_without_state_the_address_decides_what_the_cards_speak_for(query: str) -> None:
    page = pairs.text("trustpilot-2025-cards")
    assert reading.read(page, NEWEST_FIRST, None).coverage.kind is CoverageKind.SINCE
    address = f"https://www.trustpilot.com/review/saltmarshcycles.example{query}"
    assert reading.read(page, address, None).coverage.kind is CoverageKind.PARTIAL


@pytest.mark.parametrize(
    "address",
    [
        "https://www.trustpilot.com/users/connect?redirect=%2Freview%2Fnettleandrye.example",
        "https://www.trustpilot.com/review/nettleandrye.example?languages=all&page=11",
        "https://www.trustpilot.com/review/nettleandrye.example?page=40",
    ],
)
def test_a_sign_in_page_with_status_200_is_no_empty_listing(address: str) -> None:
    with pytest.raises(LookFailed) as failed:
        reading.read(pairs.text("trustpilot-2026-sign-in"), address, None)
    assert failed.value.outcome.value == "signed_out"


def test_a_company_without_reviews_is_empty_not_broken() -> None:
    page = re.sub(
        r'"reviews":\[.*?\],"filters"', '"reviews":[],"filters"', pairs.text("trustpilot-2025-state")
    )
    page = page.replace('"numberOfReviews":96', '"numberOfReviews":0')
    told = pairs.read("trustpilot-2025-state", page)
    assert (told["outcome"], told["coverage"]) == ("empty", "all")


@pytest.mark.parametrize("case", pairs.cases("trustpilot"))
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


def test_the_ways_to_hear_trustpilot_are_honest() -> None:
    assert [way.route.value for way in SITE.ways] == ["mail", "page", "hand", "capture", "api"]
    assert all(way.needs for way in SITE.ways if way.route.value in ("mail", "capture", "api"))
