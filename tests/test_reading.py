from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain import ALL, PARTIAL, Route
from service.errors import LookFailed, NotAListing, PageChanged, Refused, Walled
from service.sites import reading, registry
from service.sites.page import Page
from tests import pairs
from tests.yardstick import in_yardsticks

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def shop(total: int, reviews: int) -> str:
    told = {
        "@type": "LocalBusiness",
        "name": "Ann's Inn",
        "aggregateRating": {"ratingValue": 4, "reviewCount": total},
        "review": [
            {
                "@type": "Review",
                "author": f"Guest {n}",
                "reviewBody": f"Words {n}",
                "datePublished": "2024-05-06",
            }
            for n in range(reviews)
        ],
    }
    block = f'<script type="application/ld+json">{json.dumps(told)}</script>'
    return f"<html><title>Ann's Inn</title>{block}</html>"


URL = "https://www.handytowns.example/inn"


def test_a_page_that_shows_all_its_site_counts_speaks_for_all() -> None:
    assert reading.read(shop(3, 3), URL, NOW).coverage == ALL
    assert reading.read(shop(2, 3), URL, NOW).coverage == ALL


def test_a_page_that_shows_some_speaks_for_some_and_says_so() -> None:
    told = reading.read(shop(90, 5), URL, NOW)
    assert told.coverage == PARTIAL
    assert told.evidence == ("5 of 90 reviews read",)


def test_no_reviews_where_the_site_counts_none_is_an_empty_reading() -> None:
    told = reading.read(shop(0, 0), URL, NOW)
    assert (told.items, told.site_total, told.coverage) == ((), 0, ALL)


def test_no_reviews_where_the_site_counts_ninety_is_an_alarm_with_both_numbers() -> None:
    with pytest.raises(PageChanged) as failed:
        reading.read(shop(90, 0), URL, NOW)
    assert failed.value.evidence == ("the site counts 90 reviews", "0 could be read")


def test_no_reviews_behind_a_wall_s_marks_is_the_wall() -> None:
    page = shop(90, 0).replace("</html>", f"{'words ' * 9000}</html>")
    walled = page.replace("<title>", "<script src='https://ct.captcha-delivery.com/c.js'></script><title>")
    with pytest.raises(Walled):
        reading.read(walled, URL, NOW)
    with pytest.raises(PageChanged):
        reading.read(page, URL, NOW)


@pytest.mark.parametrize("nothing", ["", "   ", "<html></html>", "no page at all", "{}", "\x00\x01"])
def test_a_page_of_nothing_is_no_listing(nothing: str) -> None:
    with pytest.raises(NotAListing):
        reading.read(nothing, URL, NOW)


def test_the_address_it_was_fetched_from_comes_before_the_page_s_own() -> None:
    canonical = '<link rel="canonical" href="https://www.justdial.com/a/b/c_BZDET">'
    page = shop(1, 1).replace("<title>", f"{canonical}<title>")
    assert reading.read(page, None, NOW).site == "justdial"
    assert reading.read(page, URL, NOW).site == "handytowns.example"


@pytest.mark.parametrize(
    "link",
    [
        "<link rel=canonical href=https://www.justdial.com/a/b/c_BZDET>",
        "<link href='https://www.justdial.com/a/b/c_BZDET' rel='canonical' class=x>",
        '<LINK REL="canonical" HREF="https://www.justdial.com/a/b/c_BZDET"/>',
        '<meta property="og:url" content="https://www.justdial.com/a/b/c_BZDET?a=1&amp;b=2">',
        '<script>var canonical = "x"</script><link rel="canonical" href="/relative">'
        '<meta content="https://www.justdial.com/a/b/c_BZDET" property="og:url">',
    ],
)
def test_a_page_tells_its_own_address(link: str) -> None:
    page = Page(f"<html><head>{link}</head></html>")
    assert page.canonical and page.canonical.startswith("https://www.justdial.com/a/b/c_BZDET")


def test_a_page_that_tells_no_address_is_known_by_its_looks_or_by_none() -> None:
    assert reading.read(shop(1, 1), None, NOW).site == "web"
    for case in pairs.cases("google_maps"):
        if pairs.told(case)["url"] is None:
            assert reading.site_of(Page(pairs.text(case))).name == "google_maps"


@pytest.mark.parametrize(
    "alias", [site for site in registry.SITES if site.alias_of], ids=lambda site: site.name
)
def test_an_alias_says_whose_reviews_it_shows(alias: registry.Site) -> None:
    address = {
        "yahoo_local": "https://local.yahoo.com/info-12345-anns-inn",
        "bing_maps": "https://www.bing.com/maps?ss=ypid.YN873x123",
        "apple_maps": "https://maps.apple.com/place?place-id=I1234567890ABCDEF",
    }[alias.name]
    told = reading.read(shop(2, 2), address, NOW)
    assert {item.syndicated_from for item in told.items} == {alias.alias_of}


def test_a_reading_becomes_an_observation_of_its_route_and_moment() -> None:
    observed = reading.read(shop(3, 3), URL, NOW).observed(Route.HAND, NOW)
    assert (observed.route, observed.observed_at, len(observed.items)) == (Route.HAND, NOW, 3)


def test_a_page_nested_out_of_all_measure_is_refused_at_once() -> None:
    deep = shop(90, 0) + '<div itemprop="review" itemscope>' * 200_000
    began = time.process_time()
    with pytest.raises(Refused):
        reading.read(deep, URL, NOW)
    assert in_yardsticks(time.process_time() - began) < 100


HOSTS = st.sampled_from(
    [None, URL, *(f"https://www.{site.hosts[0]}/biz/x" for site in registry.SITES), "http://["]
)
PIECES = st.text(max_size=40) | st.sampled_from((
    '<div itemscope itemtype="http://schema.org/Review">', '<p itemprop="review">', "</div>", "<title>",
    "\ud800", '<script type="application/ld+json">', "</script>", '{"@type":"Review","author":', '"x"}',
    "<!--", "]]>", '<li class="hreview">', '<b property="rating" typeof="Review">',
    '<script id="__NEXT_DATA__">', '<link rel="canonical" href="http://[::1">',
))  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=30).map("".join), HOSTS, st.sampled_from([None, NOW]))
def test_no_text_makes_reading_raise_anything_but_what_a_look_can_be(
    text: str, url: str | None, now: datetime | None
) -> None:
    try:
        told = reading.read(text, url, now)
    except LookFailed as failed:
        assert failed.evidence
    else:
        assert told.items or told.site_total == 0


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_damage_to_a_page_makes_reading_raise_anything_else(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(sorted({path.stem for path in pairs.PAGES.glob("generic-*.html")})))
    page = data.draw(pairs.damaged(pairs.text(case)))
    try:
        reading.read(page, None, NOW)
    except LookFailed as failed:
        assert failed.evidence


@pytest.mark.large
@pytest.mark.parametrize(
    "piece",
    [
        "<script type=application/ld+json>",
        '<div itemscope itemprop="review">',
        "<p itemprop=review itemscope>",
        '<link rel="canonical" ',
        "<title>",
        "<li class=hreview>",
        '<script id="__NEXT_DATA__">"review',
        "review",
        "<",
        "</",
    ],
)
def test_a_million_characters_meant_to_be_slow_are_answered_in_time(piece: str) -> None:
    began = time.process_time()
    with pytest.raises(LookFailed):
        reading.read(piece * (1_000_000 // len(piece)), URL, NOW)
    assert in_yardsticks(time.process_time() - began) < 160
