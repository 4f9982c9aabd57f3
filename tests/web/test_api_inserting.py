"""/confirm and /check: in the moment of insertion the words must still stand, and the review become hers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from service.approval.versions import approved_packs
from service.db import Database
from service.models import AuditBody, PackVersion, PostingEvent
from service.people import stations
from service.people.passwords import hashed_pin
from service.settings import Settings
from tests.conftest import NOW
from tests.desk_rows import triage
from tests.paired import Browser, paired
from tests.web.on_a_page import confirming, words_of
from tests.web.shop import Shop

FIXED = "put two more cooks on at lunch"


@pytest.fixture
def shop(sqlite_database: Database, settings: Settings) -> Shop:
    return Shop(sqlite_database, settings)


def test_confirming_takes_the_review_and_the_server_makes_the_text(shop: Shop) -> None:
    best = shop.offered()
    status, told = shop.confirm(shop.kim, best)
    assert status == 200, told
    assert FIXED in told["text"]
    assert "[" not in told["text"]
    assert told["class"] == "within_bounds"
    blanks = {told["text"][one["start"] : one["end"]] for one in told["spans"] if one["kind"] == "blank"}
    assert blanks == {FIXED}
    assert (shop.row().claimed_as, shop.row().state) == ("Kim", "claimed")
    (posting,) = shop.postings()
    assert (posting.id, posting.state, posting.text) == (told["posting"], "shown", told["text"])
    assert set(posting.values.values()) == {FIXED}


def test_confirming_twice_is_confirming_once(shop: Shop) -> None:
    best = shop.offered()
    first, second = (shop.confirm(shop.kim, best)[1]["posting"] for _ in "12")
    assert first == second
    assert len(shop.postings()) == 1


def test_the_audit_names_the_browser_and_the_person(shop: Shop) -> None:
    shop.confirm(shop.kim, shop.offered())
    with shop.database.reading() as session:
        kinds = select(AuditBody).where(col(AuditBody.kind) == "posting")
        (body,) = [one.body for one in session.scalars(kinds)]
    assert body is not None
    assert (body["person"], body["through"]) == ("Kim", "Front desk laptop of Kim")


def test_recalled_words_are_refused_and_what_fits_now_is_offered(shop: Shop) -> None:
    best = shop.offered()
    shop.recall(best)
    status, told = shop.confirm(shop.kim, best)
    assert (status, told["code"]) == (409, "recalled")
    assert told["detail"] == "These words were recalled: “wrong” Nothing was inserted."
    assert (told["instead"][0]["pack"], told["instead"][0]["item"]) != (best["pack"], best["item"])
    assert shop.row().claimed_as is None
    assert shop.confirm(shop.kim, told["instead"][0])[0] == 200


def test_words_that_ran_out_are_refused_as_such(shop: Shop) -> None:
    best = shop.offered()
    with shop.database.transaction() as session:
        gone = update(PackVersion).where(col(PackVersion.pack) == best["pack"])
        session.execute(gone.values(until=(NOW - timedelta(days=3)).date()))
    status, told = shop.confirm(shop.kim, best)
    assert (status, told["code"]) == (409, "expired")


def test_words_that_nobody_knows_are_refused(shop: Shop) -> None:
    status, told = shop.confirm(shop.kim, shop.offered() | {"sha256": "0" * 64})
    assert (status, told["code"]) == (409, "expired")


def test_a_review_that_was_edited_into_another_is_not_answered_with_these_words(shop: Shop) -> None:
    best = shop.offered()
    shop.rows.set(shop.review, triage=triage("held", ["legal"]))
    status, told = shop.confirm(shop.kim, best)
    assert (status, told["code"]) == (409, "expired")
    assert "do not fit" in told["detail"]


def test_an_answered_review_asks_for_a_spelled_out_again(shop: Shop) -> None:
    best = shop.offered()
    shop.rows.set(shop.review, reply_text="Thank you.", reply_at=NOW, state="answered")
    status, told = shop.confirm(shop.kim, best)
    assert (status, told["code"], told["theirs"]) == (409, "answered", "Thank you.")
    assert told["at"].startswith("2026-11-22T09:00")
    assert shop.confirm(shop.kim, best, again=True)[0] == 200
    assert shop.row().state == "answered"


def test_what_one_of_us_posted_is_an_answer_too(shop: Shop) -> None:
    best = shop.offered()
    told = shop.confirm(shop.kim, best)[1]
    event = {"key": "0b1cfe8e-4a2d-4a5c-9f0e-2f6c3a6d1b77", "posting": told["posting"], "review": shop.review}
    happened = {"kind": "submitted", "at": "2026-11-22T09:00:00Z", "text": told["text"], "signs": ["press"]}
    shop.kim.ask("/events", {"events": [event | happened]})
    status, refused = shop.confirm(shop.lou, best, take=True)
    assert (status, refused["code"], refused["theirs"]) == (409, "answered", told["text"])


def test_what_somebody_holds_asks_for_a_spelled_out_take(shop: Shop) -> None:
    best = shop.offered()
    shop.confirm(shop.kim, best)
    status, told = shop.confirm(shop.lou, best)
    assert (status, told["code"], told["by"]) == (409, "held", "Kim")
    assert shop.confirm(shop.lou, best, take=True)[0] == 200
    assert shop.row().claimed_as == "Lou"


@pytest.mark.parametrize("facts", [{"state": "closed", "closed_why": "spam."}, {"removed_at": NOW}])
def test_what_is_closed_or_gone_stays_so(shop: Shop, facts: dict[str, Any]) -> None:
    best = shop.offered()
    shop.rows.set(shop.review, **facts)
    status, told = shop.confirm(shop.kim, best, again=True, take=True)
    assert (status, told["code"]) == (409, "settled")


def test_a_blank_beyond_its_bounds_is_refused_with_the_fault(shop: Shop) -> None:
    best = shop.offered()
    values = {blank["name"]: "see https://example.com" for blank in best["blanks"]}
    assert values
    status, told = shop.confirm(shop.kim, best, values=values)
    assert (status, told["code"]) == (422, "out_of_bounds")
    assert told["faults"]
    strange = dict.fromkeys(values, FIXED) | {"made_up": "x"}
    status, told = shop.confirm(shop.kim, best, values=strange)
    assert (status, told["faults"]) == (422, ["there is no blank called made_up"])
    assert shop.row().claimed_as is None


def test_a_blank_that_only_she_can_fill_is_not_left_out(shop: Shop) -> None:
    best = shop.offered()
    status, told = shop.confirm(shop.kim, best, values={})
    assert (status, told["code"]) == (422, "out_of_bounds")
    assert told["faults"] == ["“what you changed since” is not filled in"]


def test_nobody_confirms_for_a_branch_that_is_not_hers(shop: Shop) -> None:
    elsewhere = shop.rows.review(shop.rows.listing(shop.rows.branch("Mill", code="mill"), "yelp"))
    asked = confirming(shop.offered(), elsewhere)
    for review in (elsewhere, 99_999):
        answer = shop.kim.ask("/confirm", asked | {"review": review})
        assert (answer.status_code, answer.json["code"]) == (403, "not_yours")


def test_a_station_asks_for_a_name_first_and_its_audit_has_both(shop: Shop) -> None:
    station = paired(shop.app, shop.database, 1, NOW, branch=1)
    best = shop.offered(station)
    assert shop.confirm(station, best)[1]["code"] == "locked"
    with shop.database.transaction() as session:
        stations.set_pin(session, 2, hashed_pin("4711"), NOW)
    assert station.ask("/unlock", {"person": 2, "pin": "4711"}).status_code == 200
    assert shop.confirm(station, best)[0] == 200
    with shop.database.reading() as session:
        kinds = select(AuditBody).where(col(AuditBody.kind) == "posting")
        (body,) = [one.body for one in session.scalars(kinds)]
    assert body is not None
    assert body["person"] == "Kim"
    assert body["through"] == "the desk station Front desk laptop of Harbour Street"


def both_at_once(shop: Shop, *browsers: Browser) -> list[tuple[int, dict[str, Any]]]:
    best = shop.offered()
    gate, answers = Barrier(len(browsers)), list[tuple[int, dict[str, Any]]]()

    def press(browser: Browser) -> Callable[[], None]:
        def now() -> None:
            gate.wait()
            answers.append(shop.confirm(browser, best))

        return now

    threads = [Thread(target=press(browser)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_browsers_that_confirm_at_once_exactly_one_has_it(
    database: Database, settings: Settings
) -> None:
    shop = Shop(database, settings)
    answers = both_at_once(shop, shop.kim, shop.lou)
    assert sorted(status for status, _ in answers) == [200, 409]
    held = next(told for status, told in answers if status == 409)
    assert (held["code"], held["by"]) == ("held", shop.row().claimed_as)
    with database.reading() as session:
        confirmed = select(PostingEvent).where(col(PostingEvent.key).like("confirm:%"))
        assert len(session.scalars(confirmed).all()) == 1


def check(shop: Shop, best: dict[str, Any], text: str) -> tuple[int, dict[str, Any]]:
    answer = shop.kim.ask("/check", words_of(best, shop.review) | {"text": text})
    return answer.status_code, answer.json


def test_the_server_says_how_far_a_text_is_from_what_was_approved(shop: Shop) -> None:
    best = shop.offered()
    text = shop.confirm(shop.kim, best)[1]["text"]
    status, told = check(shop, best, text)
    assert (status, told["class"], told["departures"]) == (200, "within_bounds", [])
    assert set(told["blanks"].values()) == {FIXED}
    status, told = check(shop, best, text + " And it was your own fault.")
    assert told["class"] == "off_pack"
    last = told["departures"][-1]
    assert (text + " And it was your own fault.")[
        last["start"] : last["end"]
    ] == " And it was your own fault."


def test_rules_of_the_site_are_told_with_their_place(shop: Shop) -> None:
    best = shop.offered()
    _, told = check(
        shop, best, "You are a liar. Call me at 0113 496 0000 or https://example.com for a refund."
    )
    assert told["findings"]
    assert {"rule", "level", "why", "mend"} <= set(told["findings"][0])


def test_a_text_longer_than_any_site_takes_is_refused(shop: Shop) -> None:
    status, told = check(shop, shop.offered(), "x" * 20_001)
    assert (status, told["code"]) == (413, "too_large")


def test_checking_recalled_words_says_so(shop: Shop) -> None:
    best = shop.offered()
    shop.recall(best)
    assert check(shop, best, "Sorry.")[1]["code"] == "recalled"


def test_checking_stores_nothing(shop: Shop) -> None:
    best = shop.offered()
    before = len(shop.postings())
    check(shop, best, "Sorry.")
    assert len(shop.postings()) == before
    assert shop.row().claimed_as is None


def test_what_is_approved_now_is_what_counts_and_not_what_a_client_says(shop: Shop) -> None:
    best = shop.offered()
    with shop.database.reading() as session:
        packs = {one.pack.sha256.hex() for one in approved_packs(session, NOW)}
    assert best["sha256"] in packs
    status, told = shop.confirm(shop.kim, best | {"variant": 999})
    assert (status, told["code"]) == (409, "expired")
