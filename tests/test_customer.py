"""A customer's words are found by her name, handed over whole, and erased for good."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import select

from service.cli.main import shopbell
from service.db import Database
from service.models import Review
from tests.builders import Town, a_look, a_review

Run = Callable[..., str]


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    town = Town(sqlite_database)
    town.look(a_look(a_review("marta", author="Márta K."), a_review("bert")))
    return town


@pytest.fixture
def run(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path))

    def typed(*words: str, typing: str = "") -> str:
        result = CliRunner().invoke(shopbell, ["customer", *words], input=typing)
        assert result.exit_code == 0, result.output
        return result.output

    return typed


def authors(town: Town) -> set[str | None]:
    with town.database.reading() as session:
        return {review.author for review in session.exec(select(Review)).all()}


def test_a_customer_is_found_however_her_name_is_typed(run: Run) -> None:
    assert "This is what marta thought" in run("MÁRTA  k.")
    assert "No review by 'Eve' is kept here." in run("Eve")


def test_all_that_is_kept_of_her_is_handed_over(run: Run) -> None:
    (one,) = json.loads(run("Márta K.", "--json"))["reviews"]
    assert one["author"] == "Márta K."
    assert one["heard"][0]["item"]["text"].startswith("This is what marta thought")


def test_her_words_are_erased_and_do_not_come_back(run: Run, town: Town) -> None:
    run("Márta K.", "--erase", "--yes")
    assert authors(town) == {None, "Bert Example"}
    town.look(a_look(a_review("marta", author="Márta K."), a_review("bert")))
    assert authors(town) == {None, "Bert Example"}


def test_nothing_is_erased_without_a_yes(town: Town, run: Run) -> None:
    result = CliRunner().invoke(shopbell, ["customer", "Márta K.", "--erase"], input="n\n")
    assert result.exit_code == 1
    assert "Márta K." in authors(town)


def test_one_of_several_reviews_can_be_meant(run: Run, town: Town) -> None:
    run("Márta K.", "--erase", "--yes", "--review", "99")
    assert "Márta K." in authors(town)
