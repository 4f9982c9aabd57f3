"""From events to alerts: once each, to the right people, with approved words, whatever dies in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from service.alerts.claim import WITHDRAWN, Packing
from service.alerts.facts import Facts
from service.alerts.failures import untold
from service.alerts.outbox import Post, deliver
from service.alerts.ring import AT_ONCE, ring
from service.approval import versions
from service.approval.recalls import recall
from service.db import Database
from service.domain import EventKind, Flag, Health, Urgency
from service.models import Alert, Delivery, Event, Listing, Review, Rule
from tests import ringing
from tests.postbox import Postbox
from tests.ringing import LINKS, NOW, VAULT, Clock, Recorder, judged
from tests.test_mail import sender

PACKING = Packing(VAULT, LINKS, versions.still_approved, "Bell <bell@northside.example>")


def town(
    database: Database, *, people: tuple[str, ...] = ("Kim",), approved: bool = True, **branch: Any
) -> tuple[Listing, list[int]]:
    """A branch with a listing, people who can be reached, and an approved pack."""
    with database.transaction() as session:
        channels = [ringing.channel(session, ringing.person(session, name)) for name in people]
        if approved:
            ringing.approve(session)
        return ringing.listing(session, ringing.branch(session, sign_off="Kim", **branch)), channels


def arrives(database: Database, where: Listing, kind: EventKind = EventKind.NEW, **columns: Any) -> int:
    """A review with its event; answers the review's id."""
    event = {"payload": columns.pop("payload", {}), "dedupe_key": columns.pop("dedupe_key", "1")}
    with database.transaction() as session:
        about = ringing.review(session, where, **({"triage": judged()} | columns))
        ringing.event(session, where, about, kind=kind.value, **event)
        return about.id or 0


def happens(
    database: Database, where: Listing, kind: EventKind, payload: dict[str, Any], key: str = "1"
) -> None:
    with database.transaction() as session:
        ringing.event(session, where, kind=kind.value, payload=payload, dedupe_key=key)


def again(database: Database, review: int, kind: EventKind, payload: dict[str, Any], key: str = "2") -> None:
    """Something more happens to a review."""
    with database.transaction() as session:
        about = session.get_one(Review, review)
        where = session.get_one(Listing, about.listing_id)
        ringing.event(session, where, about, kind=kind.value, payload=payload, dedupe_key=key)


def alerts(database: Database) -> list[Alert]:
    with database.reading() as session:
        return list(session.scalars(select(Alert).order_by(col(Alert.id))))


def facts(database: Database) -> list[Facts]:
    return [Facts.model_validate(alert.body) for alert in alerts(database)]


def told(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(col(Delivery.channel_id)).order_by(col(Delivery.id))))


def open_events(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Event).where(col(Event.alerts_done_at).is_(None))).all())


# Once each


def test_a_new_review_rings_once_with_an_approved_reply(database: Database) -> None:
    where, channels = town(database)
    review = arrives(database, where)
    assert ring(database, PACKING, NOW) == 1
    assert ring(database, PACKING, NOW) == 0
    (alert,) = alerts(database)
    (frozen,) = facts(database)
    assert (alert.kind, alert.urgency, alert.review_id) == ("new", "high", review)
    assert alert.due_at == NOW + timedelta(hours=24)
    assert frozen.subject == "Northside: 2 of 5 stars on Yelp, from Ann L."
    assert frozen.offer is not None
    assert "Kim" in frozen.offer.text
    assert frozen.offer.item == "wait-apology"
    assert alert.posting_hint == {
        "pack": "northside-restaurant",
        "serial": 7,
        "sha256": frozen.offer.sha256,
        "item": "wait-apology",
        "variant": frozen.offer.variant,
    }
    assert told(database) == channels
    assert open_events(database) == 0


def test_keys_end_in_the_senders_domain(sqlite_database: Database) -> None:
    where, channels = town(sqlite_database)
    arrives(sqlite_database, where)
    ring(sqlite_database, PACKING, NOW)
    with sqlite_database.reading() as session:
        key = session.scalars(select(col(Delivery.message_id))).one()
    assert key.startswith("item-1-")
    assert key.endswith(f".{channels[0]}@northside.example")


