"""The heartbeat: heard outside while all is well, and silent otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from service.alerts.heartbeat import EVERY, beat
from service.db import Database
from service.models import Installation
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from tests.loopback import Loopback, answer
from tests.ringing import NOW


@pytest.fixture
def client() -> Iterator[Client]:
    here = Client(Guard(AllowList.parse(["127.0.0.1"])), "Shopbell/test")
    yield here
    here.close()


def last_beat(database: Database) -> object:
    with database.reading() as session:
        installation = session.get(Installation, 1)
        return installation.heartbeat_at if installation else None


def test_while_all_is_well_it_is_heard_every_few_minutes(database: Database, client: Client) -> None:
    with Loopback(lambda _asked: answer("ok")) as outside:
        url = f"{outside.url}/ping/abc"
        assert beat(database, client, url, NOW, well=True)
        assert not beat(database, client, url, NOW + EVERY - timedelta(seconds=1), well=True)
        assert beat(database, client, url, NOW + EVERY, well=True)
    assert outside.paths == ["/ping/abc"] * 2
    assert last_beat(database) == NOW + EVERY


def test_while_something_is_wrong_nothing_is_heard(sqlite_database: Database, client: Client) -> None:
    with Loopback(lambda _asked: answer("ok")) as outside:
        assert not beat(sqlite_database, client, outside.url, NOW, well=False)
    assert outside.asked == []


def test_an_outside_that_does_not_answer_is_tried_at_the_next_tick(
    sqlite_database: Database, client: Client
) -> None:
    answers = [answer("", "503 Away"), answer("ok")]
    with Loopback(lambda _asked: answers.pop(0)) as outside:
        assert not beat(sqlite_database, client, outside.url, NOW, well=True)
        assert last_beat(sqlite_database) is None
        assert beat(sqlite_database, client, outside.url, NOW, well=True)
        url = outside.url
    assert not beat(sqlite_database, client, url, NOW + EVERY, well=True)


def test_an_address_inside_the_network_is_not_opened(sqlite_database: Database, client: Client) -> None:
    assert not beat(sqlite_database, client, "http://169.254.169.254/", NOW, well=True)
