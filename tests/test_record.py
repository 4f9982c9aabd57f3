"""What a look, and what comes of itself, leaves behind besides reviews."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from service.db import Database
from service.domain import ALL, Health, Outcome, Route
from service.models import Listing, ListingSource
from service.watch.check import Watch
from tests.builders import DAY, NOW, Town, a_look, a_mail, a_planner, a_review, failed, judged

HOUR = timedelta(hours=1)
OLD = [a_review("anna"), a_review("bert")]


def listing(town: Town) -> Listing:
    with town.database.reading() as session:
        found = session.get_one(Listing, town.listing_id)
        session.expunge(found)
        return found


def sources(town: Town) -> dict[str, ListingSource]:
    with town.database.reading() as session:
        found = session.execute(select(ListingSource)).scalars().all()
        session.expunge_all()
        return {source.route: source for source in found}


def set_listing(town: Town, **columns: object) -> None:
    with town.database.transaction() as session:
        row = session.get_one(Listing, town.listing_id)
        for name, value in columns.items():
            setattr(row, name, value)


def test_a_mail_leaves_claim_validators_and_last_look_alone(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    leased = NOW + HOUR + timedelta(minutes=5)
    set_listing(town, look_lease_until=leased, etag="x")
    town.told(a_mail(a_review("dora")), NOW + HOUR)
    stored = listing(town)
    assert (stored.look_lease_until, stored.etag, stored.last_look_at) == (leased, "x", NOW)
    assert (stored.site_total, stored.body_sha256) == (2, bytes(32))
    assert sources(town)["mail"].health == Health.OK


def test_a_mail_brings_the_next_look_forward_but_never_into_the_gap(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    at = NOW + timedelta(minutes=20)
    town.told(a_mail(a_review("dora"), at=at), at)
    stored = listing(town)
    assert (stored.hinted_at, stored.next_look_at) == (at, NOW + HOUR)


def test_a_mail_never_breaks_what_retry_after_asked(database: Database) -> None:
    town = Town(database)
    town.look(failed(Outcome.LIMITED, "HTTP 429", retry_after=NOW + 3 * DAY))
    town.told(a_mail(a_review("dora"), at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    stored = listing(town)
    assert stored.not_before == NOW + 3 * DAY
    assert stored.next_look_at is not None
    assert stored.next_look_at >= NOW + 3 * DAY


def test_a_hint_during_a_look_counts_for_the_one_after(database: Database) -> None:
    """The page may have been fetched before the review was there."""
    town = Town(database)
    town.look(a_look(*OLD))
    began = NOW + DAY

    def hear(*_asked: object) -> object:
        town.told(a_mail(a_review("dora"), at=began), began + timedelta(seconds=1))
        return a_look(*OLD, at=began)

    watch = Watch(database, hear, lambda *_facts: judged, a_planner())  # type: ignore[arg-type]
    ended = began + timedelta(seconds=2)
    watch.check(town.listing_id, began, lambda: ended)
    assert listing(town).next_look_at == ended + HOUR
    assert listing(town).look_lease_until is None


def test_what_a_mail_told_first_counts_once_in_the_rate(database: Database) -> None:
    by_page, by_both = Town(database), Town(database, key="south", site="village")
    news = a_review("dora", at=NOW + HOUR)
    for town in (by_page, by_both):
        town.look(a_look(*OLD))
    by_both.told(a_mail(news, at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    for town in (by_page, by_both):
        town.look(a_look(news, *OLD, at=NOW + 3 * HOUR), NOW + 3 * HOUR)
    one, other = listing(by_page), listing(by_both)
    assert abs(one.rate_a - other.rate_a) < 0.01
    assert abs(one.rate_b - other.rate_b) < 0.01


def test_a_mail_before_the_first_look_leaves_the_past_to_learn_from(database: Database) -> None:
    town = Town(database, added_at=NOW - DAY)
    town.told(a_mail(a_review("dora"), at=NOW - HOUR), NOW - HOUR)
    assert listing(town).rate_at is None
    town.look(a_look(*(a_review(f"n{day}", at=NOW - day * DAY) for day in range(1, 21)), coverage=ALL))
    assert listing(town).rate_a > 10


def test_a_digest_asks_for_a_look_and_tells_nothing(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    with database.transaction() as session:
        town.watch.hint(session, town.listing_id, NOW + 2 * HOUR)
    assert listing(town).next_look_at == NOW + 2 * HOUR
    assert list(sources(town)) == ["page"]


def test_a_site_says_by_which_route_its_listings_are_looked_at(database: Database) -> None:
    town = Town(database)
    heard = []

    def hear(asked: object, _now: object) -> object:
        heard.append(asked)
        return a_look(*OLD, route=Route.FEED)

    watch = Watch(database, hear, lambda *_facts: judged, a_planner(), lambda _site: Route.FEED)  # type: ignore[arg-type]
    watch.check(town.listing_id, NOW, lambda: NOW)
    watch.failed(town.listing_id, NOW + HOUR)
    assert [asked.route for asked in heard] == [Route.FEED]
    assert [(route, one.health) for route, one in sources(town).items()] == [("feed", Health.OUR_ERROR)]
    assert listing(town).last_look_at == NOW + HOUR
