"""The outbox: at least once, under one key, never out of sight, whatever dies in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.alerts.channels import DemoSender
from service.alerts.claim import ERASED, LEASE, LEFT, MOST_TRIES, STOPPED, WITHDRAWN, claim
from service.alerts.failures import failed_deliveries, try_again, untold
from service.alerts.outbox import ASK_OTHERS_AFTER, Post, deliver
from service.alerts.reach import ChannelKind
from service.db import Database
from service.errors import DeliveryFailed
from service.models import Alert, Channel, Delivery, Person, Review
from service.net.backoff import DELAYS, GIVE_UP_AFTER, JITTER, next_try
from service.secrets import Vault
from tests import ringing
from tests.ringing import NOW, Clock, Recorder, packing, post
from tests.test_compose import offer

LATER = DeliveryFailed("The mail server answered 421.", permanent=False)
NEVER = DeliveryFailed("The mail server answered 550.", permanent=True)


def deliveries(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))  # type: ignore[arg-type]


def states(database: Database) -> list[str]:
    return [delivery.state for delivery in deliveries(database)]


def one_alert(database: Database, *names: str, **facts: object) -> list[int]:
    """One alert on its way to the first of ``names``; answers everybody's channels."""
    with database.transaction() as session:
        channels = [ringing.channel(session, ringing.person(session, name)) for name in names or ("Kim",)]
        ringing.alert(session, channels[:1], **facts)
    return channels


def test_a_message_that_is_taken_is_sent_once_and_recorded(database: Database) -> None:
    one_alert(database)
    sender = Recorder()
    assert deliver(database, post(mail=sender), Clock()) == 1
    assert deliver(database, post(mail=sender), Clock()) == 0
    (delivery,) = deliveries(database)
    assert (delivery.state, delivery.sent_at, delivery.lease_until) == ("sent", NOW, None)
    assert [parcel.target for parcel in sender.parcels] == ["kim@example.com"]


def test_a_message_carries_links_that_open_what_it_tells_of(database: Database) -> None:
    one_alert(database)
    sender = Recorder()
    deliver(database, post(mail=sender), Clock())
    ways = sender.parcels[0].ways
    assert str(ways.desk).startswith("https://bell.example.com/r/")
    assert str(ways.stop).startswith("https://bell.example.com/u/")


def test_a_failure_is_tried_again_later_and_later_under_the_same_key(database: Database) -> None:
    one_alert(database)
    clock, sender = Clock(), Recorder([LATER] * 4)
    waits = []
    for _ in range(5):
        deliver(database, post(mail=sender), clock)
        assert deliver(database, post(mail=sender), clock) == 0
        waits.append(deliveries(database)[0].next_try_at - clock.at)
        clock.at = max(clock.at, deliveries(database)[0].next_try_at)
    assert states(database) == ["sent"]
    assert len(sender.keys) == 5
    assert len(set(sender.keys)) == 1
    for wait, delay in zip(waits, DELAYS[:4], strict=False):
        assert delay * (1 - JITTER) <= wait <= delay * (1 + JITTER)


def test_what_can_never_be_taken_is_given_up_at_once_and_shown(database: Database) -> None:
    one_alert(database)
    deliver(database, post(mail=Recorder([NEVER])), Clock())
    with database.reading() as session:
        (failure,) = failed_deliveries(session)
        assert [alert.id for alert in untold(session)] == [failure.alert]
    assert (failure.person, failure.channel) == ("Kim", "Kim's mail")
    assert failure.error == "The mail server answered 550."
    assert failure.next_try_at is None
    assert deliveries(database)[0].permanent


def test_after_three_days_it_is_given_up(database: Database) -> None:
    one_alert(database)
    clock, sender = Clock(), Recorder([LATER] * 100)
    while states(database) == ["queued"]:
        deliver(database, post(mail=sender), clock)
        clock.at = max(clock.at, deliveries(database)[0].next_try_at)
    assert states(database) == ["failed"]
    assert NOW + timedelta(days=2) < clock.at <= NOW + GIVE_UP_AFTER
    assert len(sender.keys) < MOST_TRIES
    assert not deliveries(database)[0].permanent


