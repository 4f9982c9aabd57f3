"""The questions screen: asked with all that is needed, answered once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.domain import Proof
from service.models import Question
from tests.builders import DAY, NOW, Town, a_look, a_mail, a_review
from tests.web.reading import form_token

TWINS = [a_review("anna"), replace(a_review("anna"), ids=(("town", "anna2"),))]


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    """Two look-alikes on a page, and a mail that may mean either."""
    town = Town(sqlite_database)
    town.look(a_look(*TWINS, a_review("bert"), at=NOW - DAY), NOW - DAY)
    town.told(a_mail(TWINS[0], proof=Proof.UNPROVEN))
    return town


def say(client: FlaskClient, choice: str) -> tuple[int, str]:
    token = form_token(client.get("/questions") if choice != "again" else client.get("/read"))
    said = client.post("/questions/1", data={"form_token": token, "choice": choice})
    return said.status_code, said.headers.get("Location", said.text)


def test_nothing_to_ask_is_said(client: FlaskClient) -> None:
    assert "Nothing to ask" in client.get("/questions").text


def test_a_question_shows_what_was_read_and_what_it_may_be(client: FlaskClient, town: Town) -> None:
    page = client.get("/questions").text
    assert page.count("This is what anna thought of the place") == 3
    assert "told by the site&#39;s mail" in page
    assert "1 question waits" in client.get("/").text


@pytest.mark.parametrize("choice", ["1", "new"])
def test_an_answer_is_kept_and_asked_no_more(client: FlaskClient, town: Town, choice: str) -> None:
    assert say(client, choice) == (303, "/questions?answered=done")
    with town.database.reading() as session:
        assert session.execute(select(Question)).scalar_one().answered_by == "the desk"
    assert "Nothing to ask" in client.get("/questions").text


def test_the_second_of_two_people_is_told(client: FlaskClient, town: Town) -> None:
    token = form_token(client.get("/questions"))
    sent = {"form_token": token, "choice": "1"}
    assert client.post("/questions/1", data=sent).headers["Location"] == "/questions?answered=done"
    assert client.post("/questions/1", data=sent).headers["Location"] == "/questions?answered=already"


@pytest.mark.parametrize(("choice", "status"), [("", 400), ("x", 400), ("99", 409), ("9" * 30, 400)])
def test_an_answer_that_was_not_offered_changes_nothing(
    client: FlaskClient, town: Town, choice: str, status: int
) -> None:
    said, page = say(client, choice)
    assert said == status
    assert "Not done." in page
