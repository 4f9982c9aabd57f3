"""What a person's browser shows of a page, as readings; whatever the page makes up."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import OWN_VIEW, PARTIAL, Item, Kind, Precision, Route, Scale
from service.sites.base import Site
from service.sites.registry import SITES, site_named
from service.sources.capture import Shown, ShownReply, is_of_a_review, item_of, listing_at, look_of, own_link
from tests.conftest import NOW


def site(name: str) -> Site:
    found = site_named(name)
    assert found
    return found


def item(name: str = "google_maps", url: str = "", *, in_public: bool = True, **facts: Any) -> Item:
    return item_of(Shown("c1", **facts), site(name), url, NOW, in_public=in_public)


def test_stars_are_of_five_and_points_of_ten() -> None:
    assert (item(rating=4.0).rating, item(rating=4.0).best) == (Decimal("4.0"), Decimal(5))
    points = item("hotels.com", rating=8.6)
    assert (points.rating, points.best, points.scale) == (Decimal("8.6"), Decimal(10), Scale.POINTS10)
    assert item(rating=0).rating is None


def test_a_recommendation_is_no_star() -> None:
    told = item("facebook", recommends=True)
    assert (told.kind, told.scale, told.rating) == (Kind.RECOMMENDATION, Scale.RECOMMEND, None)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://biz.yelp.com/r2r/x", datetime(2026, 5, 2, tzinfo=UTC)),
        ("https://www.yelp.de/biz/x", datetime(2026, 2, 5, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_its_site_writes_it(url: str, day: datetime) -> None:
    posted = item("yelp", url, date_shown="5/2/2026").posted
    assert posted is not None
    assert posted.at == day


def test_a_relative_date_counts_from_the_moment_it_was_seen() -> None:
    posted = item(date_shown="2 weeks ago").posted
    assert posted is not None
    assert (posted.precision, posted.at) == (Precision.RELATIVE, datetime(2026, 11, 8, 9, 0, tzinfo=UTC))
    odd = item(date_shown="a fortnight since").posted
    assert odd is not None
    assert (odd.shown, odd.at, odd.precision) == ("a fortnight since", None, Precision.NONE)


def test_ids_count_only_under_the_sites_own_names() -> None:
    ids = (
        ("google.maps", "Ch1"),
        ("google.maps", "Ch1"),
        ("yelp", "x"),
        ("file.id", "7"),
        ("google.gbp", " "),
    )
    assert item(ids=ids).ids == (("google.maps", "Ch1"),)


def test_a_link_is_kept_to_the_site_alone_and_without_what_it_asks() -> None:
    google = site("google_maps")
    assert own_link("https://www.google.com/maps/reviews/x?token=s#y", google) == (
        "https://www.google.com/maps/reviews/x"
    )
    for strange in (
        "https://evil.example/x",
        "javascript:alert(1)",
        "//x",
        "",
        None,
        "http://[::1",
        "data:x",
    ):
        assert own_link(strange, google) is None


def test_a_reply_in_the_owners_own_view_says_so() -> None:
    reply = ShownReply("Thank you.", True)
    own, public = item(reply=reply, in_public=False).reply, item(reply=reply).reply
    assert own is not None
    assert public is not None
    assert (own.state, public.state) == (OWN_VIEW, None)


def test_a_card_without_words_stars_or_anybody_is_no_review() -> None:
    assert not is_of_a_review(item(author="Anna"))
    assert not is_of_a_review(item(text="Good.", author="  "))
    assert is_of_a_review(item(author="Anna", rating=5))
    assert is_of_a_review(item(ids=(("google.maps", "Ch1"),), text="Good."))


OWN_PAGES = [
    ("google_maps", "https://business.google.com/reviews"),
    ("google_maps", "https://business.google.com/groups/1/reviews"),
    ("google_maps", "https://www.google.com/local/business/123/customers/reviews"),
    ("yelp", "https://biz.yelp.com/r2r/abc"),
    ("facebook", "https://business.facebook.com/latest/inbox/all"),
    ("tripadvisor", "https://www.tripadvisor.com/ManagementCenter-1"),
    ("trustpilot", "https://businessapp.b2b.trustpilot.com/reviews/6a1"),
    ("angi", "https://pro.angi.com/reviews"),
]


@pytest.mark.parametrize(("name", "url"), OWN_PAGES)
def test_an_owners_own_page_is_no_listings_public_page(name: str, url: str) -> None:
    assert listing_at(url, site(name)) is None


PUBLIC = [
    ("google_maps", "https://www.google.com/maps/place/X/data=!4m2!3m1!1s0x89c2:0x5a"),
    ("yelp", "https://www.yelp.com/biz/harbour-street-leeds"),
    ("facebook", "https://www.facebook.com/harbourstreet/reviews"),
    ("trustpilot", "https://www.trustpilot.com/review/harbour.example"),
]


@pytest.mark.parametrize(("name", "url"), PUBLIC)
def test_a_public_page_is_its_listings(name: str, url: str) -> None:
    assert listing_at(url, site(name)) is not None


def test_a_capture_speaks_for_what_it_shows_alone() -> None:
    one = item(author="Anna", rating=5)
    look = look_of(site("yelp"), "x", [one, one], NOW)
    assert look.observation is not None
    assert (look.observation.route, look.observation.coverage) == (Route.CAPTURE, PARTIAL)
    assert look.observation.items == (one,)


WORDS = st.one_of(st.none(), st.text(max_size=60))


@given(
    st.sampled_from(SITES),
    WORDS,
    WORDS,
    WORDS,
    WORDS,
    st.one_of(st.none(), st.floats(0, 10)),
    st.text(max_size=80),
)
def test_whatever_a_page_shows_is_read_without_an_error(
    of: Site,
    author: str | None,
    text: str | None,
    date: str | None,
    link: str | None,
    rating: float | None,
    url: str,
) -> None:
    shown = Shown("c", (("x", "y"),), author, rating, None, date, text, True, None, link)
    told = item_of(shown, of, f"https://{of.hosts[0]}/{url}", NOW, in_public=False)
    assert told.text is None or told.text.strip()
    listing_at(f"https://{of.hosts[0]}/{url}", of)
    listing_at(link, of)