def test_what_was_given_up_can_be_put_on_its_way_again(database: Database) -> None:
    one_alert(database)
    sender = Recorder([NEVER])
    deliver(database, post(mail=sender), Clock())
    with database.transaction() as session:
        assert try_again(session, deliveries(database)[0].id or 0, NOW)
        assert not try_again(session, 99, NOW)
    assert deliver(database, post(mail=sender), Clock()) == 1
    assert len(set(sender.keys)) == 1


def test_a_failure_is_visible_while_it_is_still_tried(database: Database) -> None:
    one_alert(database)
    deliver(database, post(mail=Recorder([LATER])), Clock())
    with database.reading() as session:
        (failure,) = failed_deliveries(session)
        assert failure.next_try_at is not None
        assert untold(session) == []


def test_a_kind_of_channel_nobody_can_send_to_is_shown_and_tried_again(database: Database) -> None:
    one_alert(database)
    assert deliver(database, post(), Clock()) == 0
    with database.reading() as session:
        (failure,) = failed_deliveries(session)
    assert "No way to send mail is set" in failure.error
    assert states(database) == ["queued"]


def test_one_kind_that_hangs_does_not_hold_up_the_others(database: Database) -> None:
    with database.transaction() as session:
        kim = ringing.person(session)
        mail = ringing.channel(session, kim)
        demo = ringing.channel(session, kim, "desk", ChannelKind.DEMO)
        for number in range(3):
            ringing.alert(session, [mail, demo], number)
    hanging = Recorder([LATER] * 10)
    assert deliver(database, post(mail=hanging, demo=DemoSender()), Clock()) == 3
    assert len(hanging.parcels) == 1
    assert sorted(states(database)) == ["queued"] * 3 + ["sent"] * 3


def test_an_alert_kept_in_the_database_counts_as_told(database: Database) -> None:
    with database.transaction() as session:
        desk = ringing.channel(session, ringing.person(session), "desk", ChannelKind.DEMO)
        ringing.alert(session, [desk])
    assert deliver(database, post(demo=DemoSender()), Clock()) == 1
    with database.reading() as session:
        assert untold(session) == []


# Somebody else is told


def test_when_a_channel_fails_for_good_the_persons_other_channel_is_used(database: Database) -> None:
    with database.transaction() as session:
        kim = ringing.person(session)
        broken = ringing.channel(session, kim)
        other = ringing.channel(session, kim, "kim.private@example.com")
        ringing.channel(session, ringing.person(session, "Lee"))
        ringing.alert(session, [broken])
    sender = Recorder([NEVER])
    deliver(database, post(mail=sender), Clock())
    assert [(d.channel_id, d.state) for d in deliveries(database)] == [(broken, "failed"), (other, "sent")]
    assert sender.parcels[1].target == "kim.private@example.com"


def test_when_a_person_cannot_be_reached_everybody_else_is(database: Database) -> None:
    channels = one_alert(database, "Kim", "Lee", "Pat")
    deliver(database, post(mail=Recorder([NEVER])), Clock())
    assert [d.channel_id for d in deliveries(database)] == channels
    assert states(database) == ["failed", "sent", "sent"]


def fail_three_times(database: Database, sender: Recorder) -> Clock:
    clock = Clock()
    sender.failures = [LATER] * ASK_OTHERS_AFTER
    for _ in range(ASK_OTHERS_AFTER):
        deliver(database, post(mail=sender, demo=DemoSender()), clock, limit=1)
        clock.at = deliveries(database)[0].next_try_at
    return clock


