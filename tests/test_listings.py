"""Adding listings: twice is once, and an address that cannot be watched is told what to give instead."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from service.db import Database
from service.domain import Route
from service.errors import UnwatchableAddress
from service.models import Branch, Listing, ListingSource, MailPlace
from service.sites.mail.registry import mail_site_named
from service.sites.registry import SITES
from service.watch import branches, listings
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


@pytest.fixture
def north(database: Database, now: datetime) -> int:
    site, address = recognised(YELP)
    with database.transaction() as session:
        return add(session, site, address, BranchFacts("North"), now).listing_id


def test_a_paused_listing_is_looked_at_no_longer_until_it_is_resumed(
    database: Database, now: datetime, north: int
) -> None:
    for _ in range(2):
        with database.transaction() as session:
            assert listings.pause(session, north)
            row = session.get_one(Listing, north)
            assert (row.active, row.next_look_at, row.removed_at) == (False, None, None)
    for _ in range(2):
        with database.transaction() as session:
            assert listings.resume(session, north, now)
            row = session.get_one(Listing, north)
            assert (row.active, row.next_look_at) == (True, now)


def test_what_is_removed_is_watched_no_longer_and_begun_anew_when_it_is_added_again(
    database: Database, now: datetime, north: int
) -> None:
    place = MailPlace(site="yelp", name_folded="north", listing_id=north, decided_by="Kim", decided_at=now)
    with database.transaction() as session:
        session.add(place)
        session.add(ListingSource(listing_id=north, route="page", began_at=now))
        session.get_one(Listing, north).etag = "x"
    with database.transaction() as session:
        assert listings.remove(session, north, now)
        assert session.scalars(select(MailPlace)).all() == []
    with database.transaction() as session:
        assert not listings.remove(session, north, now)
        assert not listings.pause(session, north)
        assert not listings.resume(session, north, now)
    site, address = recognised(YELP)
    with database.transaction() as session:
        added = add(session, site, address, BranchFacts("South"), now)
        assert (added.listing_id, added.known) == (north, False)
        row = session.get_one(Listing, north)
        assert (row.active, row.removed_at, row.etag) == (True, None, None)
        assert session.get_one(Branch, row.branch_id).name == "South"
        assert session.scalars(select(ListingSource)).one().began_at is None


def test_a_feed_is_not_paused_as_a_listing(database: Database, now: datetime) -> None:
    from tests.desk_rows import Rows

    feed = Rows(database, now).feed(None)
    with database.transaction() as session:
        assert not listings.pause(session, feed)
        assert not listings.remove(session, 999, now)


def test_a_listing_of_another_branch_stays_its_own(database: Database, now: datetime, north: int) -> None:
    site, address = recognised(YELP)
    with database.transaction() as session:
        added = add(session, site, address, BranchFacts("South"), now)
        assert added.known
        assert session.get_one(Branch, added.branch_id).name == "North"


def test_a_branch_made_twice_is_one_and_another_of_its_name_is_told(database: Database) -> None:
    facts = BranchFacts("Café Nord", city="Hull", hours=({"day": 0, "from": "09:00", "until": "17:00"},))
    with database.transaction() as session:
        first, again = branches.make(session, facts), branches.make(session, facts)
        other = branches.make(session, BranchFacts("cafe nord", city="Leeds"))
    assert (first.taken, again.taken, other.taken) == (False, False, True)
    assert first.branch_id == again.branch_id == other.branch_id
    with database.reading() as session:
        assert branches.facts_of(session.get_one(Branch, first.branch_id)) == facts


def test_a_branch_is_changed_but_for_its_short_name(database: Database) -> None:
    with database.transaction() as session:
        north = branches.make(session, BranchFacts("North")).branch_id
        branches.make(session, BranchFacts("South"))
    with database.transaction() as session:
        taken = branches.change(session, north, BranchFacts("south"))
        assert taken is not None
        assert taken.taken
        assert branches.change(session, north, BranchFacts("North End", region="Up")) is not None
        row = session.get_one(Branch, north)
        assert (row.code, row.name, row.region) == ("north", "North End", "Up")
        assert branches.change(session, 999, BranchFacts("Nowhere")) is None
