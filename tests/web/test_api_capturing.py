"""/capture and /misfit: what stands on a page is one more way to hear, and is never taken for another's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import col

from service import doctor
from service.db import Database
from service.domain import EventKind, Role, ScopeKind
from service.models import Event, Listing, ListingSource, Misfit, Review, ReviewVersion
from service.outcomes.seen import follow
from service.people import capturing
from service.settings import Settings
from service.sources import misfits
from service.watch.erase import erase
from service.web.app import create_app
from tests.accounts import People
from tests.conftest import NOW
from tests.desk_rows import WORDS, Rows
from tests.paired import Browser, paired
from tests.web.on_a_page import sent
from tests.web.shop import Clock, Shop

OWN = "https://biz.yelp.com/r2r/abc"
PUBLIC = "https://www.yelp.com/biz/harbour-street"


class Desk:
    """A desk with one listing on Yelp, its owner's browser, and a clock."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.clock, self.rows = database, Clock(), Rows(database, NOW)
        self.rows.installation()
        self.branch = self.rows.branch("Harbour Street", code="harbour")
        self.listing = self.yelp(self.branch, "harbour-street")
        self.app: Flask = create_app(settings, database, self.clock)
        self.people = People(database, NOW)
        self.people.owner()
        self.owner = paired(self.app, database, 1, NOW)

    def yelp(self, branch: int, key: str) -> int:
        """Another listing there."""
        row = Listing(
            branch_id=branch,
            site="yelp",
            key=key,
            url=f"https://www.yelp.com/biz/{key}",
            added_at=NOW - timedelta(days=90),
            next_look_at=NOW,
        )
        return self.rows.add(row)

    def send(
        self, *cards: dict[str, Any], url: str = OWN, at: datetime = NOW, **more: Any
    ) -> list[tuple[str, str]]:
        """What came of each card."""
        browser: Browser = more.pop("browser", self.owner)
        if at != self.clock.now:
            self.clock.now = at
            assert browser.renew().status_code == 200
        answer = browser.ask("/capture", {"site": "yelp", "url": url, "cards": list(cards)} | more)
        assert answer.status_code == 200, answer.text
        return [(one["result"], one["why"] or "") for one in answer.json["results"]]

    def all(self, row: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(row).order_by(col(row.id))))

    def kinds(self) -> list[str]:
        return [one.kind for one in self.all(Event)]


@pytest.fixture
def desk(sqlite_database: Database, settings: Settings) -> Desk:
    return Desk(sqlite_database, settings)


def guest(number: int, **more: Any) -> dict[str, Any]:
    told = {"author": f"Guest {number}", "text": f"{number}: {WORDS}", "ids": [["yelp", f"id{number}"]]}
    return sent(f"c{number}", **(told | more))


def test_the_first_capture_of_a_listing_is_its_past_and_rings_nobody(desk: Desk) -> None:
    assert desk.send(guest(1), guest(2)) == [("new", ""), ("new", "")]
    assert [one.baseline for one in desk.all(Review)] == [True, True]
    assert desk.kinds() == [EventKind.BASELINE.value]


def test_a_second_capture_tells_what_is_new_and_what_is_not(desk: Desk) -> None:
    desk.send(guest(1))
    later = desk.send(guest(1), guest(2, date_shown="2 minutes ago"), at=NOW + timedelta(days=1))
    assert later == [("unchanged", ""), ("new", "")]
    assert [one.baseline for one in desk.all(Review)] == [True, False]
    assert EventKind.NEW.value in desk.kinds()


def test_sending_a_page_twice_is_sending_it_once(desk: Desk) -> None:
    desk.send(guest(1), guest(2))
    assert desk.send(guest(1), guest(2)) == [("unchanged", "")] * 2
    assert (len(desk.all(Review)), len(desk.all(ReviewVersion))) == (2, 2)


def test_what_another_route_told_is_merged_with_it(desk: Desk) -> None:
    desk.rows.review(desk.listing, author="Guest 1", text=f"1: {WORDS}", text_complete=True)
    desk.rows.version(1, 1, f"1: {WORDS}")
    before = len(desk.all(Review))
    ((result, _),) = desk.send(guest(1, author="Marta K."))
    assert (result, len(desk.all(Review))) == ("merged", before)


