"""Adding listings: twice is once, and an address that cannot be watched is told what to give instead."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from service.db import Database
from service.domain import Route
from service.errors import UnwatchableAddress
from service.models import Branch, Listing
from service.sites.mail.registry import mail_site_named
from service.sites.registry import SITES
from service.watch.listings import BranchFacts, add, code_of, recognised

YELP = "https://www.yelp.com/biz/north-bakery-leeds?osq=cake"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("not an address", "no web address"),
        ("ftp://www.yelp.com/biz/north", "no web address"),
        ("", "no web address"),
        ("https://www.yelp.com/search?find_desc=cake", "Open the branch's page there"),
        ("https://local.yahoo.com/info-12345-north-bakery", "belong to another site|belong to Yelp"),
    ],
)
def test_an_address_that_cannot_be_watched_is_told_what_to_give_instead(url: str, says: str) -> None:
    with pytest.raises(UnwatchableAddress, match=says):
        recognised(url)


def test_adding_twice_is_adding_once(database: Database, now: datetime) -> None:
    site, address = recognised(YELP)
    results = []
    for _ in range(2):
        with database.transaction() as session:
            results.append(add(session, site, address, BranchFacts("North Bakery"), now))
    assert [added.known for added in results] == [False, True]
    assert results[0].listing_id == results[1].listing_id
    with database.reading() as session:
        for model in (Branch, Listing):
            assert session.execute(select(func.count()).select_from(model)).scalar_one() == 1


def test_an_address_is_stored_as_the_site_itself_would_write_it(database: Database, now: datetime) -> None:
    site, address = recognised(YELP)
    with database.transaction() as session:
        add(session, site, address, BranchFacts("North"), now)
        stored = session.execute(select(Listing)).scalar_one()
        assert (stored.site, stored.key) == ("yelp", "north-bakery-leeds")
        assert "osq" not in stored.url
        assert stored.next_look_at == now


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("North", "north"),
        ("Café Nørd 2", "cafe-nord-2"),
        ("  St. John's / East ", "st-john-s-east"),
        ("東京店", "東京店"),
    ],
)
def test_a_branch_has_a_short_name(name: str, code: str) -> None:
    assert code_of(name) == code


def test_what_a_person_brings_is_kept_at_every_site() -> None:
    for site in (*SITES, recognised("https://north.example/reviews")[0]):
        hand = [way for way in site.ways if way.route is Route.HAND]
        assert site.alias_of or (hand and all(way.needs == "" for way in hand)), site.name


def test_a_site_whose_mails_nobody_has_shown_us_says_that_its_first_one_must_be_taught() -> None:
    for site in SITES:
        for way in (way for way in site.ways if way.route is Route.MAIL):
            read = site.name in ("google_maps", "trustpilot")
            assert ("help with the first mail" in way.needs or "how its mails look" in way.needs) is not read
            assert ("mail add" in way.needs) is (mail_site_named(site.name) is not None), site.name
