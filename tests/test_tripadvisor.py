"""Tripadvisor: its addresses, its cards of four generations, its embedded data, and its walls."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain import Route
from service.errors import LookFailed
from service.sites import reading, registry, tripadvisor_state
from service.sites.page import Page
from service.sites.tripadvisor import SITE
from tests import pairs
from tests.conftest import NOW
from tests.mangled import mangled, renamed

CASES = pairs.cases("tripadvisor")
HOTEL, RESTAURANT = "tripadvisor-2023-hotel", "tripadvisor-2024-restaurant"


@pytest.mark.parametrize("case", CASES)
def test_each_saved_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


def test_there_are_pages_of_every_kind() -> None:
    outcomes = {pairs.told(case)["expected"]["outcome"] for case in CASES}
    assert outcomes == {"ok", "walled", "not_a_listing", "changed_shape"}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("www.tripadvisor.com/Hotel_Review-g297612-d1490001-Reviews-Hotel_Lumen-Surat.html", "d1490001"),
        ("www.tripadvisor.com/Hotel_Review-g297612-d1490001-Reviews-or10-X.html?m=1#REVIEWS", "d1490001"),
        ("www.tripadvisor.co.uk/Restaurant_Review-g39604-d7803001-Reviews-Chez_Lumen.html", "d7803001"),
        ("no.tripadvisor.com/Attraction_Review-g1-d42-Reviews-Old_Mill.html", "d42"),
        ("www.tripadvisor.com.br/AttractionProductReview-g1-d42-x.html", None),
        ("www.tripadvisor.it/AttractionProduct_Review-g1-d42-Tour.html", "d42"),
        ("www.tripadvisor.de/ShowUserReviews-g297612-d1490001-r893000667-Hotel_Lumen.html", "d1490001"),
        ("www.tripadvisor.com/UserReviewEdit-g297612-d1490001-Hotel_Lumen.html", "d1490001"),
        ("www.tripadvisor.com/", None),
        ("www.tripadvisor.fr/Restaurants-g304135-Lumen.html", None),
        ("www.tripadvisor.com/Hotels-g297612-Surat-Hotels.html", None),
        ("www.tripadvisor.ca/Attractions-g155019-Activities-Toronto.html", None),
        ("www.tripadvisor.com/Profile/someone", None),
        ("www.tripadvisor.com/Search?q=Hotel_Review-g1-d2", None),
        ("www.nottripadvisor.example/Hotel_Review-g1-d2-Reviews-X.html", None),
    ],
)  # fmt: skip
def test_an_address_is_its_location_s_whatever_page_it_opens(address: str, key: str | None) -> None:
    found = SITE.listing(urlsplit(f"https://{address}"))
    assert (found.key if found else None) == key
    if found:
        assert SITE.listing(urlsplit(found.url)) == found
        assert "?" not in found.url
        assert "-or10-" not in found.url


def test_every_country_s_host_belongs_to_the_site() -> None:
    for host in ("www.tripadvisor.com", "www.tripadvisor.com.tr", "pl.tripadvisor.com", "www.tripadvisor.jp"):
        assert registry.site_for(f"https://{host}/") is SITE


def test_the_card_says_which_reviews_there_are_and_the_data_knows_them_better() -> None:
    told = pairs.read(HOTEL)["reviews"]
    assert [review["author"] for review in told] == ["Deepa B", "Sumit", "Ana May"]
    assert (told[0]["date"], told[0]["date_shown"]) == ("2023-06-01", "Jun 1")
    assert told[1]["text"].endswith("breakfast at four.")
    assert told[1]["text_complete"]


def test_cards_alone_are_read_where_the_data_is_gone() -> None:
    page = pairs.text(HOTEL).replace("reviewListPage", "reviewsPage")
    told = pairs.read(HOTEL, page)["reviews"]
    assert [(r["date"], r["date_shown"], r["date_precision"]) for r in told] == [
        (None, "Jun 1", "day"), ("2023-04", "Apr 2023", "month"), ("2023-04", "Apr 2023", "month"),
    ]  # fmt: skip
    assert not told[1]["text_complete"]
    assert told[1]["owner_reply"] == {"text": "Dear Sumit, thank you. Gaurav", "date": "2023-05-12"}


def test_data_alone_is_read_where_the_cards_are_gone() -> None:
    page = pairs.text(RESTAURANT).replace("reviewCard", "tile")
    told = pairs.read(RESTAURANT, page)["reviews"]
    assert [review["author"] for review in told] == ["David S", "Lisa B", "Not Shown"]


def test_a_day_without_its_year_is_the_last_such_day_before_the_look() -> None:
    page = pairs.text(HOTEL).replace("reviewListPage", "reviewsPage")
    posted = reading.read(page, None, NOW).items[0].posted
    assert posted is not None
    assert posted.at is not None
    assert f"{posted.at:%Y-%m-%d}" == "2026-06-01"


def test_a_review_of_today_has_its_day() -> None:
    page = (
        pairs.text(HOTEL)
        .replace("reviewListPage", "reviewsPage")
        .replace("wrote a review Jun 1", "wrote a review Today")
    )
    posted = reading.read(page, None, NOW).items[0].posted
    assert posted is not None
    assert posted.at is not None
    assert (posted.shown, posted.at.date()) == ("Today", NOW.date())


def test_a_date_inside_the_text_is_not_the_day_it_was_written() -> None:
    page = pairs.text(RESTAURANT).replace("reviewListPage", "reviewsPage")
    told = pairs.read(RESTAURANT, page)["reviews"]
    assert [review["date"] for review in told] == ["2024-02-06", "2022-10-03"]
    assert told[1]["owner_reply"] == {"text": "Nous sommes désolés, Lisa.", "date": "2022-10-08"}


def test_a_reply_shown_as_a_review_of_its_own_is_no_review() -> None:
    told = pairs.read("tripadvisor-2015-fragment")["reviews"]
    assert [review["author"] for review in told] == ["Gudrun T", "Gunnar"]
    assert [review["owner_reply"]["date"] for review in told] == ["2015-04-13", "2015-02-03"]


@pytest.mark.parametrize("case", [HOTEL, RESTAURANT])
def test_a_page_whose_classes_were_all_renamed_still_tells_its_reviews(case: str) -> None:
    shuffled = pairs.read(case, renamed(pairs.text(case)))["reviews"]
    known = pairs.read(case)["reviews"]
    assert shuffled[:2] == known[:2]
    assert [review["text"] for review in shuffled] == [review["text"] for review in known]


def test_cards_and_data_gone_from_a_page_that_counts_reviews_are_an_alarm() -> None:
    page = pairs.text(HOTEL).replace("HR_CC_CARD", "TILE").replace("data-reviewid", "data-id")
    told = pairs.read(HOTEL, page.replace("reviewListPage", "reviewsPage"))
    assert told["outcome"] == "changed_shape"
    assert told["evidence"] == ["the site counts 1,484 reviews", "0 could be read"]


def test_a_person_s_reviews_of_many_places_are_no_listing() -> None:
    case = "tripadvisor-2018-attraction"
    page = pairs.text(case).replace("-d533001-r591000002", "-d533999-r591000002")
    page = page.replace("Attraction_Review-g186411-d533001-Reviews-or10-Old_Mill.html", "Profile/tess")
    assert pairs.read(case, page)["outcome"] == "not_a_listing"


def test_a_page_that_is_nobody_s_is_no_listing() -> None:
    page = '<title>Tripadvisor</title><link href="https://static.tacdn.com/x.css">' + "<p>x</p>" * 5000
    with pytest.raises(LookFailed) as failed:
        reading.read(page, None, NOW)
    assert failed.value.outcome.value == "not_a_listing"


def test_the_ways_say_what_is_missing_today() -> None:
    needs = {way.route: way.needs for way in SITE.ways}
    assert needs[Route.HAND] == ""
    assert "mail add" in needs[Route.MAIL]
    assert all(needs[route] for route in (Route.MAIL, Route.CAPTURE, Route.API))
    assert SITE.reply.one_shot
    assert SITE.reply.limit is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "text", "mgmtResponse", "userProfile", "title"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.lists(values, max_size=3), st.integers(1, 2), st.booleans())
def test_data_of_any_shape_is_read_or_passed_over(reviews: list[Any], deep: int, encoded: bool) -> None:
    answer = json.dumps({"x": {"reviewListPage": {"reviews": [{"id": 893000667, "rating": 4}, *reviews]}}})
    for _ in range(deep):
        answer = json.dumps(answer)
    page = f'<script src="{quote(answer)}">' if encoded else f"<script>x={answer}</script>"
    assert tripadvisor_state.read(page)[0].ids == (("tripadvisor", "893000667"),)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_broken_page_ends_in_a_reading_or_a_named_outcome(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    page = data.draw(mangled(pairs.text(case)))
    url = pairs.told(case)["url"]
    for attempt in (lambda: SITE.read(Page(page, None), NOW), lambda: reading.read(page, url, None)):
        try:
            attempt()
        except LookFailed as failed:
            assert failed.evidence
