"""Whose a mail is: asked once, remembered, and all that waited for the answer is read again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from service.db import Database
from service.domain import EventKind
from service.errors import AnswerRefused
from service.models import Branch, Event, InboundState, Listing, Review
from service.watch import listings, whose
from tests.builders import DAY, NOW
from tests.site_mails import Post, google, google_digest

HSEA, QUAY = "Corner Bakery Hartsea", "Corner Bakery Quay"
CALLED = "The Corner by the Sea"


@pytest.fixture
def post(database: Database) -> Post:
    """Two branches, and mails under a name that is neither's."""
    post = Post(database)
    post.listing(HSEA)
    post.listing(QUAY, key="102")
    return post


def homes(post: Post) -> list[int]:
    with post.database.reading() as session:
        return list(session.execute(select(col(Review.listing_id)).order_by(col(Review.id))).scalars())


def guests(count: int, place: str = CALLED) -> list[bytes]:
    return [
        google(f"Guest{number} Example", text=f"Visit number {number} was fine.", place=place)
        for number in range(count)
    ]


def test_a_name_that_is_a_branchs_needs_no_question(post: Post) -> None:
    assert post.read(google(place=QUAY)).listing_id == 2


def test_a_mail_nobody_can_place_waits_and_is_shown_once_for_each_name(post: Post) -> None:
    for raw in guests(3):
        assert post.read(raw).state == InboundState.WHICH_LISTING
    post.read(google_digest(place="Somewhere Else"))
    with post.database.reading() as session:
        first, second = whose.undecided(session)
        assert whose.likely(session, first.site, first.name) == (1, 2)
    assert (first.name, first.mails, first.site) == ("the corner by the sea", 3, "google_maps")
    assert second.mails == 1
    assert homes(post) == []


def test_an_answer_is_remembered_and_all_of_that_name_are_read(post: Post) -> None:
    rows = [post.read(raw) for raw in guests(3)]
    other = post.read(google_digest(place="Somewhere Else"))
    with post.database.transaction() as session:
        assert whose.decide(session, rows[1].id or 0, 2, "Kim", NOW) == 3
        assert whose.decide(session, rows[1].id or 0, 1, "Sam", NOW) == 0
    assert post.work() == 3
    assert homes(post) == [2, 2, 2]
    assert post.read(google("Nora Example", place=CALLED.upper())).listing_id == 2
    assert post.row(other.id or 0).state == InboundState.WHICH_LISTING


def test_a_name_that_is_forgotten_is_asked_about_anew(post: Post) -> None:
    for listing in (1, 2):
        row = post.read(google(f"Guest{listing} Example", place=CALLED))
        assert row.state == InboundState.WHICH_LISTING
        with post.database.transaction() as session:
            whose.decide(session, row.id or 0, listing, "Kim", NOW)
        post.work()
        with post.database.transaction() as session:
            (place,) = whose.remembered(session)
            assert (place.listing_id, place.name_folded) == (listing, CALLED.lower())
            assert whose.forget(session, place.id or 0)
    assert homes(post) == [1, 2]
    with post.database.transaction() as session:
        assert not whose.forget(session, 9)


def test_a_listing_of_another_site_is_no_answer(post: Post) -> None:
    yelp = post.listing(HSEA, site="yelp", key="hartsea")
    row = post.read(guests(1)[0])
    for listing in (yelp, 77):
        with pytest.raises(AnswerRefused), post.database.transaction() as session:
            whose.decide(session, row.id or 0, listing, "Kim", NOW)
    with pytest.raises(AnswerRefused), post.database.transaction() as session:
        whose.decide(session, 99, 1, "Kim", NOW)
    assert post.row(row.id or 0).state == InboundState.WHICH_LISTING


def test_a_branch_without_a_listing_there_gets_one_only_when_a_person_says_so(post: Post) -> None:
    with post.database.transaction() as session:
        branch = Branch(code="mill", name="Mill Lane", mail_token="kqx7")
        session.add(branch)
        session.flush()
        mill = branch.id or 0
    mails = [
        google(f"Guest{number} Example", to="in+kqx7@bell.example", at=NOW - DAY, place=CALLED)
        for number in (1, 2)
    ]
    rows = [post.read(raw) for raw in mails]
    assert {row.state for row in rows} == {InboundState.WHICH_LISTING}
    with post.database.transaction() as session:
        made = whose.decide_branch(session, rows[0].id or 0, mill, "Kim", NOW)
        listing = session.get_one(Listing, made)
        assert (listing.key, listing.active, listing.next_look_at) == ("mail:mill", False, None)
    post.work()
    assert homes(post) == [made, made]
    with post.database.reading() as session:
        news = select(func.count()).where(col(Event.kind) == EventKind.NEW)
        assert session.execute(news).scalar_one() == 2


def test_a_listing_that_is_added_is_asked_about_first(database: Database) -> None:
    post = Post(database)
    row = post.read(google(place=HSEA))
    assert row.state == InboundState.WHICH_LISTING
    site, address = listings.recognised("https://www.google.com/maps?cid=12345678901234567890")
    with database.transaction() as session:
        listings.add(session, site, address, listings.BranchFacts(HSEA), NOW)
    post.work(NOW + timedelta(minutes=1))
    assert post.row(row.id or 0).state == InboundState.READ
