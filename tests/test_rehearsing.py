"""Words held against the reviews of late: judged ones that stand, the newest first, and not without end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.db import Database
from service.replies.packs import read_pack
from service.watch import rehearsing
from service.watch.rehearsing import heard_lately, rehearsed
from tests.conftest import NOW
from tests.desk_rows import Rows, triage
from tests.test_versions import body


@pytest.fixture
def rows(sqlite_database: Database) -> Rows:
    return Rows(sqlite_database, NOW)


def authors(rows: Rows) -> list[str | None]:
    with rows.database.reading() as session:
        return [one.review.author for one in heard_lately(session, NOW)]


def test_only_judged_reviews_of_the_last_three_months_that_stand_are_heard(rows: Rows) -> None:
    shop = rows.listing(rows.branch())
    rows.review(shop, author="old", posted_at=NOW - timedelta(days=91))
    rows.review(shop, author="unjudged", triage=None)
    rows.review(shop, author="gone", removed_at=NOW)
    rows.review(shop, author="first")
    rows.review(shop, author="undated", posted_at=None)
    rows.mention(rows.feed(None))
    assert authors(rows) == ["undated", "first"]


def test_no_more_are_read_than_a_page_can_bear(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = rows.listing(None)
    for name in ("a", "b", "c"):
        rows.review(shop, author=name)
    monkeypatch.setattr(rehearsing, "MOST", 2)
    assert authors(rows) == ["c", "b"]


def test_a_draft_says_what_it_would_answer(rows: Rows) -> None:
    shop = rows.listing(rows.branch())
    rows.review(shop, author="poor", rating=1.0)
    glad = triage("low") | {"sentiment": 0.9, "topics": []}
    rows.review(shop, author="good", rating=5.0, text="A lovely place.", triage=glad)
    with rows.database.reading() as session:
        found = rehearsed(heard_lately(session, NOW), [read_pack(body())], NOW)
        said = {one.review.author: [best.text for best in answer.best] for one, answer in found}
    assert said["poor"] == []
    assert said["good"][0] in ("Thank you", "That is kind of you", "You made our day")