def test_no_unapproved_word_is_offered(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database, approved=False)
    with sqlite_database.transaction() as session:
        versions.add_version(session, ringing.PACK, NOW)
    arrives(sqlite_database, where)
    ring(sqlite_database, PACKING, NOW)
    (frozen,) = facts(sqlite_database)
    assert frozen.offer is None
    assert "no pack is approved here" in frozen.no_offer


def test_the_wording_turns_from_one_alert_to_the_next(database: Database) -> None:
    where, _ = town(database)
    for _ in range(3):
        arrives(database, where)
    ring(database, PACKING, NOW)
    assert {frozen.offer.variant for frozen in facts(database) if frozen.offer} == {1, 2, 3}


def test_a_review_that_was_not_judged_says_so(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database)
    arrives(sqlite_database, where, triage=None)
    ring(sqlite_database, PACKING, NOW)
    (frozen,) = facts(sqlite_database)
    assert frozen.review is not None
    assert not frozen.review.judged
    assert frozen.offer is None
    assert "was not judged" in frozen.no_offer


def test_a_review_that_was_answered_already_rings_without_a_reply(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database)
    arrives(sqlite_database, where, reply_text="Thank you.", state="answered")
    ring(sqlite_database, PACKING, NOW)
    (frozen,) = facts(sqlite_database)
    assert frozen.offer is None
    assert "answered on the site already" in frozen.no_offer
    assert frozen.due_at is None


def test_a_listing_of_the_whole_brand_rings_too(sqlite_database: Database) -> None:
    town(sqlite_database)
    with sqlite_database.transaction() as session:
        brand = ringing.listing(session, None, key="brand")
    arrives(sqlite_database, brand)
    ring(sqlite_database, PACKING, NOW)
    assert facts(sqlite_database)[0].subject == "Yelp: 2 of 5 stars on Yelp, from Ann L."


# What rings and what does not


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (EventKind.REMOVED, {}),
        (EventKind.RESTORED, {}),
        (EventKind.REPLIED, {}),
        (EventKind.REPLY_EDITED, {}),
        (EventKind.EDITED, {"fields": ["author"]}),
    ],
)
def test_what_the_desk_shows_rings_nobody_and_is_done(
    sqlite_database: Database, kind: EventKind, payload: dict[str, Any]
) -> None:
    where, _ = town(sqlite_database)
    arrives(sqlite_database, where, kind, payload=payload)
    assert ring(sqlite_database, PACKING, NOW) == 0
    assert open_events(sqlite_database) == 0


@pytest.mark.parametrize("columns", [{"baseline": True}, {"erased_at": NOW}, {"removed_at": NOW}])
def test_the_past_the_erased_and_the_gone_ring_nobody(
    sqlite_database: Database, columns: dict[str, Any]
) -> None:
    where, _ = town(sqlite_database)
    arrives(sqlite_database, where, **columns)
    assert ring(sqlite_database, PACKING, NOW) == 0
    assert open_events(sqlite_database) == 0


def test_an_edited_review_rings_again_in_the_same_thread(database: Database) -> None:
    where, channels = town(database)
    review = arrives(database, where)
    ring(database, PACKING, NOW)
    with database.transaction() as session:
        session.get_one(Review, review).rating = 1.0
    again(database, review, EventKind.EDITED, {"fields": ["rating", "text"]})
    ring(database, PACKING, NOW + timedelta(days=1))
    first, second = facts(database)
    assert (first.thread, second.subject) == (None, first.subject)
    assert second.changed == ("rating", "text")
    assert second.review is not None
    assert second.review.rating == 1.0
    mail = Recorder()
    deliver(database, Post({"mail": mail}, PACKING), Clock(NOW + timedelta(days=1)))
    one, two = mail.parcels
    assert (one.thread, two.thread) == (None, one.key)
    assert one.key.split(".")[1] == f"{channels[0]}@northside"


