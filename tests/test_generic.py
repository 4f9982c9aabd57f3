from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from service.errors import NotAListing
from service.sites import generic, registry
from service.sites.page import Page

NAMES = {
    "www.hotels.com": "hotels.com",
    "uk.hotels.com": "hotels.com",
    "hotels.com": "hotels.com",
    "www.shop.co.uk": "shop.co.uk",
    "reviews.shop.com.au": "shop.com.au",
    "maps.example.de": "example.de",
    "127.0.0.1": "127.0.0.1",
    "::1": "::1",
}


@pytest.mark.parametrize(("host", "name"), NAMES.items())
def test_a_site_goes_by_the_registrable_part_of_its_host(host: str, name: str) -> None:
    assert generic.name_of(host) == name


@pytest.mark.parametrize("name", ["hotels.com", "shop.co.uk", "127.0.0.1", "::1", "localhost", "web"])
def test_any_host_s_name_is_a_site(name: str) -> None:
    site = generic.site_of(name)
    assert site is not None and site.name == name


@pytest.mark.parametrize("name", ["", "yelpp", "no host", "a/b.c", "<script>", "x" * 300 + ".com"])
def test_what_is_no_host_s_name_is_no_site(name: str) -> None:
    assert generic.site_of(name) is None


def test_a_listing_is_its_address_without_what_is_only_for_browsers() -> None:
    site = generic.site_of("handytowns.example")
    assert site is not None
    plain = site.listing(urlsplit("https://www.handytowns.example/pros/ann/#reviews"))
    asked = site.listing(urlsplit("https://www.handytowns.example/pros?id=7"))
    assert plain and asked
    assert (plain.key, plain.url) == (
        "www.handytowns.example/pros/ann",
        "https://www.handytowns.example/pros/ann/",
    )
    assert asked.key == "www.handytowns.example/pros?id=7"


def test_goods_without_reviews_are_no_listing() -> None:
    goods = '{"@type": "Product", "name": "Knife", "aggregateRating": {"ratingValue": 4, "ratingCount": 90}}'
    with pytest.raises(NotAListing):
        generic.read(
            Page(f'<script type="application/ld+json">{goods}</script>', "https://x.example/k"), "x.example"
        )


def test_every_known_site_has_a_name_and_hosts_of_its_own() -> None:
    names = [site.name for site in registry.SITES]
    hosts = [(host, site.alias_of) for site in registry.SITES for host in site.hosts]
    assert len(names) == len(set(names))
    assert len(hosts) == len(set(hosts))
    assert all(site.ways and site.title for site in registry.SITES)


@pytest.mark.parametrize(
    ("address", "name"),
    {
        "https://www.homeadvisor.com/rated.X.1.html": "homeadvisor",
        "https://WWW.Justdial.com/a/b/c_BZDET": "justdial",
        "http://m.yelp.com./biz/x": "yelp",
        "https://uk.hotels.com/ho1": "hotels.com",
        "https://notyelp.com/biz/x": "notyelp.com",
    }.items(),
)
def test_an_address_tells_its_site(address: str, name: str) -> None:
    site = registry.site_for(address)
    assert site is not None and site.name == name
    assert registry.site_named(name) is not None


@pytest.mark.parametrize(
    "address", ["", "hello", "ftp://yelp.com/", "https://", "http://[::1", "mailto:a@yelp.com"]
)
def test_what_is_no_web_address_tells_none(address: str) -> None:
    assert registry.site_for(address) is None


@pytest.mark.parametrize(
    ("address", "key", "url"),
    [
        (
            "https://homeadvisor.com/rated.LarkspurGutterWorks.900000001.html?zip=97999#x",
            "900000001",
            "https://www.homeadvisor.com/rated.LarkspurGutterWorks.900000001.html",
        ),
        (
            "https://www.justdial.com/Town/Copper-Kettle/9999P0001-0001-18-A1B2_BZDET/reviews?x=1",
            "9999P0001-0001-18-A1B2_BZDET",
            "https://www.justdial.com/Town/Copper-Kettle/9999P0001-0001-18-A1B2_BZDET",
        ),
        (
            "https://www.bestpickreports.com/roofing/port-elgar/larkspur/",
            "roofing/port-elgar/larkspur",
            "https://www.bestpickreports.com/roofing/port-elgar/larkspur",
        ),
    ],
)
def test_a_listing_s_address_is_made_one(address: str, key: str, url: str) -> None:
    site = registry.site_for(address)
    assert site is not None
    found = site.listing(urlsplit(address))
    assert found is not None
    assert (found.key, found.url) == (key, url)
    assert site.listing(urlsplit(found.url)) == found


@pytest.mark.parametrize(
    "address",
    [
        "https://www.homeadvisor.com/c.Port_Elgar.OR.html",
        "https://www.justdial.com/Town/Bakers/nct-10034444",
        "https://www.bestpickreports.com/roofing/port-elgar",
        "https://www.bestpickreports.com/content/apps/ios",
    ],
)
def test_lists_of_these_sites_are_no_listings(address: str) -> None:
    site = registry.site_for(address)
    assert site is not None
    assert site.listing(urlsplit(address)) is None
    with pytest.raises(NotAListing):
        site.read(Page("<html></html>", address), None)
