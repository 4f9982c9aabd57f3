"""What only a person can tell is asked once, and her answer is stored once."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from service.db import Database
from service.domain import ALL, PARTIAL, EventKind, Proof, Route
from service.errors import AnswerRefused
from service.models import (
    AskedWords,
    CaseEntry,
    CaseFile,
    Event,
    Posting,
    PostingEvent,
    Question,
    Review,
    ReviewKey,
    ReviewNote,
    ReviewVersion,
    TriageNote,
)
from service.watch.questions import ANOTHER, Answered, Choice, answer, open_count, open_questions
from tests.builders import DAY, NOW, Town, a_look, a_mail, a_review

HOUR = NOW.replace(hour=10) - NOW
TWINS = [a_review("anna"), replace(a_review("anna"), ids=(("town", "anna2"),))]
OTHERS = [a_review("bert"), a_review("cleo")]


@pytest.fixture
def town(database: Database) -> Town:
    """A listing with two look-alikes on its page, and a mail that may mean either."""
    town = Town(database)
    town.look(a_look(*TWINS, *OTHERS, at=NOW - DAY), NOW - DAY)
    town.told(a_mail(TWINS[0], proof=Proof.UNPROVEN))
    return town


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(col(Event.kind)).order_by(col(Event.id))).scalars())


def say(town: Town, choice: Choice, by: str = "Kim", question: int = 1) -> Answered:
    with town.database.transaction() as session:
        return answer(session, town.watch, question, choice, by, NOW + HOUR)


def test_near_twins_are_a_question_with_all_that_a_person_needs(town: Town) -> None:
    with town.database.reading() as session:
        (asked,) = open_questions(session)
    assert (asked.item.text, asked.route) == (TWINS[0].text, Route.MAIL)
    assert [review.author for review in asked.candidates] == ["Anna Example"] * 2
    assert count(town.database, Review) == 4
    assert kinds(town.database) == [EventKind.BASELINE, EventKind.TWINS]


def test_the_same_words_are_asked_about_once_by_whatever_route(town: Town) -> None:
    town.told(a_mail(TWINS[0], at=NOW + HOUR), NOW + HOUR)
    by_hand = a_look(replace(TWINS[0], ids=(), posted=None), at=NOW + HOUR, route=Route.HAND)
    town.told(by_hand, NOW + HOUR)
    assert count(town.database, Question) == 1
    assert kinds(town.database).count(EventKind.TWINS) == 1


def test_an_answer_stores_the_words_in_the_review_that_was_named(town: Town) -> None:
    assert say(town, 2) == Answered(2, "Kim", NOW + HOUR)
    with town.database.reading() as session:
        told = select(ReviewVersion).where(col(ReviewVersion.route) == Route.MAIL.value)
        version = session.execute(told).scalar_one()
    assert (version.review_id, version.seen_at, version.proven) == (2, NOW, False)
    assert count(town.database, Review) == 4
    assert EventKind.NEW not in kinds(town.database)


def test_a_review_of_its_own_rings_and_is_known_from_then_on(town: Town) -> None:
    assert say(town, ANOTHER).review == 5
    assert kinds(town.database)[-1] == EventKind.NEW
    town.told(a_mail(TWINS[0], at=NOW + 2 * HOUR), NOW + 2 * HOUR)
    assert (count(town.database, Review), count(town.database, Question)) == (5, 1)


def test_two_answers_are_one_and_the_first_counts(town: Town) -> None:
    say(town, 2)
    assert say(town, ANOTHER, "Sam") == Answered(2, "Kim", NOW + HOUR, already=True)
    assert count(town.database, Review) == 4
    with town.database.reading() as session:
        assert (open_count(session), open_questions(session)) == (0, ())


def test_two_people_who_answer_at_once_store_one_review(town: Town) -> None:
    said: list[Answered] = []
    together = Barrier(2)

    def press(by: str) -> None:
        together.wait()
        said.append(say(town, ANOTHER, by))

    threads = [Thread(target=press, args=(name,)) for name in ("Kim", "Sam")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.already for one in said) == [False, True]
    assert {one.review for one in said} == {5}
    assert kinds(town.database).count(EventKind.NEW) == 1


def test_who_turns_out_to_be_another_is_not_offered_any_more(database: Database) -> None:
    town = Town(database)
    unnamed = [replace(item, ids=()) for item in TWINS]
    town.look(a_look(*unnamed, *OTHERS, at=NOW - DAY), NOW - DAY)
    town.told(a_look(*TWINS, at=NOW, route=Route.CAPTURE, coverage=PARTIAL))
    assert count(database, Question) == 2
    say(town, 1, question=1)
    with database.reading() as session:
        (asked,) = open_questions(session)
    assert [review.id for review in asked.candidates] == [2]
    with pytest.raises(AnswerRefused):
        say(town, 1, question=2)
    say(town, 2, question=2)
    with database.reading() as session:
        owners = select(col(ReviewKey.review_id)).where(col(ReviewKey.value).in_(["anna", "anna2"]))
        assert sorted(session.execute(owners).scalars()) == [1, 2]


@pytest.mark.parametrize(("question", "choice"), [(1, 3), (1, 77), (9, ANOTHER)])
def test_a_choice_that_is_not_offered_changes_nothing(town: Town, question: int, choice: Choice) -> None:
    with pytest.raises(AnswerRefused, match="Nothing was changed"):
        say(town, choice, question=question)
    with town.database.reading() as session:
        assert open_count(session) == 1


def test_what_a_first_hearing_asked_about_is_no_news_when_it_is_answered(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*TWINS, *OTHERS, at=NOW - DAY), NOW - DAY)
    undated = replace(TWINS[0], ids=(), posted=None)
    town.told(a_look(undated, at=NOW, route=Route.CAPTURE, coverage=ALL))
    say(town, ANOTHER)
    assert EventKind.NEW not in kinds(database)
    with database.reading() as session:
        assert session.get_one(Review, 5).baseline


def doubled(database: Database) -> tuple[Town, Any]:
    """Stars alone, told by two routes under two names, and then by one that knows both."""
    town = Town(database)
    stars = a_review("anna", text=None)
    town.look(a_look(stars, *OTHERS, at=NOW - DAY), NOW - DAY)
    by_api = replace(stars, ids=(("town.api", "x"),), text=None)
    town.told(a_look(by_api, at=NOW - HOUR, route=Route.API), NOW - HOUR)
    both = replace(stars, ids=(("town", "anna"), ("town.api", "x")))
    town.told(a_look(both, route=Route.CAPTURE))
    return town, both


def test_two_reviews_that_are_one_become_one_with_all_that_was_heard(database: Database) -> None:
    town, both = doubled(database)
    assert count(database, Review) == 4
    say(town, 1)
    assert count(database, Review) == 3
    with database.reading() as session:
        keys = select(col(ReviewKey.value)).where(col(ReviewKey.review_id) == 1)
        assert set(session.execute(keys).scalars()) == {"anna", "x"}
        routes = select(col(ReviewVersion.route), col(ReviewVersion.n)).where(
            col(ReviewVersion.review_id) == 1
        )
        assert sorted(map(tuple, session.execute(routes))) == [("api", 2), ("capture", 3), ("page", 1)]
    town.told(a_look(both, at=NOW + 2 * HOUR, route=Route.CAPTURE), NOW + 2 * HOUR)
    assert (count(database, Review), count(database, Question)) == (3, 1)


def test_the_first_reply_to_either_was_the_first_to_both(database: Database) -> None:
    town, _both = doubled(database)
    with database.transaction() as session:
        for review, at in ((1, NOW + HOUR), (4, NOW)):
            session.get_one(Review, review).reply_seen_at = at
    say(town, 1)
    with database.reading() as session:
        assert session.get_one(Review, 1).reply_seen_at == NOW


def test_words_asked_for_either_go_on_counting(database: Database) -> None:
    town, _both = doubled(database)
    with database.transaction() as session:
        for review, number in ((1, 1), (4, 1), (4, 2)):
            session.add(AskedWords(review_id=review, number=number, asked_by="Kim", asked_at=NOW))
    say(town, 1)
    with database.reading() as session:
        asked = session.execute(select(col(AskedWords.review_id), col(AskedWords.number))).all()
    assert sorted(map(tuple, asked)) == [(1, 1), (1, 2), (1, 3)]


def test_every_table_that_refers_to_a_review_is_thought_of() -> None:
    """Whoever adds one says in ``joined``, ``erase`` and ``installation`` what becomes of its rows."""
    referring = {
        table.name
        for table in SQLModel.metadata.tables.values()
        if any(key.column.table.name == "review" for key in table.foreign_keys)
    }
    beside = {"posting", "review_note", "triage_note", "asked_words", "case_file"}
    assert referring == {"review_key", "review_version", "event", "alert"} | beside


def test_what_was_posted_to_either_was_posted_once(database: Database) -> None:
    town, _both = doubled(database)
    used = {"pack": "p", "sha256": bytes(32), "item": "i", "variant": 1, "made_at": NOW}
    with database.transaction() as session:
        for review, person in ((1, "Kim"), (4, "Kim"), (4, "Sam")):
            posting = Posting(review_id=review, person=person, **used)
            session.add(posting)
            session.flush()
            session.add(
                PostingEvent(
                    posting_id=posting.id, device="desk", key=f"{review}{person}", kind="shown", at=NOW
                )
            )
    say(town, 1)
    with database.reading() as session:
        postings = session.execute(select(col(Posting.id), col(Posting.person), col(Posting.review_id))).all()
        assert sorted(map(tuple, postings)) == [(1, "Kim", 1), (3, "Sam", 1)]
        events = session.execute(select(col(PostingEvent.posting_id))).scalars()
        assert sorted(events) == [1, 1, 3]


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        (None, "waiting", "waiting"),
        ("open", None, "open"),
        ("closed", "open", "open"),
        ("open", "closed", "open"),
    ],
)
def test_two_cases_are_one_conversation_and_the_one_that_runs_decides(
    database: Database, first: str | None, second: str | None, stands: str
) -> None:
    town, _both = doubled(database)
    with database.transaction() as session:
        for review, state in ((1, first), (4, second)):
            if state is None:
                continue
            case = CaseFile(review_id=review, opened_by="Kim", opened_at=NOW, state=state)
            session.add(case)
            session.flush()
            line = {"key": "1", "kind": "called", "by": "Kim", "at": NOW}
            session.add(CaseEntry(case_file_id=case.id or 0, **(line | {"key": f"{review}"})))
    say(town, 1)
    with database.reading() as session:
        (case,) = session.execute(select(CaseFile)).scalars()
        assert (case.review_id, case.state) == (1, stands)
        held = set(session.execute(select(col(CaseEntry.case_file_id))).scalars())
        assert held == {case.id}


def test_what_was_written_beside_either_stands_beside_the_one(database: Database) -> None:
    town, _both = doubled(database)
    with database.transaction() as session:
        for review, person in ((1, "Kim"), (4, "Kim"), (4, "Sam")):
            note = {"act": "noted", "by": person, "at": NOW, "text": "Rang her."}
            session.add(ReviewNote(review_id=review, key=f"{review}{person}", **note))
            session.add(
                TriageNote(review_id=review, person=person, field="flags", should_be="praise", at=NOW)
            )
    say(town, 1)
    with database.reading() as session:
        assert list(session.execute(select(col(ReviewNote.review_id))).scalars()) == [1, 1, 1]
        wrong = session.execute(select(col(TriageNote.review_id), col(TriageNote.person)))
        assert sorted(map(tuple, wrong)) == [(1, "Kim"), (1, "Sam")]


def test_two_reviews_that_stay_apart_are_not_asked_about_again(database: Database) -> None:
    town, both = doubled(database)
    assert say(town, ANOTHER).review is None
    town.told(a_look(both, at=NOW + 2 * HOUR, route=Route.CAPTURE), NOW + 2 * HOUR)
    assert (count(database, Review), count(database, Question)) == (4, 1)


def test_what_happened_to_both_of_one_happened_once(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OTHERS, at=NOW - DAY), NOW - DAY)
    stars = a_review("anna", text=None, at=NOW - HOUR)
    town.look(a_look(stars, *OTHERS, at=NOW), NOW)
    town.told(a_look(*OTHERS, at=NOW, route=Route.API))
    town.told(a_look(replace(stars, ids=(("town.api", "x"),)), at=NOW + HOUR, route=Route.API), NOW + HOUR)
    both = replace(stars, ids=(("town", "anna"), ("town.api", "x")))
    town.told(a_look(both, at=NOW + HOUR, route=Route.CAPTURE), NOW + HOUR)
    assert kinds(database).count(EventKind.NEW) == 2
    say(town, 3)
    assert kinds(database).count(EventKind.NEW) == 1
