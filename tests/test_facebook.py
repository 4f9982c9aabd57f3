"""Facebook: its addresses, its cards of two generations in any language, and what it may show instead."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain import CoverageKind, Kind, Route, Scale
from service.errors import LookFailed, UnwatchableAddress
from service.sites import facebook_words, reading, registry
from service.sites.facebook import SITE
from service.sites.page import Page
from tests import pairs
from tests.conftest import NOW
from tests.mangled import mangled, renamed

CASES = pairs.cases("facebook")
OLD, NEW = "facebook-2021-page", "facebook-2025-page"


@pytest.mark.parametrize("case", CASES)
def test_each_saved_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


def test_there_are_pages_of_every_kind() -> None:
    outcomes = {pairs.told(case)["expected"]["outcome"] for case in CASES}
    assert outcomes == {"ok", "empty", "signed_out", "not_a_listing", "changed_shape"}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.facebook.com/northgate.plumbing", "northgateplumbing"),
        ("https://www.facebook.com/NorthgatePlumbing/reviews", "northgateplumbing"),
        ("https://m.facebook.com/northgateplumbing/reviews/?ref=page_internal", "northgateplumbing"),
        ("https://en-gb.facebook.com/northgateplumbing/about/", "northgateplumbing"),
        ("https://fb.com/northgateplumbing", "northgateplumbing"),
        ("https://www.facebook.com/pg/northgateplumbing/reviews/", "northgateplumbing"),
        ("https://www.facebook.com/profile.php?id=100060000000001&sk=reviews", "100060000000001"),
        ("https://www.facebook.com/p/Northgate-Plumbing-100060000000001/", "100060000000001"),
        ("https://www.facebook.com/pages/Northgate-Plumbing/100060000000001", "100060000000001"),
        ("https://www.facebook.com/pages/category/Plumber/Northgate-100060000000001/", "100060000000001"),
        ("https://www.facebook.com/people/Northgate-Plumbing/100060000000001/", "100060000000001"),
        ("https://www.facebook.com/Northgate-Plumbing-100060000000001/reviews", "100060000000001"),
        ("https://www.facebook.com/caf%C3%A9.lumen/reviews", "cafélumen"),
    ],
)
def test_every_form_of_an_address_is_one_page(address: str, key: str) -> None:
    found = SITE.listing(urlsplit(address))
    assert found is not None
    assert found.key == key
    assert SITE.listing(urlsplit(found.url)) == found
    assert "reviews" in found.url
    assert registry.site_for(address) is SITE


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/",
        "https://www.facebook.com/login/?next=x",
        "https://www.facebook.com/groups/leeds.plumbers/",
        "https://www.facebook.com/events/123456789",
        "https://www.facebook.com/search/top?q=plumber",
        "https://www.facebook.com/northgateplumbing/posts/123456789012",
        "https://www.facebook.com/permalink.php?story_fbid=1&id=2",
        "https://www.facebook.com/profile.php",
        "https://www.facebook.com/marketplace/leeds",
        "https://l.facebook.com/l.php?u=https://example.org",
        "https://www.facebook.com/hashtag/plumbing",
        "https://www.facebook.com/watch/?v=1",
    ],
)
def test_groups_posts_and_facebook_s_own_pages_are_no_listing(address: str) -> None:
    assert SITE.listing(urlsplit(address)) is None


@pytest.mark.parametrize("address", ["https://fb.me/abc", "https://www.facebook.com/share/1AbCdEf/"])
def test_an_address_only_a_browser_can_resolve_says_what_to_do(address: str) -> None:
    with pytest.raises(UnwatchableAddress, match="short link"):
        SITE.listing(urlsplit(address))


@pytest.mark.parametrize(
    ("words", "recommends"),
    [
        ("recommends", True), ("doesn't recommend", False), ("doesn\u2019t recommend", False),
        ("does not recommend", False), ("empfiehlt", True), ("empfiehlt nicht.", False),
        ("recommande", True), ("ne recommande pas", False), ("recomienda", True), ("no recomienda", False),
        ("consiglia", True), ("sconsiglia", False), ("recomenda", True), ("não recomenda", False),
        ("raadt aan", True), ("raadt af", False), ("poleca", True), ("nie poleca", False),
        ("rekommenderar", True), ("rekommenderar inte", False), ("doporučuje", True), ("nedoporučuje", False),
        ("öneriyor", True), ("önermiyor", False), ("рекомендует", True), ("не рекомендует", False),
        ("हे ची शिफारस करत आहेत.", True), ("हे ची शिफारस करत नाहीत.", False),
        ("さんは をおすすめしています", True), ("さんは をおすすめしていません", False),
        ("님이 을(를) 추천합니다", True), ("님이 을(를) 추천하지 않습니다", False),
        ("推薦", True), ("不推薦", False),
        ("shared a photo.", None), ("ist hier:", None), ("", None),
    ],
)  # fmt: skip
def test_yes_no_and_neither_are_told_apart_in_the_reader_s_language(
    words: str, recommends: bool | None
) -> None:
    assert facebook_words.recommends(words) is recommends


def test_a_yes_is_never_made_into_stars_and_old_stars_are_kept() -> None:
    items = reading.read(pairs.text(OLD), None, NOW).items
    assert [(item.kind, item.scale, item.rating) for item in items if item.rating is None] == [
        (Kind.RECOMMENDATION, Scale.RECOMMEND, None)
    ] * 4
    stars = items[3]
    assert (stars.kind, stars.scale, stars.rating, stars.recommends) == (Kind.REVIEW, Scale.STARS5, 5, True)


def test_only_the_page_itself_gives_the_owner_s_reply() -> None:
    replies = {review["author"]: review["owner_reply"] for review in pairs.read(OLD)["reviews"]}
    assert replies["Rosa Quiroga"] is None  # Ned Northgate, an employee, thanked her under his own name
    assert replies["Lars Ek"]["text"].startswith("We are sorry, Lars.")


def test_a_comment_by_a_namesake_is_not_the_page_s() -> None:
    page = pairs.text(OLD).replace("user.php?id=4242", "user.php?id=9999")
    assert all(review["owner_reply"] is None for review in pairs.read(OLD, page)["reviews"])


def test_a_page_never_proves_that_it_shows_every_recommendation() -> None:
    found = reading.read(pairs.text(OLD), None, NOW)
    assert found.site_total is not None
    assert len(found.items) >= found.site_total
    assert found.coverage.kind is CoverageKind.PARTIAL


@pytest.mark.parametrize("case", [NEW])
def test_a_page_whose_classes_were_all_renamed_reads_the_same(case: str) -> None:
    assert pairs.read(case, renamed(pairs.text(case))) == pairs.told(case)["expected"]


def test_an_old_page_whose_classes_were_renamed_keeps_who_said_what_and_when() -> None:
    kept = ("id", "author", "recommends", "date", "permalink")
    shuffled = pairs.read(OLD, renamed(pairs.text(OLD)))["reviews"]
    assert [[r[k] for k in kept] for r in shuffled if r["author"] != "Lars Ek"] == [
        [r[k] for k in kept] for r in pairs.read(OLD)["reviews"] if r["author"] != "Lars Ek"
    ]


def test_cards_that_are_gone_from_a_page_that_counts_them_are_an_alarm() -> None:
    page = pairs.text(NEW).replace("profile_name", "author_name")
    told = pairs.read(NEW, page)
    assert told["outcome"] == "changed_shape"
    assert told["evidence"] == ["the site counts 47 reviews", "0 could be read"]


def test_a_recommendation_in_words_we_do_not_know_is_kept_as_neither() -> None:
    page = pairs.text(NEW).replace("empfiehlt", "zzz")
    told = pairs.read(NEW, page)["reviews"]
    assert [review["recommends"] for review in told] == [None, None, True]


def test_a_sign_in_page_of_any_length_is_told() -> None:
    page = '<title>Facebook</title><form id="login_form" action="/login/?next=x"></form>' + "<p>x</p>" * 5000
    assert pairs.read("facebook-2026-sign-in", page)["outcome"] == "signed_out"


def test_a_checkpoint_of_any_length_is_a_wall() -> None:
    page = '<title>Facebook</title><form action="/checkpoint/start"></form>' + "<p>x</p>" * 5000
    assert pairs.read("facebook-2026-sign-in", page)["outcome"] == "walled"


def test_a_saved_page_that_tells_no_address_is_known_by_its_looks() -> None:
    page = pairs.text(NEW)
    assert SITE.owns(Page(page, None))
    assert not SITE.owns(Page("<html><a href='https://www.facebook.com/x'>Facebook</a></html>", None))


def test_the_ways_say_what_is_missing_today() -> None:
    needs = {way.route: way.needs for way in SITE.ways}
    assert needs[Route.HAND] == ""
    assert "mail add" in needs[Route.MAIL]
    assert all(needs[route] for route in (Route.MAIL, Route.CAPTURE, Route.PAGE))
    assert Route.API not in needs
    assert SITE.needs_browser


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