def test_what_rings_again_carries_the_words_it_carried_first(database: Database) -> None:
    where, _ = town(database)
    review = arrives(database, where)
    ring(database, PACKING, NOW)
    arrives(database, where)
    ring(database, PACKING, NOW)
    again(database, review, EventKind.EDITED, {"fields": ["text"]})
    ring(database, PACKING, NOW + timedelta(days=1))
    first, other, second = (frozen.offer for frozen in facts(database))
    assert first and other and second
    assert second.text == first.text
    assert second.text != other.text


def test_a_reply_that_vanished_rings_with_a_reply_to_put_in_its_place(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database)
    arrives(sqlite_database, where, EventKind.REPLY_VANISHED, urgency=Urgency.LOW.value)
    ring(sqlite_database, PACKING, NOW)
    (frozen,) = facts(sqlite_database)
    assert frozen.urgency is Urgency.NORMAL
    assert frozen.offer is not None


def test_a_listings_past_is_one_summary_however_long_it_is(database: Database) -> None:
    where, _ = town(database)
    with database.transaction() as session:
        waiting = [
            ringing.review(session, where, baseline=True, urgency=urgency.value, author=f"A{n}").id
            for n, urgency in enumerate([Urgency.LOW] * 11 + [Urgency.HIGH])
        ]
    happens(database, where, EventKind.BASELINE, {"heard": 2000, "unanswered": waiting, "route": "page"})
    assert ring(database, PACKING, NOW) == 1
    (frozen,) = facts(database)
    assert frozen.baseline is not None
    assert (frozen.baseline.heard, frozen.baseline.waiting) == (2000, 12)
    assert len(frozen.baseline.shown) == 10
    assert frozen.baseline.shown[0].author == "A11"
    assert frozen.subject == "Northside on Yelp: now watched, 12 reviews waiting"


@pytest.mark.parametrize(
    ("kind", "payload", "subject", "urgency"),
    [
        (
            EventKind.HEALTH,
            {"route": "page", "health": "walled", "outcome": "walled", "evidence": ["HTTP 403"], "was": "ok"},
            "we cannot hear it",
            Urgency.NORMAL,
        ),
        (
            EventKind.HEALTH,
            {"route": "page", "health": "our_error", "outcome": None, "evidence": [], "was": "our_error"},
            "we cannot hear it",
            Urgency.NORMAL,
        ),
        (
            EventKind.HEALTH,
            {"route": "page", "health": "ok", "outcome": "ok", "evidence": [], "was": "walled"},
            "heard again",
            Urgency.LOW,
        ),
        (EventKind.SILENCE, {"days": 45, "usual_days": 6.5}, "unusually quiet", Urgency.NORMAL),
        (EventKind.ALARM, {"what": "total_fell", "evidence": ["0 of 90"]}, "do not believe", Urgency.HIGH),
        (EventKind.TWINS, {"item": {}, "candidates": [1, 2], "why": "x"}, "one review or two?", Urgency.LOW),
    ],
)
def test_what_happens_to_a_listing_rings_as_what_it_is(
    sqlite_database: Database, kind: EventKind, payload: dict[str, Any], subject: str, urgency: Urgency
) -> None:
    where, channels = town(sqlite_database)
    happens(sqlite_database, where, kind, payload)
    assert ring(sqlite_database, PACKING, NOW) == 1
    (frozen,) = facts(sqlite_database)
    assert subject in frozen.subject
    assert frozen.urgency is urgency
    assert told(sqlite_database) == channels


# Who is told


def test_rules_decide_who_is_told_and_the_alert_says_why(database: Database) -> None:
    where, (kim, lee) = town(database, people=("Kim", "Lee"))
    with database.transaction() as session:
        session.add(Rule(position=1, title="Low stars", match={"stars": [1, 2]}, to=[lee]))
        session.add(Rule(position=2, title="The rest", match={}, to=[kim]))
    arrives(database, where)
    arrives(database, where, rating=5.0, triage=judged(Urgency.LOW, topics=()), urgency="low")
    ring(database, PACKING, NOW)
    assert told(database) == [lee, kim]
    assert facts(database)[0].told_because == "rule 1, Low stars"


