"""From a mail that came in to stored reviews: nothing lost, nothing doubled, nothing guessed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from service.alerts.facts import Facts
from service.alerts.outline_listing import listing_outline
from service.alerts.ring import ring
from service.db import Database
from service.domain import EventKind, Proof, Route
from service.engine.reading import Reading
from service.models import (
    Alert,
    Event,
    Inbound,
    InboundState,
    Listing,
    LookRow,
    Review,
    ReviewVersion,
    SourceAccount,
)
from service.watch.erase import erase
from service.watch.mailroom import put_aside, reread
from service.watch.waiting import LEASE, MOST_TRIES, let_go
from tests.builders import DAY, NOW, a_look, a_review
from tests.ringing import packing
from tests.site_mails import Post, google, google_digest, mail, yelp

MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(col(Event.kind)).order_by(col(Event.id))).scalars())


def the_review(database: Database) -> Review:
    with database.reading() as session:
        review = session.execute(select(Review)).scalar_one()
        session.expunge(review)
        return review


def test_a_mail_becomes_a_review_that_rings_and_asks_for_a_look(post: Post) -> None:
    listing_id = post.listing(next_look_at=NOW + DAY)
    row = post.read(google(signed="google.com"))
    assert (row.state, row.listing_id, row.told) == (InboundState.READ, listing_id, [1])
    assert (row.proof, row.site, row.sender_domain) == (Proof.PROVEN, "google_maps", "google.com")
    review = the_review(post.database)
    assert (review.author, review.rating, review.proven) == ("Mirelle Oduya", 2, True)
    assert (review.baseline, review.first_seen_at) == (False, NOW)
    assert kinds(post.database) == [EventKind.NEW]
    with post.database.reading() as session:
        assert session.get_one(Listing, listing_id).next_look_at == NOW


def test_a_mail_that_anybody_could_have_sent_is_marked(post: Post) -> None:
    post.listing()
    assert post.read(google()).proof == Proof.UNPROVEN
    assert not the_review(post.database).proven


def test_the_same_mail_twice_is_one_review(post: Post) -> None:
    post.listing()
    first = post.read(google())
    again = post.read(google(to="other@corner.example"), at=NOW + MINUTE)
    assert first.told == again.told == [1]
    assert (count(post.database, Review), count(post.database, ReviewVersion)) == (1, 1)
    assert kinds(post.database) == [EventKind.NEW]


def test_a_mail_tells_of_the_moment_it_was_written(post: Post) -> None:
    post.listing()
    post.read(google(at=NOW - DAY), at=NOW)
    assert the_review(post.database).first_seen_at == NOW - DAY


def test_a_mail_from_the_future_is_not_believed(post: Post) -> None:
    post.listing()
    post.read(google(at=NOW + 90 * DAY), at=NOW)
    assert the_review(post.database).first_seen_at == NOW


def test_a_digest_makes_us_look_and_tells_nothing(post: Post) -> None:
    listing_id = post.listing(next_look_at=NOW + DAY)
    assert post.read(google_digest()).state == InboundState.HINT
    assert count(post.database, Review) == 0
    with post.database.reading() as session:
        assert session.get_one(Listing, listing_id).next_look_at == NOW


def test_what_is_not_about_a_review_is_put_aside(post: Post) -> None:
    post.listing()
    aside = mail("See how people found you.", "Your performance report for October", "x@google.com")
    assert post.read(aside).state == InboundState.ASIDE
    assert post.read(mail("Hello!", "Lunch?", "friend@home.example")).state == InboundState.ASIDE


def test_an_unknown_shape_waits_for_a_person_and_is_told_once_a_week(post: Post) -> None:
    listing_id = post.listing(site="yelp", key="corner-bakery", next_look_at=NOW + DAY)
    row = post.read(yelp())
    assert (row.state, row.sender_domain) == (InboundState.UNKNOWN, "yelp.com")
    assert row.shape_sha256 is not None
    post.read(yelp("Ines"), at=NOW + MINUTE)
    assert kinds(post.database) == [EventKind.ALARM]
    post.read(yelp("Olaf"), at=NOW + 7 * DAY)
    assert kinds(post.database) == [EventKind.ALARM] * 2
    with post.database.reading() as session:
        assert session.get_one(Listing, listing_id).hinted_at is not None
        seen = reread(session, row.id or 0)
    assert seen is not None
    assert seen[0].subject == "You have a new review"


def test_mails_that_nobody_can_read_are_told_as_what_they_are(post: Post) -> None:
    post.listing(site="yelp", key="corner-bakery")
    post.read(yelp())
    ring(post.database, packing(), NOW)
    with post.database.reading() as session:
        told = Facts.model_validate(session.execute(select(col(Alert.body))).scalar_one())
    said = repr(listing_outline(told, None))
    assert told.subject == "Shopbell: mails that nobody can read"
    assert "yelp.com" in said
    assert "look" not in said


def test_what_came_before_the_mailbox_was_connected_is_the_past_and_summed_up_once(
    database: Database,
) -> None:
    post = Post(database, added_at=NOW - DAY)
    post.listing()
    for number in range(1, 6):
        at = NOW - number * 10 * DAY
        post.comes(google(f"Guest{number} Example", text=f"Visit {number} was a pleasure to us.", at=at))
    post.comes(google("Nora Example", at=NOW))
    engine = Reading(post.mailroom, lambda: NOW)
    assert engine.round(NOW) == 6
    engine.round(NOW)
    assert sorted(kinds(database)) == [EventKind.BASELINE, EventKind.NEW]
    with database.reading() as session:
        summed = select(col(Event.payload)).where(col(Event.kind) == EventKind.BASELINE)
        assert session.execute(summed).scalar_one()["heard"] == 5


def test_the_past_is_not_summed_up_while_more_of_it_comes(database: Database) -> None:
    post = Post(database, added_at=NOW)
    post.listing()
    set_account(post, lease_until=NOW + MINUTE)
    post.comes(google(at=NOW - 9 * DAY))
    engine = Reading(post.mailroom, lambda: NOW)
    engine.round(NOW)
    assert kinds(database) == []
    set_account(post, lease_until=None)
    engine.round(NOW)
    assert kinds(database) == [EventKind.BASELINE]


def set_account(post: Post, **columns: object) -> None:
    with post.database.transaction() as session:
        account = session.get_one(SourceAccount, post.account)
        for name, value in columns.items():
            setattr(account, name, value)


def test_a_mail_and_the_page_are_one_review(post: Post) -> None:
    listing_id = post.listing()
    post.read(google("Dora Example", 4, str(a_review("dora").text)))
    whole = replace(a_review("dora", at=NOW), ids=(("google.maps", "ChX"),))
    with post.database.transaction() as session:
        seen = a_look(whole, at=NOW + MINUTE)
        post.watch.keep(session, listing_id, Route.PAGE, seen, NOW, NOW + MINUTE)
    review = the_review(post.database)
    assert (review.text_complete, review.posted_at) == (True, NOW)
    assert kinds(post.database) == [EventKind.NEW]


def test_erased_words_that_come_again_by_mail_are_not_kept_in_it_either(post: Post) -> None:
    post.listing()
    post.read(google())
    with post.database.transaction() as session:
        assert erase(session, 1, NOW)
    row = post.read(google(to="other@corner.example"), at=NOW + MINUTE)
    assert (row.state, row.raw, row.told) == (InboundState.READ, None, [])
    assert count(post.database, Review) == 1
    assert kinds(post.database) == [EventKind.NEW]


# What fails, and who dies


def boom(*_mail: object, **_more: object) -> None:
    raise RuntimeError("words of a customer")


def test_a_mail_that_fails_is_tried_again_and_at_last_stays_in_sight(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.listing()
    number = post.comes(google())
    other = post.comes(google("Nora Example"))
    monkeypatch.setattr("service.watch.mailroom.read_mail", boom)
    at = NOW
    engine = Reading(post.mailroom, lambda: at)
    for _ in range(MOST_TRIES):
        engine.round(at)
        row = post.row(number)
        assert (row.state, row.raw is not None) == (InboundState.FAILED, True)
        assert "customer" not in str(row.evidence)
        at = row.next_try_at or at
    assert post.row(number).next_try_at is None
    assert engine.round(at + DAY) == 0
    assert post.row(other).state == InboundState.FAILED
    with post.database.transaction() as session:
        assert put_aside(session, number)
    assert post.row(number).state == InboundState.SETTLED


def test_a_mail_that_failed_is_read_when_we_can(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.listing()
    number = post.comes(google())
    monkeypatch.setattr("service.watch.mailroom.read_mail", boom)
    Reading(post.mailroom, lambda: NOW).round(NOW)
    monkeypatch.undo()
    assert post.work(NOW) == 0
    assert post.work(NOW + 2 * MINUTE) == 1
    assert post.row(number).state == InboundState.READ


def test_a_claim_whose_process_died_lapses_and_may_be_freed(post: Post) -> None:
    post.listing()
    post.comes(google())
    assert post.mailroom.claim(NOW) is not None
    assert post.mailroom.claim(NOW) is None
    assert post.mailroom.claim(NOW + LEASE) is not None
    with post.database.transaction() as session:
        let_go(session)
    assert post.mailroom.claim(NOW + LEASE) is not None


def test_a_mail_that_kills_every_reader_is_not_read_for_ever(post: Post) -> None:
    number = post.comes(google())
    at = NOW
    for _ in range(MOST_TRIES):
        assert post.mailroom.claim(at) is not None
        at += LEASE
    assert post.mailroom.claim(at) is None
    assert post.row(number).state == InboundState.FAILED


def test_who_comes_back_after_his_claim_lapsed_stores_nothing_twice(post: Post) -> None:
    post.listing()
    post.comes(google())
    slow = post.mailroom.claim(NOW)
    quick = post.mailroom.claim(NOW + LEASE)
    assert slow is not None
    assert quick is not None
    post.mailroom.read(quick, NOW + LEASE)
    post.mailroom.read(slow, NOW + LEASE)
    post.mailroom.failed(slow, RuntimeError(), NOW + LEASE)
    assert (count(post.database, Review), count(post.database, LookRow)) == (1, 1)
    with post.database.reading() as session:
        assert session.execute(select(col(Inbound.state))).scalar_one() == InboundState.READ


def test_several_workers_read_each_mail_once(post: Post) -> None:
    post.listing()
    for number in range(12):
        post.comes(google(f"Guest{number} Example", text=f"Visit number {number} was a pleasure."))
    read: list[int] = []
    together = Barrier(3)

    def work() -> None:
        together.wait()
        read.append(post.work())

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(read) == 12
    assert (count(post.database, Review), count(post.database, LookRow)) == (12, 12)


def test_a_mail_whose_words_are_gone_is_settled(post: Post) -> None:
    number = post.comes(google(), raw=None)
    post.work()
    assert post.row(number).state == InboundState.SETTLED


@pytest.mark.server
@pytest.mark.parametrize("place", ["claimed", "read", "storing", "stored"])
def test_a_process_killed_at_any_place_loses_and_doubles_nothing(post: Post, place: str) -> None:
    post.listing()
    for number in range(3):
        post.comes(google(f"Guest{number} Example", text=f"Visit number {number} was a pleasure."))
    url = post.database.engine.url.render_as_string(hide_password=False)
    script = [sys.executable, "-m", "tests.reads_and_dies", url, place]
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        child.kill()
    with post.database.transaction() as session:
        let_go(session)
    assert post.work(NOW + MINUTE) == (2 if place == "stored" else 3)
    assert (count(post.database, Review), count(post.database, LookRow)) == (3, 3)
    assert kinds(post.database) == [EventKind.NEW] * 3
