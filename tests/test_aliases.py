"""Yahoo! Local, Bing Maps and Apple Maps: what they show belongs to another site, and says so."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from service.sites import reading, registry
from service.sites.aliases import SITES
from service.sites.base import Site

PLACES = [
    (
        "yahoo_local",
        "https://local.yahoo.com/info-21000001-harbor-lantern-kitchen-port-elgar?x=1",
        "21000001",
    ),
    ("bing_maps", "https://www.bing.com/maps?osid=1&cp=4&ss=ypid.YN873x1234567", "YN873x1234567"),
    ("bing_maps", "https://bing.com/maps?ypid=YN873x1234567", "YN873x1234567"),
    ("apple_maps", "https://maps.apple.com/place?place-id=I5B0123456789ABCD&q=Harbor", "I5B0123456789ABCD"),
    ("apple_maps", "https://maps.apple.com/?auid=1234567890", "1234567890"),
]
PAGE = """<html><head><title>Harbor Lantern Kitchen</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Restaurant", "name": "Harbor Lantern Kitchen",
 "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 47},
 "review": [{"@type": "Review", "author": {"@type": "Person", "name": "Odalys P."},
             "datePublished": "2024-04-03", "reviewBody": "Best chowder on the coast.",
             "reviewRating": {"@type": "Rating", "ratingValue": 5}}]}
</script></head><body></body></html>"""


def named(name: str) -> Site:
    return next(site for site in SITES if site.name == name)


@pytest.mark.parametrize(("name", "address", "key"), PLACES)
def test_a_place_is_recognised_and_known_as_an_alias(name: str, address: str, key: str) -> None:
    site = registry.site_for(address)
    assert site is named(name)
    assert site.alias_of == "yelp"
    found = site.listing(urlsplit(address))
    assert found is not None
    assert (found.site, found.key) == (name, key)
    assert site.listing(urlsplit(found.url)) == found


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("yahoo_local", "https://local.yahoo.com/"),
        ("bing_maps", "https://www.bing.com/maps?q=chowder"),
        ("bing_maps", "https://www.bing.com/search?q=ypid.YN873x1234567"),
        ("apple_maps", "https://maps.apple.com/?q=chowder"),
        ("apple_maps", "https://maps.apple.com/?auid=%22%3E"),
    ],
)
def test_searches_are_no_place(name: str, address: str) -> None:
    assert named(name).listing(urlsplit(address)) is None


@pytest.mark.parametrize(("name", "address", "key"), PLACES)
def test_what_such_a_page_shows_is_told_with_whose_it_is(name: str, address: str, key: str) -> None:
    read = reading.read(PAGE, address, None)
    assert (read.site, read.listing_key) == (name, key)
    assert [(item.author, item.syndicated_from) for item in read.items] == [("Odalys P.", "yelp")]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_the_owner_is_sent_to_the_site_the_words_belong_to(site: Site) -> None:
    assert all("Yelp" in way.needs + way.note for way in site.ways)
    assert registry.site_named(site.name) is site