def test_a_held_review_goes_to_the_people_named_for_it(sqlite_database: Database) -> None:
    where, (kim, lee) = town(sqlite_database, people=("Kim", "Lee"))
    with sqlite_database.transaction() as session:
        session.add(Rule(position=1, title="Everything", match={}, to=[kim]))
        session.add(Rule(position=2, title="Danger", match={"flags": ["safety"]}, to=[lee]))
    held = judged(Urgency.HELD, flags=(Flag.SAFETY,))
    arrives(sqlite_database, where, triage=held, urgency=Urgency.HELD.value)
    ring(sqlite_database, PACKING, NOW)
    assert told(sqlite_database) == [lee]
    assert facts(sqlite_database)[0].subject.startswith("Northside: held review")


def test_where_nobody_can_be_told_the_alert_is_there_and_says_so(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database, people=())
    arrives(sqlite_database, where)
    assert ring(sqlite_database, PACKING, NOW) == 1
    with sqlite_database.reading() as session:
        assert [alert.kind for alert in untold(session)] == ["new"]
    assert "nobody was told" in facts(sqlite_database)[0].told_because


@pytest.mark.parametrize("vertical", ["dental", "Medical", "health"])
def test_nothing_of_a_clinics_review_is_kept_in_its_alert(sqlite_database: Database, vertical: str) -> None:
    where, _ = town(sqlite_database, vertical=vertical)
    arrives(
        sqlite_database,
        where,
        text="My filling fell out",
        title="Pain",
        permalink="https://www.yelp.com/biz/n?hrid=x1",
    )
    happens(sqlite_database, where, EventKind.BASELINE, {"heard": 3, "unanswered": [1], "route": "page"})
    ring(sqlite_database, PACKING, NOW)
    for alert in alerts(sqlite_database):
        stored = f"{alert.body} {alert.posting_hint} {alert.due_at}"
        for secret in ("filling", "Pain", "Ann", "hrid", "apology", "2.0", "of 5"):
            assert secret not in stored
    assert facts(sqlite_database)[0].subject == "Northside: a review waits"


# Whatever happens in between


def boundary(failed: list[str]) -> Callable[[str, Callable[[], object]], None]:
    def attempt(name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except ValueError:
            failed.append(name)

    return attempt


def test_an_event_that_cannot_be_told_stops_no_other_and_waits(database: Database) -> None:
    where, _ = town(database)
    broken = {"route": "pigeon", "health": "walled", "outcome": "walled", "evidence": []}
    for number in range(AT_ONCE + 1):
        happens(database, where, EventKind.HEALTH, broken, str(number))
    arrives(database, where)
    failed: list[str] = []
    assert ring(database, PACKING, NOW, attempt=boundary(failed)) == 1
    assert len(failed) == AT_ONCE + 1
    assert open_events(database) == AT_ONCE + 1
    assert [alert.kind for alert in alerts(database)] == ["new"]


def test_without_a_boundary_an_error_is_the_callers(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database)
    happens(sqlite_database, where, EventKind.HEALTH, {"route": "pigeon", "health": "walled"})
    with pytest.raises(ValueError, match="pigeon"):
        ring(sqlite_database, PACKING, NOW)


CHILD = """
import os, signal, sys
from service.alerts import ring as bell
from service.db import Database
from tests.ringing import NOW
from tests.test_ring import PACKING

def dies(*_given):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(bell, sys.argv[2], dies)
bell.ring(Database(sys.argv[1]), PACKING, NOW)
"""


@pytest.mark.server
@pytest.mark.parametrize("line", ["posting_hint", "enqueue"])  # before and after the alert is written
def test_killed_at_any_line_an_event_rings_once_afterwards(database: Database, line: str) -> None:
    where, channels = town(database)
    arrives(database, where)
    url = database.engine.url.render_as_string(hide_password=False)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, url, line], check=False, env=os.environ | {"PYTHONPATH": "."}
    )
    assert child.returncode == -signal.SIGKILL
    assert alerts(database) == []
    assert ring(database, PACKING, NOW) == 1
    assert told(database) == channels


