"""Listening to feeds: added once, the past is the past, one article is one mention, the address is secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from service.alerts.ring import ring
from service.db import Database
from service.domain import EventKind, Outcome, Route, Urgency
from service.engine.parts import Parts
from service.errors import UnwatchableAddress, WrongSecret
from service.models import (
    AccountState,
    Alert,
    Event,
    Listing,
    ListingSource,
    LookRow,
    Review,
    ReviewKey,
    SourceAccount,
)
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from service.secrets import Vault
from service.settings import Settings
from service.sources import links
from service.sources.feed import FeedSource
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from service.watch import feed_rows, feeds
from service.watch.check import Asked as Look
from service.watch.check import Watch
from service.watch.feed_rows import Wanted
from service.watch.judge import judge_for
from service.watch.listings import BranchFacts
from tests.builders import NOW, a_planner
from tests.feeds import google_alert, post, rss
from tests.loopback import Asked, Loopback, answer
from tests.ringing import packing

VAULT = Vault(bytes(range(32)))
HOUR = timedelta(hours=1)
OLD = post(1, "Rye at North", at="Fri, 20 Nov 2026 08:00:00 GMT")
NEW = post(2, "Oats at North", "North made us ill: food poisoning!", at="Sun, 22 Nov 2026 10:30:00 GMT")


@dataclass
class Web:
    """A server of feeds by path, and everything that listens to them."""

    database: Database
    server: Loopback
    guard: Guard
    source: FeedSource
    said: dict[str, str] = field(default_factory=dict)

    @property
    def listening(self) -> feeds.Listening:
        return feeds.Listening(self.database, VAULT, self.guard, self.source)

    def add(self, path: str = "/secret-1", at: timedelta = timedelta(0), **more: object) -> feeds.Begun:
        facts = {"whose": BranchFacts("North")} | more
        wanted = Wanted(self.server.url + path, **facts)  # type: ignore[arg-type]
        now = NOW + at
        return self.listening.begin(wanted, now, lambda: now)

    def look(self, listing: int | None, at: timedelta) -> None:
        watch = Watch(self.database, self._hear, judge_for, a_planner(), lambda _site: Route.FEED)
        assert listing is not None
        assert watch.check(listing, NOW + at, lambda: NOW + at) is not None

    def _hear(self, asked: Look, now: object) -> object:
        assert asked.account_id is not None
        subscription = feeds.opened(self.database, VAULT, asked.account_id)
        assert subscription is not None
        return self.source.look(subscription, now=now, cache=asked.cache)  # type: ignore[arg-type]

    def events(self) -> list[str]:
        with self.database.reading() as session:
            return list(session.execute(select(col(Event.kind)).order_by(col(Event.id))).scalars())

    def mentions(self) -> list[Review]:
        with self.database.reading() as session:
            found = list(session.execute(select(Review).order_by(col(Review.id))).scalars())
            session.expunge_all()
            return found

    def count(self, model: type) -> int:
        with self.database.reading() as session:
            return session.execute(select(func.count()).select_from(model)).scalar_one()


@contextmanager
def open_web(database: Database) -> Iterator[Web]:
    said: dict[str, str] = {}

    def say(asked: Asked) -> bytes:
        body = said.get(asked.path)
        return answer(body, content_type="text/xml") if body else answer(status="404 Not Found")

    with Loopback(say) as server:
        guard = Guard(AllowList.parse([f"127.0.0.1:{server.port}"]))
        client = Client(guard, "Shopbell/test")
        politeness = Politeness(timedelta(0))
        source = FeedSource(client, Robots(client, politeness), politeness)
        yield Web(database, server, guard, source, said)
        client.close()


@pytest.fixture
def web(database: Database) -> Iterator[Web]:
    with open_web(database) as opened:
        opened.said["/secret-1"] = rss(OLD)
        yield opened


def test_adding_a_feed_asks_it_once_and_keeps_its_entries_as_the_past(web: Web) -> None:
    begun = web.add()
    assert (begun.title, begun.form) == ("Crumbs", "RSS 2.0")
    assert begun.look is not None
    assert begun.look.outcome is Outcome.OK
    (mention,) = web.mentions()
    assert (mention.kind, mention.scale, mention.rating, mention.baseline) == ("mention", "none", None, True)
    assert (mention.due_claim_at, mention.due_public_at) == (None, None)
    assert web.events() == ["baseline"]
    with web.database.reading() as session:
        listing = session.get_one(Listing, begun.listing_id)
        assert listing.next_look_at is not None
        assert NOW + timedelta(minutes=15) <= listing.next_look_at <= NOW + 2 * HOUR
        payload = session.execute(select(col(Event.payload))).scalar_one()
    assert (payload["heard"], payload["unanswered"]) == (1, [])
    assert web.count(LookRow) == 1


def test_the_address_is_stored_for_nobody_to_read(web: Web) -> None:
    begun = web.add()
    with web.database.reading() as session:
        listing, account = session.get_one(Listing, begun.listing_id), session.execute(select(SourceAccount))
        row = account.scalar_one()
        assert listing.url == web.server.url + "/"
        told = f"{listing} {row}".replace(str(row.secret_enc), "")
        assert "secret-1" not in told
        assert b"secret-1" not in (row.secret_enc or b"")
        account_id = row.id or 0
    opened = feeds.opened(web.database, VAULT, account_id)
    assert opened is not None
    assert opened.url == f"{web.server.url}/secret-1"
    with pytest.raises(WrongSecret):
        feeds.opened(web.database, Vault(bytes(32)), account_id)


def test_a_new_entry_is_news_and_judged_by_its_words(web: Web) -> None:
    begun = web.add()
    web.said["/secret-1"] = rss(NEW, OLD)
    web.look(begun.listing_id, 2 * HOUR)
    assert web.events() == ["baseline", "new"]
    mention = web.mentions()[1]
    assert (mention.title, mention.baseline, mention.urgency) == ("Oats at North", False, Urgency.HELD.value)
    assert mention.due_claim_at is not None
    assert mention.due_public_at is None


def test_an_entry_that_goes_from_a_feed_is_not_gone_from_the_web(web: Web) -> None:
    begun = web.add()
    web.said["/secret-1"] = rss(NEW)
    for hours in (2, 4, 6):
        web.look(begun.listing_id, hours * HOUR)
    assert EventKind.REMOVED not in web.events()
    assert all(mention.removed_at is None and mention.missed_at is None for mention in web.mentions())


def test_an_empty_feed_is_heard_well(web: Web) -> None:
    begun = web.add()
    web.said["/secret-1"] = rss()
    web.look(begun.listing_id, 2 * HOUR)
    with web.database.reading() as session:
        source = session.execute(select(ListingSource)).scalar_one()
    assert (source.route, source.health, source.last_outcome) == ("feed", "ok", "empty")
    assert web.events() == ["baseline"]


def test_adding_twice_is_adding_once_and_asks_once(web: Web) -> None:
    first = web.add()
    asked = len(web.server.paths)
    again = web.add(title="Our blog", whose=None)
    assert (again.listing_id, again.look, again.title) == (first.listing_id, None, "Our blog")
    assert len(web.server.paths) == asked
    assert (web.count(Listing), web.count(SourceAccount), web.count(LookRow)) == (1, 1, 1)
    with web.database.reading() as session:
        (told,) = feed_rows.listed(session)
    assert (told.title, told.branch, told.mentions) == ("Our blog", None, 1)


def test_what_is_no_feed_is_not_stored(web: Web) -> None:
    web.said["/page"] = "<html><title>Crumbs</title></html>"
    for path, outcome in (("/page", Outcome.CHANGED_SHAPE), ("/nothing", Outcome.GONE)):
        begun = web.add(path)
        assert begun.listing_id is None
        assert begun.look is not None
        assert begun.look.outcome is outcome
    assert (web.count(Listing), web.count(SourceAccount)) == (0, 0)


def test_a_page_that_names_its_feed_means_that_feed(web: Web) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/secret-1">'
    web.said["/blog"] = f"<!doctype html><title>Crumbs</title>{link}<p>Hello"
    begun = web.add("/blog")
    assert (begun.title, begun.form) == ("Crumbs", "RSS 2.0")
    assert web.add().listing_id == begun.listing_id
    assert web.count(Listing) == 1


def test_a_page_that_names_no_feed_or_itself_or_an_inner_address_is_refused(web: Web) -> None:
    for href in ("/loop", "http://10.0.0.7/feed", "ftp://x/"):
        link = f'<link rel="alternate" type="application/atom+xml" href="{href}">'
        web.said["/loop"] = f"<!doctype html><title>Crumbs</title>{link}"
        try:
            begun = web.add("/loop")
        except UnwatchableAddress:
            continue
        assert begun.listing_id is None
    assert web.count(Listing) == 0


@pytest.mark.parametrize("address", ["", "blog", "ftp://blog.example/x", "http://10.0.0.1/feed"])
def test_what_is_no_web_address_is_refused_with_what_to_do(web: Web, address: str) -> None:
    with pytest.raises(UnwatchableAddress, match="Nothing was stored"):
        web.listening.begin(Wanted(address), NOW, lambda: NOW)


def test_one_article_in_two_feeds_is_one_mention_and_one_event(web: Web) -> None:
    web.said["/brand"], web.said["/branch"] = google_alert(), google_alert()
    brand, branch = web.add("/brand", whose=None), web.add("/branch")
    link = "https://crumbs.example/five%3Futm_medium%3Drss"
    web.said["/brand"] = google_alert(("1", "North Bakery", link))
    web.said["/branch"] = google_alert(
        ("2", "North &lt;b&gt;Bakery&lt;/b&gt;", "https://www.crumbs.example/five/")
    )
    # Google dates an entry when it found the article, which is after we began.
    for path in ("/brand", "/branch"):
        web.said[path] = web.said[path].replace("2026-11-21T08", "2026-11-22T10")
    for hours in (2, 4):
        web.look(brand.listing_id, hours * HOUR)
        web.look(branch.listing_id, hours * HOUR)
    (mention,) = web.mentions()
    assert links.name_of(mention.permalink or "") == "crumbs.example/five"
    assert web.events() == ["new"]
    assert web.count(ReviewKey) == 3


def test_feeds_that_cut_an_article_otherwise_do_not_edit_it(web: Web) -> None:
    web.said["/brand"], web.said["/branch"] = rss(), rss()
    both = [web.add("/brand", whose=None), web.add("/branch")]
    late = "Sun, 22 Nov 2026 10:30:00 GMT"
    web.said["/brand"] = rss(post(3, "Five bakeries", "North is one of them ...", at=late))
    for hours in (2, 4, 6, 8):
        cut = f"... and in {hours} words: the oats at North"
        web.said["/branch"] = rss(post(3, "Five bakeries worth it", cut, at=late))
        for one in both:
            web.look(one.listing_id, hours * HOUR)
    assert len(web.mentions()) == 1
    assert web.events() == ["new"]


def test_a_removed_feed_is_asked_no_more_and_its_address_is_forgotten(web: Web) -> None:
    begun = web.add()
    with web.database.transaction() as session:
        assert feeds.remove(session, begun.listing_id or 0) == "Crumbs"
        assert feeds.remove(session, begun.listing_id or 0) is None
    with web.database.reading() as session:
        listing = session.get_one(Listing, begun.listing_id)
        account = session.execute(select(SourceAccount)).scalar_one()
        assert (listing.active, listing.next_look_at) == (False, None)
        assert (account.secret_enc, account.state) == (None, AccountState.PAUSED.value)
        assert feed_rows.listed(session) == []
    assert feeds.opened(web.database, VAULT, account.id or 0) is None
    assert len(web.mentions()) == 1


def test_a_listing_that_is_no_feed_is_not_removed_as_one(web: Web) -> None:
    from tests.builders import a_listing

    other = a_listing(web.database)
    with web.database.transaction() as session:
        assert feeds.remove(session, other) is None
        assert feeds.remove(session, 77) is None


def test_what_was_written_while_nobody_listened_is_the_past_again(web: Web) -> None:
    begun = web.add()
    with web.database.transaction() as session:
        feeds.remove(session, begun.listing_id or 0)
    web.said["/secret-1"] = rss(NEW, OLD)
    again = web.add(at=5 * HOUR)
    assert again.listing_id == begun.listing_id
    assert [mention.baseline for mention in web.mentions()] == [True, True]
    assert "new" not in web.events()


def test_other_words_find_other_entries_in_a_feed_that_has_not_changed(web: Web) -> None:
    begun = web.add(words=("oats",))
    assert begun.look is not None
    assert begun.look.outcome is Outcome.EMPTY
    web.add(words=("rye",))
    web.look(begun.listing_id, 2 * HOUR)
    assert [mention.title for mention in web.mentions()] == ["Rye at North"]
    assert "new" not in web.events()


def test_words_are_read_from_a_list() -> None:
    assert feeds.read_words(" North  Bakery, ,rye,rye ") == ("North Bakery", "rye")


def test_the_engine_looks_at_a_feed_by_its_secret_address(web: Web, tmp_path: Path) -> None:
    begun = web.add()
    host = f"127.0.0.1:{web.server.port}"
    settings = Settings(data=tmp_path, allow_hosts=(host,), browser="never")
    parts = Parts.of(settings, web.database, bytes(range(32)), host_gap=timedelta(0))
    try:
        web.said["/secret-1"] = rss(NEW, OLD)
        assert begun.listing_id is not None
        look = parts.watch.check(begun.listing_id, NOW + 2 * HOUR, lambda: NOW + 2 * HOUR)
        assert look is not None
        assert look.outcome is Outcome.OK
        assert "new" in web.events()
        with web.database.transaction() as session:
            session.get_one(SourceAccount, 1).secret_enc = None
        gone = parts.watch.check(begun.listing_id, NOW + 4 * HOUR, lambda: NOW + 4 * HOUR)
        assert gone is not None
        assert gone.outcome is Outcome.GONE
    finally:
        parts.close()
    with web.database.reading() as session:
        routes = session.execute(select(col(ListingSource.route))).scalars().all()
    assert routes == ["feed"]


def test_a_mention_in_two_feeds_rings_one_alert(web: Web) -> None:
    web.said["/brand"], web.said["/branch"] = google_alert(), google_alert()
    feeds_of_both = [web.add("/brand", whose=None), web.add("/branch")]
    for path, number in (("/brand", "1"), ("/branch", "2")):
        entry = google_alert((number, "North Bakery", "https://crumbs.example/five"))
        web.said[path] = entry.replace("2026-11-21T08", "2026-11-22T10")
    for one in feeds_of_both:
        web.look(one.listing_id, 2 * HOUR)
    assert ring(web.database, packing(), NOW + 3 * HOUR) == 1
    with web.database.reading() as session:
        body = session.execute(select(col(Alert.body))).scalar_one()
    assert body["subject"] == "Google Alert - north bakery: mention on crumbs.example"
    assert (body["offer"], body["due_at"]) == (None, None)
    assert "nothing need be posted" in body["no_offer"]
