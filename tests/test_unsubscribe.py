"""Stopping alerts from a mail: one press, and never the last person told."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from service.alerts.reach import open_channels
from service.alerts.rulebook import stored_rules, unreadable_rules
from service.alerts.unsubscribe import unsubscribe
from service.db import Database
from service.errors import LastRecipient, LinkRefused
from service.models import Channel, Rule
from service.people.links import Purpose
from tests import ringing
from tests.ringing import LINKS, NOW


def people(database: Database, *names: str) -> list[int]:
    with database.transaction() as session:
        ringing.branch(session)
        return [ringing.channel(session, ringing.person(session, name)) for name in names]


def rule(database: Database, position: int, to: list[int], **match: object) -> None:
    with database.transaction() as session:
        session.add(Rule(position=position, title="", match=match, to=to))


def stop(database: Database, channel: int, contact: str | None = None) -> str:
    token = LINKS.token(Purpose.UNSUBSCRIBE, channel, NOW)
    with database.transaction() as session:
        return unsubscribe(session, LINKS, token, NOW, contact=contact).title


def still_open(database: Database) -> list[int]:
    with database.reading() as session:
        return [reach.channel for reach in open_channels(session)]


def test_one_channel_is_paused_and_the_others_go_on(database: Database) -> None:
    kim, lee = people(database, "Kim", "Lee")
    assert stop(database, kim) == "Kim's mail"
    assert still_open(database) == [lee]


def test_stopping_twice_changes_nothing(database: Database) -> None:
    kim, lee = people(database, "Kim", "Lee")
    stop(database, kim)
    stop(database, kim)
    assert still_open(database) == [lee]


def test_the_last_one_told_of_anything_cannot_stop(database: Database) -> None:
    (kim,) = people(database, "Kim")
    with pytest.raises(LastRecipient, match=r"Ask owner@example\.com to name somebody first"):
        stop(database, kim, "owner@example.com")
    assert still_open(database) == [kim]


def test_the_last_one_told_about_a_branch_cannot_stop(database: Database) -> None:
    kim, _lee = people(database, "Kim", "Lee")
    rule(database, 1, [kim], branches=["north"])
    with pytest.raises(LastRecipient, match="Nobody else is told about Northside"):
        stop(database, kim)


def test_whoever_shares_a_branch_may_stop(database: Database) -> None:
    kim, lee = people(database, "Kim", "Lee")
    rule(database, 1, [kim], branches=["north"])
    rule(database, 2, [lee])
    stop(database, kim)
    assert still_open(database) == [lee]
    with pytest.raises(LastRecipient):
        stop(database, lee)


def test_somebody_no_rule_names_may_stop_while_others_are_told(database: Database) -> None:
    kim, lee = people(database, "Kim", "Lee")
    rule(database, 1, [kim])
    stop(database, lee)
    assert still_open(database) == [kim]


@pytest.mark.postgres
def test_two_who_leave_at_the_same_moment_do_not_each_count_on_the_other(postgres_database: Database) -> None:
    channels = people(postgres_database, "Kim", "Lee")
    start = threading.Barrier(2)
    refused: list[int] = []

    def leave(channel: int) -> None:
        start.wait(5)
        try:
            stop(postgres_database, channel)
        except LastRecipient:
            refused.append(channel)

    threads = [threading.Thread(target=leave, args=(channel,)) for channel in channels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert still_open(postgres_database) == refused
    assert len(refused) == 1


def test_a_link_for_another_purpose_stops_nothing(database: Database) -> None:
    kim, lee = people(database, "Kim", "Lee")
    token = LINKS.token(Purpose.REVIEW, kim, NOW)
    with database.transaction() as session, pytest.raises(LinkRefused):
        unsubscribe(session, LINKS, token, NOW, contact=None)
    assert still_open(database) == [kim, lee]


def test_a_link_to_a_channel_that_is_gone_is_refused(database: Database) -> None:
    people(database, "Kim")
    with pytest.raises(LinkRefused):
        stop(database, 99)


def test_a_rule_that_cannot_be_read_decides_nothing_and_is_shown(database: Database) -> None:
    (kim,) = people(database, "Kim")
    rule(database, 1, [kim], stars="low")
    rule(database, 2, [kim], stars=[1, 2])
    with database.reading() as session:
        assert [found.position for found in stored_rules(session)] == [2]
        assert [found.position for found in unreadable_rules(session)] == [1]
        assert session.scalars(select(Channel)).one().paused_at is None