def test_after_three_failures_others_are_told_while_the_first_is_still_tried(database: Database) -> None:
    kim, lee = one_alert(database, "Kim", "Lee")
    with database.transaction() as session:
        got_through = Delivery(
            alert_id=ringing.alert(session, [], 2).id or 0,
            channel_id=lee,
            message_id="item-2",
            state="sent",
            next_try_at=NOW,
            sent_at=NOW,
        )
        session.add(got_through)
    fail_three_times(database, Recorder())
    mine = [(d.channel_id, d.state) for d in deliveries(database) if d.alert_id == 1]
    assert mine == [(kim, "queued"), (lee, "queued")]


def test_while_the_mail_server_is_down_only_other_kinds_of_channel_are_turned_to(database: Database) -> None:
    kim, _lee = one_alert(database, "Kim", "Lee")
    with database.transaction() as session:
        desk = ringing.channel(session, session.get_one(Person, 2), "desk", ChannelKind.DEMO)
    sender = Recorder()
    clock = fail_three_times(database, sender)
    assert [delivery.channel_id for delivery in deliveries(database)] == [kim, desk]
    deliver(database, post(mail=sender, demo=DemoSender()), clock)
    assert states(database) == ["sent", "sent"]


def test_nothing_due_takes_no_write_transaction(sqlite_database: Database) -> None:
    one_alert(sqlite_database)
    with sqlite_database.transaction():
        assert deliver(sqlite_database, post(), Clock(NOW - timedelta(hours=1))) == 0


def test_others_are_left_in_peace_where_somebody_was_told(database: Database) -> None:
    with database.transaction() as session:
        channels = [ringing.channel(session, ringing.person(session, name)) for name in ("Kim", "Lee", "Pat")]
        ringing.alert(session, channels[:2])
    sender = Recorder()
    sender.failures = []
    deliver(database, post(mail=sender), Clock(), limit=1)
    deliver(database, post(mail=Recorder([NEVER])), Clock())
    assert states(database) == ["sent", "failed"]


# What must no longer be sent


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda session: session.get_one(Channel, 1), STOPPED),
        (lambda session: session.get_one(Person, 1), LEFT),
        (lambda session: session.get_one(Review, 1), ERASED),
    ],
)
def test_what_must_no_longer_be_sent_is_withheld_and_says_why(
    database: Database, change: object, reason: str
) -> None:
    one_alert(database, "Kim", "Lee")
    with database.transaction() as session:
        row = change(session)  # type: ignore[operator]
        column = {STOPPED: "paused_at", LEFT: "disabled_at", ERASED: "erased_at"}[reason]
        setattr(row, column, NOW)
    sender = Recorder()
    deliver(database, post(mail=sender), Clock())
    assert deliveries(database)[0].state == "withheld"
    assert deliveries(database)[0].last_error == reason
    instead = [parcel.target for parcel in sender.parcels]
    assert instead == ([] if reason is ERASED else ["lee@example.com"])
    with database.reading() as session:
        assert untold(session) == []


def test_words_recalled_after_the_ring_do_not_leave_the_house(database: Database) -> None:
    one_alert(database, offer=offer().model_dump(mode="json"))
    sender = Recorder()
    deliver(database, Post({"mail": sender}, packing(approved=False)), Clock())
    facts = sender.parcels[0].facts
    assert facts.offer is None
    assert facts.no_offer == WITHDRAWN


def test_words_that_are_still_approved_are_sent_as_they_were_frozen(database: Database) -> None:
    one_alert(database, offer=offer().model_dump(mode="json"))
    sender = Recorder()
    deliver(database, post(mail=sender), Clock())
    assert sender.parcels[0].facts.offer == offer()


def test_a_target_that_does_not_open_is_shown_and_waits_for_the_right_secret(database: Database) -> None:
    one_alert(database)
    sender, clock = Recorder(), Clock()
    wrong = Post({"mail": sender}, packing().__class__(Vault(bytes(32)), ringing.LINKS, lambda *_: True))
    assert deliver(database, wrong, clock) == 0
    assert "another secret" in str(deliveries(database)[0].last_error)
    clock.pass_by(minutes=2)
    assert deliver(database, post(mail=sender), clock) == 1


