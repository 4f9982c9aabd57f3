"""A person's words are gone everywhere, and do not come back by any route."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlmodel import SQLModel, col

from service.alerts.facts import Facts
from service.alerts.ring import ring
from service.db import Database
from service.domain import ALL, Item, Proof, Route
from service.models import (
    Alert,
    CaseEntry,
    CaseFile,
    ImportRun,
    Inbound,
    InboundState,
    Posting,
    Question,
    Review,
    ReviewKey,
    ReviewNote,
    ReviewVersion,
    TriageNote,
)
from service.watch.erase import erase
from service.watch.judge import judge_for
from service.watch.questions import open_count
from tests.builders import DAY, NOW, Town, a_look, a_mail, a_review, answered
from tests.ringing import packing

HOUR = timedelta(hours=1)
WORDS = "It made my daughter Zuleika ill, and the waiter Ottokar laughed about it at length."
BEFORE = "At first all was well there, so said Zuleika, before the soup was brought to us."
NAME = "Wilhelmina Quist"
OTHERS = [a_review("anna"), a_review("bert")]


def hers(**more: Any) -> Item:
    facts: dict[str, Any] = {"author": NAME, "text": WORDS, "at": NOW - HOUR, "stars": 1}
    return answered(a_review("her", **facts | more), f"We are sorry, {NAME}.")


@pytest.fixture
def town(database: Database) -> Town:
    """A review that was edited, mailed, asked about and rung for."""
    town = Town(database, judge_for)
    town.look(a_look(*OTHERS, hers(text=BEFORE), hers(ids=(("town", "twin"),), text=BEFORE), at=NOW - DAY))
    town.look(a_look(*OTHERS, hers(), hers(ids=(("town", "twin"),), text=BEFORE), at=NOW))
    town.told(a_mail(hers(text=BEFORE), at=NOW + HOUR, proof=Proof.PROVEN), NOW + HOUR)
    ring(database, packing(), NOW + HOUR)
    with database.transaction() as session:
        used = {"pack": "p", "sha256": bytes(32), "item": "i", "variant": 1, "person": "Kim"}
        session.add(Posting(review_id=3, made_at=NOW, text=f"Sorry, {NAME}.", values={"x": NAME}, **used))
        note = {"key": "1", "act": "noted", "by": "Kim", "at": NOW, "text": f"I rang {NAME}."}
        session.add(ReviewNote(review_id=3, **note))
        case = CaseFile(review_id=3, opened_by="Kim", opened_at=NOW)
        session.add(case)
        session.flush()
        entry = {"key": "1", "kind": "called", "by": "Kim", "at": NOW, "text": f"{NAME} was out."}
        session.add(CaseEntry(case_file_id=case.id or 0, **entry))
        wrong = {"person": "Kim", "field": "topics", "said": "staff", "should_be": WORDS, "at": NOW}
        session.add(TriageNote(review_id=3, **wrong))
        rejected = [{"row": 7, "why": "no date", "cells": [NAME, "1", WORDS]}, {"row": 8, "cells": ["x"]}]
        run = {"title": "f", "format": "csv", "body_sha256": b"", "made_at": NOW, "listing_id": 1}
        session.add(ImportRun(rejected=rejected, **run))
        told = {"site": "town", "raw": WORDS.encode(), "state": InboundState.READ.value, "received_at": NOW}
        session.add(Inbound(dedupe_key="1", told=[3], **told))
        session.add(Inbound(dedupe_key="2", told=[1], **told | {"raw": b"of another"}))
    return town


def everything(database: Database) -> str:
    """All that is stored, as text."""
    with database.reading() as session:
        rows = [session.execute(text(f"SELECT * FROM {table}")).all() for table in SQLModel.metadata.tables]
    return repr(rows)


def test_what_was_judged_is_asked_for_by_name_until_it_is_erased(town: Town) -> None:
    with town.database.reading() as session:
        review = session.get_one(Review, 3)
        assert (review.flags, review.reply_route) == ("illness minor staff_named", "page")


def test_what_was_written_down_is_found_before_it_is_erased(town: Town) -> None:
    before = everything(town.database)
    assert all(words in before for words in ("Zuleika", "Ottokar", NAME))
    with town.database.reading() as session:
        assert open_count(session) == 1


def test_no_word_of_hers_is_left_anywhere(town: Town) -> None:
    with town.database.transaction() as session:
        assert erase(session, 3, NOW + 2 * HOUR)
        assert erase(session, 4, NOW + 2 * HOUR)
        assert not erase(session, 3, NOW + 3 * HOUR)
    after = everything(town.database)
    assert [words for words in ("Zuleika", "Ottokar", NAME, "Quist") if words in after] == []
    assert "Anna Example" in after
    assert "of another" in after


def test_the_index_of_words_forgets_them_too(town: Town) -> None:
    if not town.database.is_sqlite:
        pytest.skip("PostgreSQL's index lets them go with the row")

    def indexed() -> bytes:
        with town.database.reading() as session:
            return b"".join(session.scalars(text("SELECT block FROM review_words_data")).all())

    assert b"ottokar" in indexed()
    with town.database.transaction() as session:
        erase(session, 3, NOW)
        erase(session, 4, NOW)
    assert b"ottokar" not in indexed()
    assert b"anna" in indexed()


def test_what_proves_our_own_conduct_stays(town: Town) -> None:
    with town.database.reading() as session:
        said = set(session.execute(select(col(ReviewVersion.content_sha256))).scalars())
    with town.database.transaction() as session:
        erase(session, 3, NOW + 2 * HOUR)
    with town.database.reading() as session:
        review = session.get_one(Review, 3)
        assert (review.topics, review.flags, review.reply_route) == ("", "", None)
        assert (review.rating, review.erased_at, review.due_public_at) == (1, NOW + 2 * HOUR, None)
        assert set(session.execute(select(col(ReviewVersion.content_sha256))).scalars()) == said
        assert session.execute(select(func.count()).where(col(ReviewKey.review_id) == 3)).scalar_one() == 1
        for alert in session.execute(select(Alert)).scalars():
            Facts.model_validate(alert.body)


def test_what_was_asked_about_her_words_is_asked_no_more(town: Town) -> None:
    with town.database.transaction() as session:
        erase(session, 3, NOW + 2 * HOUR)
    with town.database.reading() as session:
        question = session.execute(select(Question)).scalar_one()
        assert (question.payload["item"], open_count(session)) == ({}, 0)


def cut(item: Item) -> Item:
    return replace(item, text=f"{(item.text or '')[:40]}…", text_complete=False)


AGAIN = {
    "by the page that showed it": (hers(), Route.PAGE, True),
    "by the page, edited": (hers(text="Other words of hers that nobody has seen."), Route.PAGE, True),
    "by a mail": (hers(), Route.MAIL, False),
    "by a mail, cut": (cut(hers()), Route.MAIL, False),
    "by a mail from before her edit": (hers(text=BEFORE), Route.MAIL, False),
    "by a file": (replace(hers(), posted=None, rating=Decimal(1)), Route.HAND, False),
    "by the owner's view": (hers(), Route.API, False),
    "by a capture, without stars": (replace(hers(), rating=None), Route.CAPTURE, False),
}


@pytest.mark.parametrize("way", AGAIN)
def test_her_words_do_not_come_back(town: Town, way: str) -> None:
    item, route, with_ids = AGAIN[way]
    with town.database.transaction() as session:
        erase(session, 3, NOW + 2 * HOUR)
        erase(session, 4, NOW + 2 * HOUR)
    hours = count(3)
    for shown in (item, item):
        at = NOW + next(hours) * HOUR
        told = shown if with_ids else replace(shown, ids=())
        town.told(a_look(*OTHERS, told, at=at, route=route, coverage=ALL), at)
    after = everything(town.database)
    assert [words for words in ("Zuleika", "Ottokar", NAME) if words in after] == []
    with town.database.reading() as session:
        assert session.execute(select(func.count()).select_from(Review)).scalar_one() == 4
