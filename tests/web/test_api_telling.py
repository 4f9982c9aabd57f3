"""/events: what became of a reply is kept once, classed here, and proves no more than "submitted"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import AuditBody, Event, Listing, Posting, PostingEvent
from service.outcomes.seen import see
from service.people import stations
from service.people.passwords import hashed_pin
from service.settings import Settings
from tests.conftest import NOW
from tests.paired import Browser, paired
from tests.web.shop import Shop

AT = "2026-11-22T09:00:00Z"


@pytest.fixture
def shop(sqlite_database: Database, settings: Settings) -> Shop:
    return Shop(sqlite_database, settings)


@pytest.fixture
def taken(shop: Shop) -> dict[str, Any]:
    """What confirming answered."""
    status, told = shop.confirm(shop.kim, shop.offered())
    assert status == 200
    return told


def happened(shop: Shop, kind: str, posting: int | None, **more: Any) -> dict[str, Any]:
    told = {"key": str(uuid4()), "posting": posting, "review": shop.review, "kind": kind, "at": AT}
    return told | {"text": None, "signs": []} | more


def tell(browser: Browser, *events: dict[str, Any]) -> list[tuple[str, str | None]]:
    answer = browser.ask("/events", {"events": list(events)})
    assert answer.status_code == 200, answer.text
    assert [one["key"] for one in answer.json["results"]] == [one["key"] for one in events]
    return [(one["result"], one["why"]) for one in answer.json["results"]]


STORED = ("stored", None)


def test_inserted_then_submitted_is_as_far_as_a_browser_can_prove(shop: Shop, taken: dict[str, Any]) -> None:
    own = taken["posting"]
    assert tell(shop.kim, happened(shop, "inserted", own, text=taken["text"])) == [STORED]
    assert (shop.postings()[0].state, shop.row().state) == ("inserted", "inserted")
    signs = ["trusted_press", "text_in_card"]
    assert tell(shop.kim, happened(shop, "submitted", own, text=taken["text"], signs=signs)) == [STORED]
    (posting,) = shop.postings()
    assert (posting.state, posting.reply_class, shop.row().state) == (
        "submitted",
        "within_bounds",
        "submitted",
    )
    with shop.database.reading() as session:
        last = session.scalars(select(PostingEvent).order_by(col(PostingEvent.id).desc())).first()
        assert last is not None
        assert (last.kind, last.signs, last.device) == ("submitted", signs, "1")
        assert {one.device for one in session.scalars(select(PostingEvent))} == {"1"}


def test_the_class_is_the_servers_word(shop: Shop, taken: dict[str, Any]) -> None:
    tell(shop.kim, happened(shop, "submitted", taken["posting"], text="Here is $50 for your silence."))
    assert shop.postings()[0].reply_class == "off_pack"


def test_what_is_told_twice_is_kept_once(shop: Shop, taken: dict[str, Any]) -> None:
    event = happened(shop, "inserted", taken["posting"])
    assert tell(shop.kim, event, event) == [STORED, ("duplicate", None)]
    assert tell(shop.kim, event) == [("duplicate", None)]


def test_another_browsers_equal_key_is_another_event(shop: Shop, taken: dict[str, Any]) -> None:
    event = happened(shop, "inserted", taken["posting"])
    second = paired(shop.app, shop.database, 2, NOW)
    assert tell(shop.kim, event) == tell(second, event) == [STORED]


def test_one_that_is_refused_stops_no_other(shop: Shop, taken: dict[str, Any]) -> None:
    good, bad = happened(shop, "inserted", taken["posting"]), happened(shop, "inserted", 99_999)
    (first, why), second = tell(shop.kim, bad, good)
    assert (first, second) == ("refused", STORED)
    assert why is not None
    assert "No words were taken along" in why


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-22T09:06:00Z", "in the future"),
        ("2999-01-01T00:00:00Z", "in the future"),
        ("2026-10-01T00:00:00Z", "older than a month"),
        ("0001-01-01T00:00:00+14:00", "older than a month"),
        ("2026-11-22T08:00:00Z", "before the words were taken along"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_why(
    shop: Shop, taken: dict[str, Any], at: str, why: str
) -> None:
    ((result, said),) = tell(shop.kim, happened(shop, "submitted", taken["posting"], at=at))
    assert result == "refused"
    assert why in (said or "")
    assert shop.row().state == "claimed"


def test_nobody_tells_of_what_somebody_else_took_along(shop: Shop, taken: dict[str, Any]) -> None:
    ((result, why),) = tell(shop.lou, happened(shop, "submitted", taken["posting"]))
    assert (result, "by somebody else" in (why or "")) == ("refused", True)
    ((result, why),) = tell(shop.lou, happened(shop, "submitted", None))
    assert (result, "No words were taken along" in (why or "")) == ("refused", True)


def test_nobody_tells_of_another_branch(shop: Shop, taken: dict[str, Any]) -> None:
    elsewhere = shop.rows.review(shop.rows.listing(shop.rows.branch("Mill", code="mill"), "yelp"))
    ((result, why),) = tell(shop.kim, happened(shop, "submitted", taken["posting"], review=elsewhere))
    assert (result, "is yours to answer" in (why or "")) == ("refused", True)


def test_seen_in_public_is_nothing_a_browser_may_say(shop: Shop, taken: dict[str, Any]) -> None:
    event = happened(shop, "seen_in_public", taken["posting"])
    assert shop.kim.ask("/events", {"events": [event]}).json["code"] == "bad_request"


def test_a_text_beyond_all_bounds_is_refused_alone(shop: Shop, taken: dict[str, Any]) -> None:
    long = happened(shop, "submitted", taken["posting"], text="x" * 20_001)
    assert [result for result, _ in tell(shop.kim, long, happened(shop, "copied", taken["posting"]))] == [
        "refused",
        "stored",
    ]


def test_denying_takes_back_what_was_only_said(shop: Shop, taken: dict[str, Any]) -> None:
    own = taken["posting"]
    tell(shop.kim, happened(shop, "submitted", own), happened(shop, "denied", own))
    assert (shop.postings()[0].state, shop.row().state) == ("denied", "claimed")


def test_a_posting_that_the_public_saw_is_not_denied_any_more(shop: Shop, taken: dict[str, Any]) -> None:
    tell(shop.kim, happened(shop, "submitted", taken["posting"], text=taken["text"]))
    with shop.database.transaction() as session:
        review = shop.row()
        review.reply_text, review.provenance = taken["text"], {"reply": ["page", AT, None]}
        see(session, session.merge(review), "look", NOW, NOW)
    tell(shop.kim, happened(shop, "denied", taken["posting"]))
    assert shop.postings()[0].state == "seen_in_public"


def test_a_browser_that_lost_the_answer_tells_of_what_she_took_last(
    shop: Shop, taken: dict[str, Any]
) -> None:
    assert tell(shop.kim, happened(shop, "inserted", None)) == [STORED]
    assert shop.postings()[0].state == "inserted"


def test_what_was_taken_along_at_a_station_may_be_told_after_its_person_left(shop: Shop) -> None:
    station = paired(shop.app, shop.database, 1, NOW, branch=1)
    with shop.database.transaction() as session:
        stations.set_pin(session, 2, hashed_pin("4711"), NOW)
    station.ask("/unlock", {"person": 2, "pin": "4711"})
    taken = shop.confirm(station, shop.offered(station))[1]
    station.ask("/lock")
    assert tell(station, happened(shop, "submitted", taken["posting"], text=taken["text"])) == [STORED]
    assert (shop.postings()[-1].person, shop.row().state) == ("Kim", "submitted")
    with shop.database.reading() as session:
        told = session.scalars(select(AuditBody).where(col(AuditBody.kind) == "posting")).all()[-1].body
    assert told is not None
    assert (told["person"], told["through"]) == (
        "Kim",
        "the desk station Front desk laptop of Harbour Street",
    )


def test_a_station_tells_nothing_of_what_was_taken_along_elsewhere(shop: Shop, taken: dict[str, Any]) -> None:
    station = paired(shop.app, shop.database, 1, NOW, branch=1)
    ((result, _),) = tell(station, happened(shop, "submitted", taken["posting"]))
    assert result == "refused"


def test_erased_words_take_no_more_news(shop: Shop, taken: dict[str, Any]) -> None:
    shop.rows.set(shop.review, erased_at=NOW)
    ((result, why),) = tell(shop.kim, happened(shop, "submitted", taken["posting"]))
    assert (result, "erased" in (why or "")) == ("refused", True)


def test_told_late_is_kept_with_its_own_time(shop: Shop, taken: dict[str, Any]) -> None:
    shop.clock.now = NOW + timedelta(minutes=10)
    assert tell(shop.kim, happened(shop, "inserted", taken["posting"])) == [STORED]
    with shop.database.reading() as session:
        kept = session.scalars(select(PostingEvent).where(col(PostingEvent.kind) == "inserted")).one()
        assert kept.at == NOW


def test_dying_between_two_events_and_telling_all_again_doubles_nothing(
    shop: Shop, taken: dict[str, Any]
) -> None:
    first = happened(shop, "inserted", taken["posting"], text=taken["text"])
    second = happened(shop, "submitted", taken["posting"], text=taken["text"])
    tell(shop.kim, first)  # the answer was lost
    assert tell(shop.kim, first, second) == [("duplicate", None), STORED]
    with shop.database.reading() as session:
        told = session.scalars(select(Event).where(col(Event.kind) == "reply_submitted")).all()
        assert len(told) == 1
        assert session.scalars(select(Posting)).one().state == "submitted"
        assert session.scalars(select(Listing)).first() is not None
