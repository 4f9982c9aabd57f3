"""A look, from hearing to rows: the same on SQLite and on PostgreSQL, once or twice, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from service.db import Database
from service.domain import PARTIAL, EventKind, Health, Outcome, Proof, ReviewState
from service.models import Event, Listing, ListingSource, LookRow, Review, ReviewKey, ReviewVersion
from service.watch.judge import judge_for
from tests.builders import DAY, NOW, Town, a_look, a_mail, a_review, answered, failed, posted

OLD = [a_review("anna"), a_review("bert", stars=2), answered(a_review("cleo"))]
HOUR = timedelta(hours=1)


def events(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(col(Event.kind)).order_by(col(Event.id))).scalars())


def reviews(database: Database) -> dict[str, Review]:
    with database.reading() as session:
        found = session.execute(select(Review)).scalars().all()
        session.expunge_all()
        return {review.author.split()[0].lower(): review for review in found if review.author}


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def listing(town: Town) -> Listing:
    with town.database.reading() as session:
        found = session.get_one(Listing, town.listing_id)
        session.expunge(found)
        return found


def source(town: Town) -> ListingSource:
    with town.database.reading() as session:
        found = session.execute(select(ListingSource)).scalar_one()
        session.expunge(found)
        return found


def test_the_first_hearing_is_the_past_one_summary_and_nothing_due(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    assert events(database) == ["baseline"]
    heard = reviews(database)
    assert all(review.baseline and review.due_public_at is None for review in heard.values())
    assert heard["cleo"].state == ReviewState.ANSWERED
    assert heard["bert"].triage == {"urgency": "high", "words": OLD[1].text}


def test_the_summary_offers_what_is_unanswered_from_the_last_thirty_days(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD, a_review("dora", at=NOW - 5 * DAY)))
    with database.reading() as session:
        payload = session.execute(select(col(Event.payload))).scalar_one()
    assert payload["heard"] == 4
    assert payload["unanswered"] == [reviews(database)["dora"].id]


def test_a_new_review_is_judged_due_and_an_event_in_the_same_transaction(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD), NOW - DAY)
    new = a_review("dora", at=NOW - HOUR, stars=1)
    town.look(a_look(new, *OLD))
    assert events(database) == ["baseline", "new"]
    stored = reviews(database)["dora"]
    assert (stored.urgency, stored.due_public_at, stored.baseline) == ("high", NOW + DAY, False)
    assert stored.triage_rev == 1


def test_looking_again_at_the_same_changes_nothing_but_when_it_was_seen(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    town.look(a_look(*OLD, at=NOW + HOUR), NOW + HOUR)
    assert events(database) == ["baseline"]
    assert (count(database, Review), count(database, ReviewVersion), count(database, ReviewKey)) == (3, 3, 3)
    assert reviews(database)["anna"].last_seen_at == NOW + HOUR
    assert count(database, LookRow) == 2


def test_an_edited_review_is_judged_again_and_opened_again(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    edited = replace(OLD[0], text="I have changed my mind entirely, it was dreadful.", rating=OLD[1].rating)
    town.look(a_look(edited, *OLD[1:], at=NOW + HOUR), NOW + HOUR)
    assert events(database) == ["baseline", "edited"]
    stored = reviews(database)["anna"]
    assert (stored.text, stored.urgency, stored.triage_rev) == (edited.text, "high", 2)
    assert stored.state == ReviewState.NEW
    assert stored.due_public_at is not None
    assert count(database, ReviewVersion) == 4


def test_what_lists_and_reports_ask_by_follows_the_judgement(database: Database) -> None:
    town = Town(database, judge_for)
    town.look(a_look(*OLD))
    poor = a_review("dora", stars=1, at=NOW, text="We waited an hour, and the soup made us both ill.")
    town.look(a_look(poor, *OLD, at=NOW + HOUR), NOW + HOUR)
    stored = reviews(database)["dora"]
    assert (stored.flags, "wait" in stored.topics.split()) == ("illness", True)
    edited = replace(poor, text="The waiter was rude to us, and the soup was cold.")
    town.look(a_look(edited, *OLD, at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    stored = reviews(database)["dora"]
    assert stored.triage is not None
    assert stored.topics.split() == sorted(one["topic"] for one in stored.triage["topics"])
    assert (stored.flags, "wait" in stored.topics.split()) == ("", False)


def test_a_cut_review_that_is_later_read_whole_is_judged_again(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    whole = a_review("dora", at=NOW, text="This is what dora thought of the place. It made us both ill.")
    cut = replace(whole, text="This is what dora thought of the place. It …", text_complete=False)
    town.look(a_look(cut, *OLD, at=NOW + HOUR), NOW + HOUR)
    town.look(a_look(whole, *OLD, at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    stored = reviews(database)["dora"]
    assert stored.triage == {"urgency": "normal", "words": whole.text}
    assert stored.triage_rev == 2
    assert events(database) == ["baseline", "new"]


def test_a_reply_seen_in_public_answers_the_review_and_its_vanishing_opens_it(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    new = a_review("dora", at=NOW)
    town.look(a_look(new, *OLD, at=NOW + HOUR), NOW + HOUR)
    town.look(a_look(answered(new), *OLD, at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    stored = reviews(database)["dora"]
    assert (stored.state, stored.due_public_at) == (ReviewState.ANSWERED, None)
    assert stored.reply_text == "Thank you for coming."
    assert (stored.reply_route, stored.reply_seen_at) == ("page", NOW + 2 * HOUR)
    town.look(a_look(new, *OLD, at=NOW + 3 * HOUR), NOW + 3 * HOUR)
    gone = reviews(database)["dora"]
    assert (gone.state, gone.reply_route) == (ReviewState.VANISHED, None)
    town.look(a_look(answered(new), *OLD, at=NOW + 4 * HOUR), NOW + 4 * HOUR)
    assert reviews(database)["dora"].reply_seen_at == NOW + 2 * HOUR
    assert events(database) == ["baseline", "new", "replied", "reply_vanished", "replied"]


def test_one_miss_removes_nothing_two_do_and_a_return_restores(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    fewer = OLD[1:]
    town.look(a_look(*fewer, at=NOW + HOUR), NOW + HOUR)
    assert reviews(database)["anna"].removed_at is None
    assert reviews(database)["anna"].missed_at is not None
    town.look(a_look(*fewer, at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    assert reviews(database)["anna"].removed_at is not None
    town.look(a_look(*OLD, at=NOW + 3 * HOUR), NOW + 3 * HOUR)
    assert reviews(database)["anna"].removed_at is None
    assert events(database) == ["baseline", "removed", "restored"]


def test_an_unchanged_page_confirms_what_was_missing(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    town.look(a_look(*OLD[1:], at=NOW + HOUR), NOW + HOUR)
    town.look(failed(Outcome.UNCHANGED, "HTTP 304"), NOW + 2 * HOUR)
    assert events(database) == ["baseline", "removed"]


def test_five_of_ninety_remove_nothing(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    for hour in range(1, 4):
        at = NOW + hour * HOUR
        town.look(a_look(OLD[0], at=at, coverage=PARTIAL, total=90), at)
    assert "removed" not in events(database)


def test_a_mass_disappearance_is_an_alarm_about_us(database: Database) -> None:
    town = Town(database)
    many = [a_review(f"guest{n:02}") for n in range(30)]
    town.look(a_look(*many))
    for hour in range(1, 4):
        at = NOW + hour * HOUR
        town.look(a_look(*many[:3], at=at), at)
    assert "removed" not in events(database)
    assert "alarm" in events(database)


def test_a_wall_is_told_once_and_its_end_too(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    for hour in range(1, 5):
        town.look(failed(Outcome.WALLED, "HTTP 403"), NOW + hour * HOUR)
    assert events(database) == ["baseline", "health"]
    stored = source(town)
    assert (stored.health, stored.failures, stored.evidence) == (Health.WALLED, 4, ["HTTP 403"])
    assert stored.last_ok_at == NOW
    assert count(database, Review) == 3


def test_after_a_look_the_claim_is_given_back_and_the_next_is_planned(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    stored = listing(town)
    assert stored.look_lease_until is None
    assert stored.next_look_at is not None
    assert NOW + HOUR <= stored.next_look_at <= NOW + DAY * 2
    assert stored.rate_at == NOW


def test_retry_after_is_kept_and_planned_for(database: Database) -> None:
    town = Town(database)
    town.look(failed(Outcome.LIMITED, "HTTP 429", retry_after=NOW + 3 * DAY))
    stored = listing(town)
    assert stored.not_before == NOW + 3 * DAY
    assert stored.next_look_at is not None
    assert stored.next_look_at >= NOW + 3 * DAY


def test_our_own_failure_is_ours_and_the_listing_is_looked_at_again(database: Database) -> None:
    town = Town(database)
    town.watch.failed(town.listing_id, NOW)
    assert source(town).health == Health.OUR_ERROR
    assert listing(town).next_look_at is not None
    assert count(database, LookRow) == 0


def test_a_look_that_dies_before_its_commit_leaves_nothing_and_is_simply_looked_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(database)
    monkeypatch.setattr("service.watch.check.record_look", _die)
    with pytest.raises(KeyboardInterrupt):
        town.look(a_look(*OLD))
    monkeypatch.undo()
    assert (count(database, Review), count(database, Event), count(database, ReviewVersion)) == (0, 0, 0)
    town.look(a_look(*OLD))
    assert (count(database, Review), events(database)) == (3, ["baseline"])


def _die(*_args: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.large
def test_two_thousand_old_reviews_are_the_past(database: Database) -> None:
    town = Town(database)
    many = [a_review(f"guest{n:04}", at=NOW - timedelta(hours=n + 1)) for n in range(2000)]
    town.look(a_look(*many))
    assert events(database) == ["baseline"]
    with database.reading() as session:
        due = session.execute(select(func.count()).where(col(Review.due_public_at).is_not(None)))
        assert due.scalar_one() == 0
        payload = session.execute(select(col(Event.payload))).scalar_one()
    assert len(payload["unanswered"]) == 24 * 30
    town.look(a_look(a_review("news", at=NOW + HOUR), *many, at=NOW + HOUR), NOW + HOUR)
    assert events(database) == ["baseline", "new"]


def test_a_listing_that_is_no_longer_watched_is_not_looked_at(database: Database) -> None:
    town = Town(database)
    with database.transaction() as session:
        session.get_one(Listing, town.listing_id).active = False
    assert town.watch.check(town.listing_id, NOW, lambda: NOW) is None


def test_a_mail_is_proven_by_its_repeat_and_by_a_look(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    told = [a_review("dora"), a_review("emil")]
    town.told(a_mail(*told, at=NOW, proof=Proof.UNPROVEN), NOW)
    assert [reviews(database)[name].proven for name in ("anna", "dora", "emil")] == [True, False, False]
    town.told(a_mail(told[0], at=NOW + HOUR, proof=Proof.PROVEN), NOW + HOUR)
    town.told(a_mail(told[0], at=NOW + 2 * HOUR, proof=Proof.UNPROVEN), NOW + 2 * HOUR)
    town.look(a_look(*OLD, replace(told[1], posted=posted(NOW)), at=NOW + 3 * HOUR), NOW + 3 * HOUR)
    assert [reviews(database)[name].proven for name in ("dora", "emil")] == [True, True]
    assert count(database, Review) == 5


def test_every_event_is_named_in_the_domain(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    assert {EventKind(kind) for kind in events(database)} == {EventKind.BASELINE}
