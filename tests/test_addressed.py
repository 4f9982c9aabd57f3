"""A page's listing is told by where it was found, or by the address it gives itself."""

from __future__ import annotations

import pytest

from service.errors import NotAListing
from service.sites.addressed import asked, host, listing_of, path
from service.sites.page import Page
from service.sites.yelp import listing

CANONICAL = '<link rel="canonical" href="https://www.yelp.com/biz/marigold">'


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", "https://m.yelp.com/biz/marigold?osq=x"),
        (CANONICAL, None),
        (CANONICAL, "https://yelp.to/abc"),
        (CANONICAL, "http://[not-an-address"),
    ],
)
def test_the_listing_is_told_by_either_address(text: str, url: str | None) -> None:
    found = listing_of(Page(text, url), listing, "no business page")
    assert found is not None
    assert found.key == "marigold"


def test_addresses_that_name_no_listing_are_told_as_such() -> None:
    with pytest.raises(NotAListing, match="no business page"):
        listing_of(Page("", "https://www.yelp.com/search"), listing, "no business page")


def test_a_page_that_tells_no_address_is_left_open() -> None:
    assert listing_of(Page("", None), listing, "no business page") is None
    assert (path(Page("")), host(Page("")), asked(Page(""))) == ("", "", {})


def test_what_an_address_asks_for_is_the_last_of_each_name() -> None:
    page = Page("", "https://www.yelp.com/biz/marigold?start=0&sort_by=date_desc&start=20")
    assert asked(page) == {"start": "20", "sort_by": "date_desc"}
    assert (path(page), host(page)) == ("/biz/marigold", "www.yelp.com")
