"""The screen of one's own phone: added by a test that was taken, tried truly, and let go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from service.alerts.reach import open_channels
from service.alerts.vapid import public_key
from service.db import Database
from service.domain import Role
from service.models import Channel
from service.settings import Settings, the_secret
from service.web.app import create_app
from tests.accounts import People
from tests.loopback import Loopback, answer
from tests.pushing import Phone, push_service
from tests.web.desk_people import browser
from tests.web.reading import form_token

PIXEL = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


class Desk:
    """A desk with an owner and a branch manager, and a push service on loopback that it may reach."""

    def __init__(self, database: Database, folder: Path, now: datetime) -> None:
        self.database, self.now = database, now
        self.settings = Settings(data=folder, allow_hosts=("127.0.0.1",))
        self.app = create_app(self.settings, database, lambda: self.now)
        self.people = People(database, now)
        self.owner = browser(self.app, self.people, self.people.owner())
        self.manager = browser(self.app, self.people, self.people.person("Mara", Role.ALERT_ONLY))

    def press(self, client: FlaskClient, path: str = "/phone", **fields: str) -> tuple[int, str]:
        token = form_token(client.get("/phone"))
        told = client.post(path, data=fields | {"form_token": token}, headers={"User-Agent": PIXEL})
        if told.status_code == 303:
            return 303, client.get(told.headers["Location"]).text
        return told.status_code, told.text

    def ring(self, client: FlaskClient, service: Loopback, name: str = "one") -> tuple[int, str]:
        phone = Phone(f"{service.url}/send/{name}")
        return self.press(client, subscription=phone.subscription.written())

    def channels(self) -> list[Channel]:
        with self.database.reading() as session:
            return list(session.scalars(select(Channel).order_by(col(Channel.id))))

    def open_ids(self) -> list[int]:
        with self.database.reading() as session:
            return [reach.channel for reach in open_channels(session)]


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path, now: datetime) -> Desk:
    return Desk(sqlite_database, tmp_path, now)


@pytest.fixture
def service() -> Iterator[Loopback]:
    with push_service() as running:
        yield running


pytestmark = pytest.mark.server


def test_a_phone_rings_once_its_test_was_taken(desk: Desk, service: Loopback) -> None:
    status, page = desk.ring(desk.owner, service)
    assert status == 303
    assert "this browser rings from now on" in page
    assert "push, Firefox on Android" in page
    assert len(service.asked) == 1
    (channel,) = desk.channels()
    assert desk.open_ids() == [channel.id]
    assert service.url not in page


def test_what_the_push_service_does_not_take_is_not_kept(desk: Desk) -> None:
    with push_service(answer("", "503 Service Unavailable")) as service:
        status, page = desk.ring(desk.owner, service)
    assert status == 400
    assert "answered 503" in page
    assert desk.channels() == []


@pytest.mark.parametrize("sent", ["", "{}", "x" * 9_000, '{"endpoint":"https://10.0.0.1/x","keys":{}}'])
def test_what_is_no_subscription_is_refused(desk: Desk, sent: str) -> None:
    status, page = desk.press(desk.owner, subscription=sent)
    assert status == 400
    assert "no subscription" in page
    assert desk.channels() == []


def test_nobody_has_us_open_an_address_inside_the_network(desk: Desk) -> None:
    status, page = desk.press(
        desk.owner, subscription=Phone("https://169.254.169.254/latest").subscription.written()
    )
    assert status == 400
    assert "refused" in page


def test_a_double_press_rings_once(desk: Desk, service: Loopback) -> None:
    phone = Phone(f"{service.url}/send/one").subscription.written()
    assert desk.press(desk.owner, subscription=phone)[0] == 303
    assert desk.press(desk.owner, subscription=phone)[0] == 303
    assert len(service.asked) == 1
    assert len(desk.channels()) == 1


def test_whoever_is_told_of_nothing_waits_until_it_was_decided(desk: Desk, service: Loopback) -> None:
    _, page = desk.ring(desk.manager, service)
    assert "once whoever decides who is told has tried it" in page
    assert desk.open_ids() == []
    (channel,) = desk.channels()
    assert desk.press(desk.owner, f"/channels/{channel.id}/test")[0] == 303
    assert desk.open_ids() == [channel.id]


def test_a_test_tells_the_truth(desk: Desk) -> None:
    taken = answer("", "201 Created")
    with push_service(taken, taken, answer("", "429 Too Many Requests")) as service:
        desk.ring(desk.owner, service)
        (channel,) = desk.channels()
        desk.now += timedelta(minutes=2)
        assert "The test was taken" in desk.press(desk.owner, f"/phone/{channel.id}/test")[1]
        status, page = desk.press(desk.owner, f"/phone/{channel.id}/test")
    assert status == 409
    assert "answered 429" in page
    assert desk.open_ids() == [channel.id]


@pytest.mark.parametrize("where", ["phone", "channels"])
def test_a_browser_that_wants_no_more_is_ended_by_a_test_too(desk: Desk, where: str) -> None:
    with push_service(answer("", "201 Created"), answer("", "410 Gone")) as service:
        desk.ring(desk.owner, service)
        (channel,) = desk.channels()
        desk.now += timedelta(minutes=2)
        status, page = desk.press(desk.owner, f"/{where}/{channel.id}/test")
    assert status == 409
    assert "takes no more messages" in page
    assert "ended" in desk.owner.get("/phone").text
    assert desk.open_ids() == []


def test_nobody_tries_or_removes_anybody_elses(desk: Desk, service: Loopback) -> None:
    desk.ring(desk.owner, service)
    (channel,) = desk.channels()
    for act in ("test", "remove"):
        status, page = desk.press(desk.manager, f"/phone/{channel.id}/{act}")
        assert status == 409
        assert "none of yours" in page
    assert len(service.asked) == 1
    assert "Firefox on Android" not in desk.manager.get("/phone").text


def test_removing_forgets_where_it_leads_unless_nobody_else_is_told(desk: Desk, service: Loopback) -> None:
    desk.ring(desk.owner, service)
    (channel,) = desk.channels()
    status, page = desk.press(desk.owner, f"/phone/{channel.id}/remove")
    assert status == 409
    assert "Nobody else is told" in page
    desk.ring(desk.owner, service, "two")
    assert "It rings no more" in desk.press(desk.owner, f"/phone/{channel.id}/remove")[1]
    assert desk.channels()[0].target_enc == b""


def test_the_page_knows_each_by_a_mark_and_hands_out_our_public_key(desk: Desk, service: Loopback) -> None:
    phone = Phone(f"{service.url}/send/one")
    _, page = desk.press(desk.owner, subscription=phone.subscription.written())
    assert f'data-mark="{phone.subscription.mark}"' in page
    assert f'data-ring="{public_key(the_secret(desk.settings))}"' in page
    assert phone.endpoint not in page


def test_without_accounts_nobody_knows_whose_it_would_be(client: FlaskClient) -> None:
    assert client.get("/phone").headers["Location"] == "/first-account"