def test_twins_are_a_question_at_the_desk(desk: Desk) -> None:
    for review in (1, 2):
        desk.rows.review(desk.listing)
        desk.rows.version(review, 1, WORDS)
    ((result, why),) = desk.send(sent())
    assert (result, "the desk asks" in why) == ("ask", True)
    assert EventKind.TWINS.value in desk.kinds()


def test_erased_words_do_not_come_back(desk: Desk) -> None:
    desk.send(guest(1))
    with desk.database.transaction() as session:
        erase(session, 1, NOW)
    ((result, why),) = desk.send(guest(1))
    assert (result, "erased" in why) == ("rejected", True)
    assert desk.all(Review)[0].text is None


def test_the_route_has_a_health_of_its_own(desk: Desk) -> None:
    desk.send(guest(1))
    (source,) = desk.all(ListingSource)
    assert (source.route, source.health, source.evidence) == (
        "capture",
        "ok",
        ["1 reviews sent from a person's browser"],
    )


def test_a_competitors_page_is_never_taken_for_ours(desk: Desk) -> None:
    ((result, why),) = desk.send(guest(1), url="https://www.yelp.com/biz/the-other-place")
    assert (result, "not watched here" in why) == ("rejected", True)
    assert desk.all(Review) == []


def test_with_two_listings_the_pages_address_or_a_known_id_decides(desk: Desk) -> None:
    mill = desk.yelp(desk.rows.branch("Old Mill", code="mill"), "old-mill")
    ((result, why),) = desk.send(guest(1))
    assert (result, "which of your listings" in why) == ("rejected", True)
    assert desk.send(guest(1), url="https://www.yelp.com/biz/old-mill") == [("new", "")]
    assert desk.send(guest(1), guest(2, permalink="https://www.yelp.com/biz/old-mill")) == [
        ("unchanged", ""),
        ("new", ""),
    ]
    assert {one.listing_id for one in desk.all(Review)} == {mill}


def test_nobody_sends_reviews_of_a_branch_that_is_not_hers(desk: Desk) -> None:
    desk.rows.branch("Old Mill", code="mill")
    kim = desk.people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "mill")
    browser = paired(desk.app, desk.database, kim, NOW)
    for url in (OWN, PUBLIC):
        ((result, why),) = desk.send(guest(1), url=url, browser=browser)
        assert (result, "No listing of yours" in why) == ("rejected", True)
    assert desk.all(Review) == []


def test_a_card_that_shows_no_review_is_rejected_and_the_others_are_kept(desk: Desk) -> None:
    empty = guest(1, text=None, rating=None)
    assert [result for result, _ in desk.send(empty, guest(2))] == ["rejected", "new"]


def test_where_it_is_switched_off_nothing_is_taken(desk: Desk) -> None:
    with desk.database.transaction() as session:
        capturing.switch(session, {"yelp"}, by="Olga Owner", now=NOW)
    answer = desk.owner.ask("/capture", {"site": "yelp", "url": OWN, "cards": [guest(1)]})
    assert (answer.status_code, answer.json["code"]) == (403, "capture_off")


def replied(number: int, text: str = "Thank you for telling us.") -> dict[str, Any]:
    return guest(number, reply={"text": text, "text_complete": True})


def test_a_reply_in_the_owners_view_is_posted_and_not_seen(desk: Desk) -> None:
    desk.send(guest(1), guest(2))
    desk.rows.set(1, baseline=False)
    assert desk.send(replied(1), at=NOW + timedelta(hours=1)) == [("merged", "")]
    review = desk.all(Review)[0]
    assert (review.state, review.reply_text, review.reply_state) == (
        "submitted",
        "Thank you for telling us.",
        "own view",
    )
    assert EventKind.REPLIED.value not in desk.kinds()