# Dying in between


def test_two_workers_never_send_the_same_delivery_at_once(database: Database) -> None:
    one_alert(database)
    with database.transaction() as session:
        assert claim(session, packing(), (), NOW) is not None
    with database.transaction() as session:
        assert claim(session, packing(), (), NOW + LEASE - timedelta(seconds=1)) is None
    with database.transaction() as session:
        assert claim(session, packing(), (), NOW + LEASE) is not None


@pytest.mark.postgres
def test_a_row_another_worker_is_claiming_is_passed_over(postgres_database: Database) -> None:
    with postgres_database.transaction() as session:
        kim = ringing.channel(session, ringing.person(session))
        ringing.alert(session, [kim], 1)
        ringing.alert(session, [kim], 2)
    with postgres_database.transaction() as one, postgres_database.transaction() as other:
        first, second = claim(one, packing(), (), NOW), claim(other, packing(), (), NOW)
        assert first is not None
        assert second is not None
        assert first.delivery != second.delivery


def test_a_record_that_comes_after_its_lease_changes_nothing(database: Database) -> None:
    one_alert(database)
    clock = Clock()

    class Slow(Recorder):
        def send(self, parcel: object, now: object) -> None:
            """While this one hangs, its lease ends and another takes the delivery over."""
            clock.pass_by(minutes=6)
            deliver(database, post(mail=Recorder()), clock)
            raise NEVER

    deliver(database, post(mail=Slow()), clock)
    assert states(database) == ["sent"]


def test_what_kills_us_each_time_is_given_up_in_the_end(database: Database) -> None:
    one_alert(database)
    with database.transaction() as session:
        session.scalars(select(Delivery)).one().tries = MOST_TRIES
    sender = Recorder()
    deliver(database, post(mail=sender), Clock())
    assert states(database) == ["failed"]
    assert sender.parcels == []


CHILD = """
import os, signal, sys
from pathlib import Path
from service.db import Database
from service.alerts.outbox import deliver
from tests.ringing import Clock, post

class Dies:
    def send(self, parcel, now):
        with Path(sys.argv[2]).open("a") as taken:
            taken.write(parcel.key + "\\n")
        os.kill(os.getpid(), signal.SIGKILL)

deliver(Database(sys.argv[1]), post(mail=Dies()), Clock())
"""


@pytest.mark.server
def test_killed_between_send_and_record_it_is_delivered_again_under_the_same_key(
    database: Database, tmp_path: Path
) -> None:
    one_alert(database)
    taken = tmp_path / "taken"
    url = database.engine.url.render_as_string(hide_password=False)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, url, str(taken)], check=False, env=os.environ | {"PYTHONPATH": "."}
    )
    assert child.returncode == -signal.SIGKILL
    sender = Recorder()
    clock = Clock()
    assert deliver(database, post(mail=sender), clock) == 0
    clock.at += LEASE
    assert deliver(database, post(mail=sender), clock) == 1
    assert taken.read_text().split() == sender.keys
    assert states(database) == ["sent"]
    with database.reading() as session:
        assert len(session.scalars(select(Alert)).all()) == 1


# When to try again


@given(st.integers(1, 200), st.text(), st.integers(0, 5 * 24 * 60))
def test_the_next_try_is_always_later_and_never_after_the_end(tries: int, key: str, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    at = next_try(tries, NOW, now, key)
    assert at is None or at > now
    if at is not None and tries >= len(DELAYS):
        assert at < NOW + GIVE_UP_AFTER
    if tries < len(DELAYS):
        assert at is not None


def test_messages_that_failed_together_are_not_tried_together() -> None:
    ats = {next_try(1, NOW, NOW, f"item-{n}") for n in range(50)}
    assert len(ats) > 40