def test_two_that_ring_at_once_ring_once(database: Database) -> None:
    where, channels = town(database)
    for _ in range(10):
        arrives(database, where)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait(5)
        ring(database, PACKING, NOW)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ring(database, PACKING, NOW)
    assert len(alerts(database)) == 10
    assert told(database) == channels * 10


# The whole way


def test_a_review_becomes_a_mail_with_the_reply_in_it(database: Database) -> None:
    where, _ = town(database)
    arrives(database, where)
    ring(database, PACKING, NOW)
    with Postbox() as box:
        assert deliver(database, Post({"mail": sender(box.port)}, PACKING), Clock()) == 1
    (mail,) = box.taken
    text = next(mail.iter_parts()).get_content()
    assert mail["Subject"] == "Northside: 2 of 5 stars on Yelp, from Ann L."
    assert mail["Message-ID"].endswith("@northside.example>")
    assert "[FILL IN: what you changed since]" in text
    assert "Waited 40 minutes." in text
    assert "topic wait" in text
    assert "https://bell.example.com/r/" in text


def withdraw(session: Session, key: Any, now: Any) -> None:
    hint = session.scalars(select(Alert)).one().posting_hint or {}
    version = versions.signable(session, bytes.fromhex(hint["sha256"]))
    recall(session, version, hint["item"], "It promises too much.", key, now)


def test_a_reply_recalled_before_the_mail_goes_out_is_not_in_it(database: Database) -> None:
    where, _ = town(database, approved=False)
    with database.transaction() as session:
        key = ringing.approve(session)
    arrives(database, where)
    ring(database, PACKING, NOW)
    with database.transaction() as session:
        withdraw(session, key, NOW)
    mail = Recorder()
    deliver(database, Post({"mail": mail}, PACKING), Clock(NOW + timedelta(minutes=1)))
    assert mail.parcels[0].facts.offer is None
    assert mail.parcels[0].facts.no_offer == WITHDRAWN


def test_whoever_was_sent_the_words_is_told_of_the_recall(database: Database) -> None:
    where, _ = town(database, approved=False)
    with database.transaction() as session:
        key = ringing.approve(session)
    arrives(database, where)
    ring(database, PACKING, NOW)
    mail = Recorder()
    deliver(database, Post({"mail": mail}, PACKING), Clock())
    with database.transaction() as session:
        withdraw(session, key, NOW)
    later = NOW + timedelta(minutes=1)
    for _twice in range(2):
        ring(database, PACKING, later)
        deliver(database, Post({"mail": mail}, PACKING), Clock(later))
    first, second = mail.parcels
    assert first.facts.offer is not None
    assert second.facts.kind is EventKind.RECALLED
    assert second.facts.recalled == "It promises too much."
    assert second.facts.offer is None
    assert (second.facts.thread, second.thread) != (None, second.key)


def test_a_recall_is_no_news_to_whoever_never_had_the_words(database: Database) -> None:
    where, _ = town(database, approved=False)
    with database.transaction() as session:
        key = ringing.approve(session)
    arrives(database, where)
    ring(database, PACKING, NOW)
    with database.transaction() as session:
        withdraw(session, key, NOW)
    assert ring(database, PACKING, NOW) == 0


def test_a_reply_whose_last_day_is_over_is_not_sent(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database, tz="Pacific/Kiritimati")
    arrives(sqlite_database, where)
    ring(sqlite_database, PACKING, NOW)
    assert facts(sqlite_database)[0].offer is not None
    mail = Recorder()
    last_day = NOW.replace(year=2027, month=12, day=31, hour=11)  # one in the morning of the next day there
    with sqlite_database.transaction() as session:
        session.execute(update(Delivery).values(next_try_at=last_day))
    deliver(sqlite_database, Post({"mail": mail}, PACKING), Clock(last_day))
    assert mail.parcels[0].facts.offer is None


def test_every_health_there_is_can_be_told(sqlite_database: Database) -> None:
    where, _ = town(sqlite_database)
    for health in Health:
        payload = {"route": "page", "health": health.value, "outcome": None, "evidence": [], "was": "ok"}
        happens(sqlite_database, where, EventKind.HEALTH, payload, health.value)
    assert ring(sqlite_database, PACKING, NOW) == len(Health)
