"""What people say is wrong in a judgement: kept as it was said, listed for the author, and never learnt."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.main import shopbell
from service.db import Database
from service.errors import AnswerRefused
from service.models import Review, TriageField
from service.outcomes.handling import Actor, Step
from service.outcomes.wrong import judged, say_wrong, verdicts
from service.watch.erase import erase
from tests.desk_rows import Rows, triage


@pytest.fixture
def rows(database: Database, now: datetime) -> Rows:
    return Rows(database, now)


def say(rows: Rows, review: int, field: str, should_be: str, who: str = "Dana") -> None:
    with rows.database.transaction() as session:
        say_wrong(session, review, field, should_be, Step(Actor(who), "k", rows.now))


def said(rows: Rows) -> list[tuple[str, str, str | None, str | None]]:
    with rows.database.reading() as session:
        return [
            (one.note.person, one.note.field, one.note.said, one.note.should_be) for one in verdicts(session)
        ]


def test_each_persons_last_word_on_each_field_is_kept(rows: Rows) -> None:
    review = rows.review(rows.listing(rows.branch()), triage=triage("high", ["press", "question"]))
    say(rows, review, "flags", "none")
    say(rows, review, "flags", "question")
    say(rows, review, "urgency", "low")
    say(rows, review, "flags", "spam", "Sam")
    assert sorted(said(rows)) == [
        ("Dana", "flags", "press, question", "question"),
        ("Dana", "urgency", "high", "low"),
        ("Sam", "flags", "press, question", "spam"),
    ]


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (None, ["not judged"] * 4),
        (
            triage() | {"flags": None, "topics": [], "language": None},
            ["high", "not judged", "none", "unknown"],
        ),
        (triage("low"), ["low", "none", "wait", "en"]),
    ],
)
def test_what_was_judged_is_told_in_words(rows: Rows, stored: object, words: list[str]) -> None:
    review = rows.review(rows.listing(rows.branch()), triage=stored)
    with rows.database.reading() as session:
        row = session.get_one(Review, review)
    assert [judged(row, field) for field in TriageField] == words


def test_a_verdict_names_a_field_there_is(rows: Rows) -> None:
    review = rows.review(rows.listing(rows.branch()))
    with pytest.raises(AnswerRefused):
        say(rows, review, "mood", "bad")
    assert said(rows) == []


def test_an_erased_review_keeps_that_it_was_said_and_not_what(rows: Rows) -> None:
    review = rows.review(rows.listing(rows.branch()))
    say(rows, review, "topics", "She wrote about the soup")
    with rows.database.transaction() as session:
        erase(session, review, rows.now)
    assert said(rows) == [("Dana", "topics", None, None)]


def notes(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.setenv("SHOPBELL_DATA", str(folder))
    return CliRunner().invoke(shopbell, ["triage-notes", *options], catch_exceptions=False)


def test_the_author_lists_them(
    sqlite_database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nobody has said" in notes(tmp_path, monkeypatch).output
    rows = Rows(sqlite_database, now)
    say(rows, rows.review(rows.listing(rows.branch("Harbour Street"))), "urgency", "low")
    assert notes(tmp_path, monkeypatch).output == (
        "2026-11-22  review 1, Harbour Street: urgency high → low (Dana)\n"
    )
    (line,) = notes(tmp_path, monkeypatch, "--json").output.splitlines()
    told = json.loads(line)
    assert (told["field"], told["should_be"]) == ("urgency", "low")
    assert told["text"].startswith("We waited")
