"""Words for one review alone: asked for, checked, signed by enough, first among its suggestions, and gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from service import audit
from service.alerts.claim import Packing
from service.alerts.compose import Ways, compose
from service.alerts.facts import Facts
from service.alerts.media import MAIL, SMS
from service.alerts.offering import offer_for
from service.alerts.ring import ring, ring_once
from service.alerts.rules import Match, Occasion, Rule, route
from service.alerts.ways import ways_of
from service.approval import asking, giving, versions
from service.approval.given import State, given, who_approved, words_for
from service.approval.keys import UnlockedKey, new_key, unlock
from service.approval.recalls import recall
from service.approval.receipts import own_recalls
from service.approval.versions import add_version, revoke_key, still_approved
from service.db import Database
from service.domain import EventKind, Flag, ReplyClass
from service.errors import ApprovalRefused, PackError
from service.models import (
    Alert,
    AskedWords,
    AuditBody,
    Branch,
    Channel,
    Delivery,
    DeliveryState,
    Event,
    Listing,
    PackVersion,
    Recall,
    Review,
    RoleGrant,
    SigningKey,
    WordsSignature,
)
from service.outcomes.standing_words import standing_words
from service.replies.own_words import risk_of
from service.replies.packs import read_pack
from service.replies.skeleton import item_skeleton
from service.replies.triage import Triage
from service.watch.erase import erase
from service.watch.standing import replies_heard
from tests import ringing
from tests.ringing import NOW, PASSPHRASE, judged

WORDS = "Ann, the door you could not open has been mended this morning. Thank you for telling us."
TWO_DAYS = timedelta(hours=48)
PACKING = Packing(ringing.VAULT, ringing.LINKS, versions.still_approved)


@pytest.fixture(scope="module")
def made() -> dict[str, SigningKey]:
    """Keys are slow to make, on purpose: once for all tests."""
    people = {
        "ada": ("Ada Byron", "approver"),
        "grace": ("Grace Hopper", "approver"),
        "lee": ("Lee", "legal"),
    }
    return {name: new_key(person, role, PASSPHRASE, NOW) for name, (person, role) in people.items()}


@pytest.fixture(scope="module")
def keys(made: dict[str, SigningKey]) -> dict[str, UnlockedKey]:
    return {name: unlock(key, PASSPHRASE) for name, key in made.items()}


Made = dict[str, SigningKey]
Keys = dict[str, UnlockedKey]


def place(session: Session, made: Made, triage: Any = None, **branch: Any) -> Review:
    """A review at a branch, and people who can sign."""
    for key in made.values():
        session.add(SigningKey(**key.model_dump()))
    where = ringing.listing(session, ringing.branch(session, sign_off="Kim", **branch))
    return ringing.review(session, where, triage=triage or judged())


def asked_about(session: Session, review: Review, draft: str | None = None) -> AskedWords:
    return asking.ask(session, review, draft, "Dana", NOW)


def signed(
    session: Session, asked: AskedWords, keys: Sequence[UnlockedKey], text: str = WORDS, at: datetime = NOW
) -> str | None:
    """What is still missing after all of ``keys`` have signed."""
    return [giving.approve(session, asked, text, key, at) for key in keys][-1]


def state(session: Session, asked: AskedWords, now: datetime = NOW) -> State:
    return given(session, asked, session.get_one(Review, asked.review_id), now).state


def offered(session: Session, review: Review, now: datetime = NOW) -> Any:
    listing = session.get_one(Listing, review.listing_id)
    return offer_for(session, review, listing, session.get_one(Branch, listing.branch_id), now)


def test_words_for_one_review_come_first_there_and_nowhere_else(
    database: Database, made: Made, keys: Keys
) -> None:
    with database.transaction() as session:
        review = place(session, made)
        ringing.approve(session)
        other = ringing.review(session, session.get_one(Listing, review.listing_id), triage=judged())
        assert offered(session, review)[0].pack == "northside-restaurant"
        asked = asked_about(session, review, "The door is mended.")
        assert state(session, asked) is State.OPEN
        assert signed(session, asked, [keys["ada"]]) is None
        offer, _ = offered(session, review)
        assert (offer.pack, offer.serial, offer.text) == (f"review:{review.id}", 1, WORDS)
        assert offer.reply_class == "verbatim"
        assert "approved for it alone by Ada Byron (approver)" in offer.reasons[0]
        assert still_approved(session, offer, NOW)
        assert offered(session, other)[0].pack == "northside-restaurant"


def test_the_statement_names_the_review_as_it_was_read_and_the_exact_text(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        signed(session, asked_about(session, review), [keys["ada"]], WORDS.replace(". ", ".\r\n"))
        words = words_for(session, review, NOW)
        assert words is not None
        (approval,) = words.approvals
        assert words.text == WORDS.replace(". ", ".\n")
        assert approval.statement == (
            f"shopbell/1 approve review:{review.id} 1 {words.sha256} {words.seen} routine approver "
            "2026-11-22T09:00:00Z"
        )


def test_they_run_out_after_two_days_whatever_a_column_says(
    database: Database, made: Made, keys: Keys
) -> None:
    with database.transaction() as session:
        review = place(session, made)
        asked = asked_about(session, review)
        signed(session, asked, [keys["ada"]])
        session.execute(update(WordsSignature).values(signed_at=NOW + timedelta(days=9)))
        assert words_for(session, review, NOW + TWO_DAYS - timedelta(seconds=1))
        assert words_for(session, review, NOW + TWO_DAYS) is None
        assert state(session, asked, NOW + TWO_DAYS) is State.EXPIRED
        with pytest.raises(ApprovalRefused, match="is expired; ask anew"):
            signed(session, asked, [keys["ada"]], at=NOW + TWO_DAYS)
        again = asking.ask(session, review, None, "Dana", NOW + TWO_DAYS)
        assert again.number == 2


HELD, NOT_JUDGED = judged(flags=[Flag.LEGAL]), judged(flags=None)
NEEDED = [
    (judged(), "restaurant", ["ada"], None),
    (HELD, "restaurant", ["ada"], "sensitive needs 1 more person to approve"),
    (HELD, "restaurant", ["ada", "grace"], None),
    (NOT_JUDGED, "restaurant", ["lee"], "sensitive needs 1 more person to approve"),
    (judged(), "bank", ["ada"], "sensitive needs 1 more person to approve"),
    (judged(), "dental", ["ada", "grace"], "regulated needs somebody of legal"),
    (judged(), "dental", ["ada", "lee"], None),
]


@pytest.mark.parametrize(("triage", "vertical", "people", "missing"), NEEDED)
def test_the_review_says_how_many_must_answer_for_its_words(
    sqlite_database: Database,
    made: Made,
    keys: Keys,
    triage: Any,
    vertical: str,
    people: list[str],
    missing: str | None,
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made, triage, vertical=vertical)
        asked = asked_about(session, review)
        careful = "Thank you for writing. Please call us, so that we can talk."
        assert signed(session, asked, [keys[name] for name in people], careful) == missing
        assert bool(words_for(session, review, NOW)) is (missing is None)


def test_what_was_not_triaged_needs_two() -> None:
    assert risk_of(None, "restaurant") == "sensitive"


def test_a_review_that_is_held_later_needs_one_more(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        signed(session, asked_about(session, review), [keys["ada"]])
        review.triage = HELD
        session.flush()
        assert words_for(session, review, NOW) is None


def test_words_for_a_review_that_was_edited_since_are_not_offered(
    database: Database, made: Made, keys: Keys
) -> None:
    with database.transaction() as session:
        review = place(session, made)
        asked = asked_about(session, review)
        signed(session, asked, [keys["ada"]])
        review.text = "They called the police on me."
        session.flush()
        assert words_for(session, review, NOW) is None
        assert "was edited since" in str(given(session, asked, review, NOW).why)
        assert signed(session, asked, [keys["ada"]], at=NOW + timedelta(hours=1)) is None
        assert words_for(session, review, NOW + timedelta(hours=1))


def test_a_second_approver_signs_the_same_words_or_begins_anew(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made, HELD)
        asked = asked_about(session, review)
        signed(session, asked, [keys["ada"]])
        other = f"{WORDS} Please call us."
        assert signed(session, asked, [keys["grace"]], other) == "sensitive needs 1 more person to approve"
        assert signed(session, asked, [keys["lee"]], other) is None


def test_what_a_rule_forbids_is_not_signed(sqlite_database: Database, made: Made, keys: Keys) -> None:
    with sqlite_database.transaction() as session:
        asked = asked_about(session, place(session, made))
        with pytest.raises(ApprovalRefused, match="Nothing was signed"):
            signed(session, asked, [keys["ada"]], "We give you a refund if you delete your review.")
        assert session.scalars(select(WordsSignature)).all() == []


def test_what_a_rule_only_warns_of_is_shown(sqlite_database: Database, made: Made) -> None:
    with sqlite_database.transaction() as session:
        asked = asked_about(session, place(session, made))
        found = giving.findings_on(session, asked, "THANK YOU VERY MUCH INDEED FOR COMING.")
        assert {one.level for one in found} <= {"warn", "note"}
        assert found


ALTERED = [
    lambda asked, _row: setattr(asked, "text", WORDS + " Free dinner for you."),
    lambda _asked, row: setattr(row, "statement", row.statement.replace("routine", "regulated")),
    lambda _asked, row: setattr(row, "signature", bytes(64)),
    lambda asked, _row: setattr(asked, "number", 7),
]


@pytest.mark.parametrize("alter", ALTERED)
def test_one_altered_byte_and_the_words_are_not_there(
    sqlite_database: Database, made: Made, keys: Keys, alter: Any
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        asked = asked_about(session, review)
        signed(session, asked, [keys["ada"]])
        alter(asked, session.scalars(select(WordsSignature)).one())
        session.flush()
        assert words_for(session, review, NOW) is None


def test_a_signature_moved_to_another_review_is_nothing_there(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        other = ringing.review(session, session.get_one(Listing, review.listing_id), triage=judged())
        asked = asked_about(session, review)
        signed(session, asked, [keys["ada"]])
        asked.review_id = other.id or 0
        session.flush()
        assert words_for(session, other, NOW) is None


def test_who_approved_words_is_known_when_they_have_run_out(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    later = NOW + TWO_DAYS
    with sqlite_database.transaction() as session:
        review = place(session, made)
        asked = asked_about(session, review)
        assert who_approved(session, asked, review, NOW) == ()
        signed(session, asked, [keys["ada"]])
        assert words_for(session, review, later) is None
        assert [one.person for one in who_approved(session, asked, review, later)] == ["Ada Byron"]
        review.text = "Other words since."
        assert who_approved(session, asked, review, later) == ()


def test_words_of_a_key_that_was_revoked_stop(sqlite_database: Database, made: Made, keys: Keys) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        signed(session, asked_about(session, review), [keys["ada"]])
        revoke_key(session, keys["ada"].fingerprint, NOW)
        assert words_for(session, review, NOW) is None


def test_recalled_words_of_one_review_are_found_where_they_stand(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        asked = asked_about(session, review)
        signed(session, asked, [keys["ada"]])
        review.reply_text = WORDS
        other = ringing.review(session, session.get_one(Listing, review.listing_id), reply_text=WORDS)
        session.flush()
        assert list(standing_words(session, replies_heard(session), NOW)) == []
        giving.recall_words(session, asked, "It promises too much.", keys["grace"], NOW)
        (found,) = standing_words(session, replies_heard(session), NOW)
        assert (found.place.reply.review, found.place.is_given) == (review.id, True)
        assert (found.place.pack, found.place.item) == (f"review:{review.id}", "1")
        assert found.place.reply_class is ReplyClass.VERBATIM
        assert found.place.words.reason == "It promises too much."
        review.reply_text = WORDS.replace("Thank you for telling us", "Thank you so much for telling us")
        assert [one.place.reply_class for one in standing_words(session, replies_heard(session), NOW)] == [
            ReplyClass.OFF_PACK
        ]
        assert list(standing_words(session, replies_heard(session), NOW, "general-en")) == []
        assert other.id != review.id
        erase(session, review.id or 0, NOW)
        assert list(standing_words(session, replies_heard(session), NOW)) == []


def test_whoever_may_sign_is_led_to_the_asking_and_the_others_to_the_review(
    sqlite_database: Database, made: Made
) -> None:
    with sqlite_database.transaction() as session:
        people = [ringing.person(session, name) for name in ("Ada", "Dana")]
        channels = [ringing.channel(session, one) for one in people]
        asked = asked_about(session, place(session, made, vertical="dental"))
        event_id = session.scalars(select(Event)).one().id or 0
        ring_once(session, PACKING, event_id, NOW)
        alert = session.scalars(select(Alert)).one()

        def leads() -> list[str]:
            rows = [session.get_one(Channel, one) for one in channels]
            return [ways_of(session, ringing.LINKS, alert, one, NOW).desk or "" for one in rows]

        there = f"https://bell.example.com/packs/asked/{asked.id}"
        assert leads() == [there, there]
        for one, role in zip(people, ("approver", "branch"), strict=True):
            session.add(RoleGrant(person_id=one.id or 0, role=role))
        session.flush()
        assert leads()[0] == there
        assert leads()[1].startswith("https://bell.example.com/r/")


def test_recalled_words_stop_and_stay_in_this_house(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        review = place(session, made)
        asked = asked_about(session, review)
        signed(session, asked, [keys["ada"]])
        offer, _ = offered(session, review)
        giving.recall_words(session, asked, "It promises too much.", keys["grace"], NOW)
        assert words_for(session, review, NOW) is None
        assert not still_approved(session, offer, NOW)
        assert state(session, asked) is State.RECALLED
        assert session.scalars(select(Recall)).one().pack == f"review:{review.id}"
        assert list(own_recalls(session)) == []


def test_a_recalled_item_takes_the_same_words_along(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        key = ringing.approve(session)
        asked = asked_about(session, review)
        taken = "Thank you, Ann, we are glad that you came. Kim"
        signed(session, asked, [keys["ada"]], taken)
        recall(session, session.scalars(select(PackVersion)).one(), "thanks", "Cold.", key, NOW)
        assert state(session, asked) is State.RECALLED
        again = asking.ask(session, review, None, "Dana", NOW)
        with pytest.raises(ApprovalRefused, match=r"were recalled: Cold\. Nothing was signed"):
            signed(session, again, [keys["ada"]], taken)


def test_a_refusal_says_why_and_ends_the_asking(sqlite_database: Database, made: Made, keys: Keys) -> None:
    with sqlite_database.transaction() as session:
        asked = asked_about(session, place(session, made))
        with pytest.raises(ApprovalRefused, match="Say why"):
            asking.refuse(session, asked, "Lee", " ", NOW)
        asking.refuse(session, asked, "Lee", "Call her instead.", NOW)
        assert state(session, asked) is State.REFUSED
        with pytest.raises(ApprovalRefused, match="is refused"):
            signed(session, asked, [keys["ada"]])


def test_asking_twice_is_asking_once_with_the_newer_draft(database: Database, made: Made) -> None:
    with database.transaction() as session:
        review = place(session, made)
        first = asked_about(session, review, "One.")
        assert asked_about(session, review, "Two.").id == first.id
        assert asked_about(session, review).draft == "Two."
        assert len(session.scalars(select(Event)).all()) == 1


@pytest.mark.parametrize(
    "settled", [{"reply_text": "Thanks."}, {"removed_at": NOW}, {"erased_at": NOW}], ids=str
)
def test_what_needs_no_answer_needs_no_words(
    sqlite_database: Database, made: Made, settled: dict[str, Any]
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        for name, value in settled.items():
            setattr(review, name, value)
        with pytest.raises(ApprovalRefused, match="needs no words"):
            asked_about(session, review)


def test_erasing_the_review_erases_the_words_and_the_audit_never_held_them(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        asked = asked_about(session, review, "The door is mended.")
        signed(session, asked, [keys["ada"]])
        assert all("door" not in str(body.body) for body in session.scalars(select(AuditBody)))
        assert audit.verify(session).broken == ()
        erase(session, review.id or 0, NOW)
        session.expire_all()
        assert (asked.text, asked.draft) == (None, None)
        assert asked.text_sha256 is not None
        assert words_for(session, review, NOW) is None


def rung(database: Database) -> list[Facts]:
    with database.transaction() as session:
        ringing.channel(session, ringing.person(session))
    ring(database, PACKING, NOW)
    with database.reading() as session:
        bodies = session.scalars(select(col(Alert.body)).order_by(col(Alert.id))).all()
    return [Facts.model_validate(told) for told in bodies]


def test_the_approver_is_told_and_then_whoever_asked(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        review.baseline = True
        asked = asked_about(session, review, "The door is mended.")
        signed(session, asked, [keys["ada"]])
    asks, answers = (compose(facts, MAIL, Ways()).text for facts in rung(sqlite_database))
    assert "Words are asked for this review: 2 of 5 stars" in asks
    assert "The door is mended." in asks
    assert f"shopbell words approve {asked.id}" in asks
    assert "routine needs 1 more person to approve" in asks
    assert "Ada Byron has approved words for it alone" in answers
    assert WORDS in answers


def test_whoever_was_sent_the_words_is_told_that_they_were_recalled(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        asked = asked_about(session, place(session, made))
        signed(session, asked, [keys["ada"]])
        number = asked.id or 0
    rung(sqlite_database)
    with sqlite_database.transaction() as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENT.value))
        asked = asking.asked_words(session, number)
        giving.recall_words(session, asked, "It is not mended.", keys["grace"], NOW)
    ring(sqlite_database, PACKING, NOW)
    with sqlite_database.reading() as session:
        (told,) = session.scalars(select(Alert).where(col(Alert.kind) == EventKind.RECALLED.value)).all()
    assert told.body["recalled"] == "It is not mended."
    assert told.body["offer"] is None


def test_erasing_the_review_empties_the_draft_in_the_alert(sqlite_database: Database, made: Made) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        asked_about(session, review, "Dear Ann, the door is mended.")
    rung(sqlite_database)
    with sqlite_database.transaction() as session:
        assert "door" in str(session.scalars(select(col(Alert.body))).one())
        erase(session, 1, NOW)
        session.expire_all()
        assert "door" not in str(session.scalars(select(col(Alert.body))).one())


def test_whoever_asked_is_told_why_nobody_gave_words(sqlite_database: Database, made: Made) -> None:
    with sqlite_database.transaction() as session:
        asked = asked_about(session, place(session, made))
        asking.refuse(session, asked, "Lee", "Call her instead.", NOW)
    _asks, refusal = (compose(facts, MAIL, Ways()).text for facts in rung(sqlite_database))
    assert "No words were given: Lee: Call her instead." in refusal


def test_a_branch_that_keeps_silent_about_patients_says_nothing_of_the_review(
    sqlite_database: Database, made: Made
) -> None:
    with sqlite_database.transaction() as session:
        asked_about(session, place(session, made, vertical="dental"), "Dear Ann, your tooth …")
    (facts,) = rung(sqlite_database)
    assert facts.asked and facts.asked.draft is None
    for medium in (MAIL, SMS):
        said = compose(facts, medium, Ways()).text
        assert "tooth" not in said
        assert "Words are asked for a review at Northside." in said
        assert "Ann" not in said
        assert "2 of 5" not in said


def test_a_rule_for_asked_words_counts_even_where_the_review_is_held() -> None:
    approvers = Rule(2, "Approvers", Match(kinds=(EventKind.WORDS_ASKED,)), (8,))
    all_else = Rule(1, "Everything", Match(), (7,))
    occasion = Occasion(EventKind.WORDS_ASKED, flags=frozenset({Flag.LEGAL.value}))
    assert route(occasion, [all_else, approvers], (7, 8)).channels == (8,)


def test_given_words_begin_an_item(sqlite_database: Database, made: Made) -> None:
    with sqlite_database.transaction() as session:
        review = place(session, made)
        branch = session.scalars(select(Branch)).one()
        written = item_skeleton(
            'Thank you, Ann! "Northside" says sorry. Kim', review, Triage.from_json(judged()), branch
        )
    assert '"Thank you, {first_name}! \\"{branch}\\" says sorry. {sign_off}"' in written
    assert 'when = { stars = [2, 2], topics = ["wait"] }' in written
    for more in ("Other words", "More words"):
        written = written.replace('""', f'"{more}"', 1)
    head = ringing.PACK.decode().partition("[[item]]")[0] + 'branch = "us"\n'
    pack = read_pack(f"{head}\n{written}".encode())
    assert pack.items[0].id == "rename-me"


def test_a_pack_cannot_pass_for_the_words_of_a_review(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session, pytest.raises(PackError, match="pack"):
        add_version(session, ringing.PACK.replace(b"northside-restaurant", b"review:1"), NOW)