def test_the_same_reply_on_the_public_page_is_seen(desk: Desk) -> None:
    desk.send(guest(1))
    desk.send(replied(1), at=NOW + timedelta(hours=1))
    desk.send(replied(1), url=PUBLIC, at=NOW + timedelta(hours=2))
    review = desk.all(Review)[0]
    assert (review.state, review.reply_state) == ("answered", None)
    assert EventKind.REPLIED.value in desk.kinds()


def test_a_reply_that_a_card_leaves_folded_away_has_not_vanished(desk: Desk) -> None:
    desk.send(replied(1), url=PUBLIC)
    desk.send(guest(1), at=NOW + timedelta(hours=1))
    assert desk.all(Review)[0].reply_text == "Thank you for telling us."
    assert EventKind.REPLY_VANISHED.value not in desk.kinds()


def test_the_past_that_was_answered_stays_answered(desk: Desk) -> None:
    desk.send(replied(1))
    assert (desk.all(Review)[0].state, desk.all(Review)[0].baseline) == ("answered", True)


def test_our_reply_is_proved_by_the_public_page_and_not_by_her_own_view(
    database: Database, settings: Settings
) -> None:
    shop = Shop(database, settings)
    with database.transaction() as session:
        listing = session.get_one(Listing, shop.listing)
        listing.key = "90"
    shop.rows.version(shop.review, 1, WORDS)
    told = shop.confirm(shop.kim, shop.offered())[1]
    text = told["text"]

    def look(url: str, hours: int) -> str:
        shop.clock.now = NOW + timedelta(hours=hours)
        card = sent(reply={"text": text, "text_complete": True})
        paired(shop.app, database, 1, shop.clock.now).ask(
            "/capture", {"site": "google_maps", "url": url, "cards": [card]}
        )
        follow(database, shop.clock.now)
        return shop.postings()[0].state

    event = {"key": "0b1cfe8e-4a2d-4a5c-9f0e-2f6c3a6d1b77", "posting": told["posting"], "review": shop.review}
    happened = {"kind": "submitted", "at": "2026-11-22T09:00:00Z", "text": text, "signs": []}
    shop.kim.ask("/events", {"events": [event | happened]})
    assert look("https://business.google.com/reviews", 1) == "submitted"
    assert look("https://www.google.com/maps/place/X/data=!4m2!3m1!1s0x1:0x5a", 2) == "seen_in_public"


def misfit(browser: Browser, **more: Any) -> int:
    asked = {"site": "google_maps", "surface": "gbp_reviews", "code": "zero_cards", "counts": {"cards": 0}}
    return browser.ask("/misfit", asked | {"version": "0.1.0"} | more).status_code


def test_pages_that_look_different_are_counted_by_browser_and_shown(desk: Desk) -> None:
    second = paired(desk.app, desk.database, 1, NOW)
    assert [misfit(browser) for browser in (desk.owner, desk.owner, second)] == [204] * 3
    assert [one.n for one in desk.all(Misfit)] == [2, 1]
    assert misfit(second, code="no_box") == 204
    with desk.database.reading() as session:
        (found,) = misfits.lately(session, NOW)
    assert (found.browsers, found.since, found.codes) == (2, NOW.date(), ("no_box", "zero_cards"))
    (finding,) = doctor.misfitting(desk.database, NOW)
    assert finding.what == "Google Maps (gbp_reviews) looks different to 2 browsers since 2026-11-22"


def test_what_fits_again_is_not_shown_for_ever(desk: Desk) -> None:
    misfit(desk.owner)
    with desk.database.reading() as session:
        assert misfits.lately(session, NOW + timedelta(days=8)) == []


def test_one_browser_that_has_gone_wrong_fills_no_table(desk: Desk) -> None:
    assert {misfit(desk.owner, surface=f"s{number}") for number in range(60)} == {204}
    assert len(desk.all(Misfit)) == misfits.MOST_A_DAY


def test_nothing_but_names_of_ours_is_counted(desk: Desk) -> None:
    assert misfit(desk.owner, surface="Marta K. was here!") == 400
    assert misfit(desk.owner, code="other") == 400
