"""Channels: who can be reached, by which services, and what a service is never allowed to do."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alerts import services
from service.alerts.channels import DemoSender
from service.alerts.reach import ChannelKind, add_channel, open_channels, target_of
from service.alerts.schemes import SCHEMES
from service.alerts.senders import senders
from service.alerts.services import channel_url
from service.alerts.via_apprise import AppriseSender
from service.db import Database
from service.errors import DeliveryFailed, UnusableChannel, WrongSecret
from service.models import Channel, Person
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from service.settings import read_settings
from tests import ringing
from tests.loopback import Asked, Loopback, answer
from tests.ringing import NOW, VAULT, parcel
from tests.test_compose import ATTACKS, LIVE, facts
from tests.test_compose import review as reviewed

HERE = Guard(AllowList.parse(["127.0.0.1"]))

ADDRESSES = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "workflows": "workflows://prod-15.westus.logic.azure.com:443/3e8c7b1a2f/aSignature0123456789",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "tgram": "tgram://123456789:abcdefg_hijklmnop/12315544",
    "gchat": "gchat://workspace/key/token",
    "twilio": f"twilio://AC{'a' * 32}:{'b' * 32}@15551234567/15557654321",
    "whatsapp": "whatsapp://token@123456/15557654321",
    "pover": f"pover://{'u' * 30}@{'t' * 30}",
    "ntfy": "ntfy://topic",
    "ntfys": "ntfys://ntfy.example.com/topic",
    "json": "json://127.0.0.1:8080/hook",
    "jsons": "jsons://hooks.example.com/shopbell",
}


@contextmanager
def receiver(*answers: bytes) -> Iterator[tuple[str, list[Asked]]]:
    waiting = list(answers)
    with Loopback(lambda _asked: waiting.pop(0) if waiting else answer("{}")) as server:
        yield f"json://127.0.0.1:{server.port}/hook", server.asked


def failure(url: str, guard: Guard = HERE) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        AppriseSender(guard).send(parcel(url), NOW)
    return failed.value


# What may be a channel


@pytest.mark.parametrize("scheme", sorted(set(SCHEMES) - {"workflow"}))
def test_every_allowed_service_can_be_named(scheme: str) -> None:
    assert channel_url(f" {ADDRESSES[scheme]} ") == ADDRESSES[scheme]


@pytest.mark.parametrize(
    "native",
    [
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "https://prod-15.westus.logic.azure.com:443/workflows/3XXX5/triggers/manual/paths/invoke"
        "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=iXXXU",
    ],
)
def test_an_address_may_be_pasted_as_the_service_shows_it(native: str) -> None:
    assert channel_url(native) == native


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "https://example.com/",
        "file:///etc/passwd",
        "dbus://",
        "windows://",
        "macosx://",
        "gnome://",
        "syslog://",
        "mailto://user:pass@example.com",
        "mailtos://user:pass@example.com",
        "signal://localhost:8080/1/2",
        "rsyslog://example.com",
        "apprise://example.com/token",
        "xml://example.com",
        "form://example.com",
        "schan://key",
    ],
)
def test_what_reads_files_or_speaks_to_this_machine_is_no_channel(url: str) -> None:
    with pytest.raises(UnusableChannel, match="These are allowed: slack://"):
        channel_url(url)


@pytest.mark.parametrize(
    "option",
    [
        "template=/etc/passwd",
        "redirect=yes",
        "verify=no",
        "format=markdown",
        "overflow=split",
        "retry=9",
        "cto=900",
    ],
)
@pytest.mark.parametrize("scheme", ["slack", "discord", "workflows", "json", "tgram", "ntfys"])
def test_options_that_leave_the_guard_behind_are_refused(scheme: str, option: str) -> None:
    with pytest.raises(UnusableChannel, match="option that is not allowed"):
        channel_url(f"{ADDRESSES[scheme]}?{option}")


@given(
    st.sampled_from(sorted(SCHEMES)),
    st.text(max_size=60) | st.text(alphabet="abc/:@?=&%#+.,[]1 ", max_size=60),
)
def test_no_address_breaks_the_reading_of_addresses(scheme: str, rest: str) -> None:
    with suppress(UnusableChannel):
        channel_url(f"{scheme}://{rest}")


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_addresses(text: str) -> None:
    with pytest.raises(UnusableChannel):
        channel_url(text)


def test_an_address_that_would_lead_to_another_host_than_the_one_checked_is_refused() -> None:
    gov = "https://hooks.slack-gov.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    with pytest.raises(UnusableChannel):
        channel_url(gov)


def test_a_refusal_does_not_repeat_the_address() -> None:
    with pytest.raises(UnusableChannel) as refused:
        channel_url("slack://sEcretToken")
    assert "sEcret" not in str(refused.value)


def test_an_address_left_in_the_database_from_before_is_refused_when_sending() -> None:
    refused = failure("syslog://")
    assert refused.gives_up


# Sending


def test_a_hook_gets_the_message_as_json() -> None:
    with receiver() as (url, asked):
        AppriseSender(HERE).send(parcel(f"{url}?+X-Key=k1"), NOW)
    (request,) = asked
    body = orjson.loads(request.body)
    assert request.path == "/hook"
    assert request.headers["x-key"] == "k1"
    assert body["title"] == "Northside: 2 of 5 stars on Yelp, from Ann"
    assert "Waited" in body["message"]
    assert body["attachments"] == []


@pytest.mark.parametrize(
    ("status", "gives_up"),
    [
        ("400 Bad Request", True),
        ("404 Not Found", True),
        ("403 Forbidden", True),
        ("408 Timeout", False),
        ("425 Too Early", False),
        ("429 Too Many", False),
        ("500 Oops", False),
        ("503 Away", False),
    ],
)
def test_only_what_can_never_work_is_given_up(status: str, gives_up: bool) -> None:
    with receiver(answer("", status)) as (url, _asked):
        refused = failure(url)
    assert refused.gives_up is gives_up
    assert status[:3] in str(refused)


def test_a_redirect_is_not_followed() -> None:
    with receiver(answer("", "302 Found", location="http://169.254.169.254/latest")) as (url, asked):
        assert failure(url).gives_up
    assert len(asked) == 1


def test_a_receiver_that_hangs_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SOCKET_SECONDS", 0.3)

    def hang(_asked: Asked) -> bytes:
        time.sleep(1)
        return answer("")

    began = time.monotonic()
    with Loopback(hang) as server:
        assert not failure(f"json://127.0.0.1:{server.port}/").gives_up
        assert time.monotonic() - began < 5


def test_a_receiver_that_answers_a_byte_now_and_then_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SECONDS", 0.6)

    def drip(_asked: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
        for _ in range(20):
            time.sleep(0.1)
            yield b"x"

    began = time.monotonic()
    with Loopback(drip) as server:
        assert not failure(f"json://127.0.0.1:{server.port}/").gives_up
        assert time.monotonic() - began < 2


def test_nobody_listening_is_tried_again() -> None:
    with receiver() as (url, _asked):
        pass
    assert not failure(url).gives_up


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "[::1]", "localhost"])
def test_the_guard_is_asked_before_anything_is_opened(host: str) -> None:
    refused = failure(f"json://{host}:8080/", Guard())
    assert refused.gives_up
    assert "refused" in str(refused)


@pytest.mark.parametrize("scheme", sorted(set(SCHEMES) - {"workflow"}))
def test_every_service_asks_the_guard_first(scheme: str) -> None:
    asked = []

    def resolve(name: str, _port: int) -> list[str]:
        asked.append(name)
        return ["10.1.2.3"]

    assert failure(ADDRESSES[scheme], Guard(resolve=resolve)).gives_up
    assert asked or scheme == "json"


def test_a_name_that_leads_nowhere_today_is_tried_again() -> None:
    def resolve(_name: str, _port: int) -> list[str]:
        raise OSError

    assert not failure(ADDRESSES["jsons"], Guard(resolve=resolve)).gives_up


@pytest.mark.parametrize("url", ["json://hooks.example.com/", "ntfy://ntfy.example.com/topic"])
def test_nothing_leaves_this_network_unencrypted(url: str) -> None:
    refused = failure(url, Guard(resolve=lambda _name, _port: ["93.184.216.34"]))
    assert refused.gives_up
    assert "not encrypted" in str(refused)


class _Posted(Exception):
    """What would have gone out."""


@pytest.mark.parametrize(
    "scheme", ["slack", "workflows", "discord", "tgram", "gchat", "pover", "whatsapp", "ntfys"]
)
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_really_goes_out_calls_nobody(scheme: str, attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import requests

    posted: list[str] = []
    checked: set[str] = set()
    opened: set[str | None] = set()

    def post(url: str, **given: Any) -> requests.Response:
        assert given["allow_redirects"] is False
        assert given["verify"] is True
        opened.add(urlsplit(url).hostname)
        posted.append(str(orjson.loads(given["data"]) if isinstance(given["data"], str) else given["data"]))
        response = requests.Response()
        response.status_code = 200
        response._content = b"ok" if scheme == "slack" else b'{"ok": true}'
        return response

    monkeypatch.setattr(requests, "post", post)
    monkeypatch.setattr(requests, "request", lambda _method, url, **given: post(url, **given))
    about = facts(reviewed(author=attack, text=attack), subject=f"from {attack}")

    def resolve(name: str, _port: int) -> list[str]:
        checked.add(name)
        return ["93.184.216.34"]

    AppriseSender(Guard(resolve=resolve)).send(parcel(ADDRESSES[scheme], facts=about), NOW)
    assert opened <= checked
    for live in (*LIVE, "\u202e", "\x1b", "\x00"):
        assert not any(live in said for said in posted)
    assert posted


class _Written(logging.Handler):
    """The operator's log, as the root logger would write it at its most talkative."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()}")


def test_neither_tokens_nor_reviews_reach_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger().addHandler(log := _Written())
    try:
        with receiver(answer("", "500 Oops")) as (url, _asked):
            failure(f"{url}?+X-Key=sEcretKey")
    finally:
        logging.getLogger().removeHandler(log)
    for secret in ("apprise", "urllib3", "sEcretKey", "Waited"):
        assert not [line for line in log.lines if secret in line]


@pytest.mark.server
def test_apprise_is_loaded_only_when_it_is_used() -> None:
    code = (
        "import sys, service.alerts.senders; sys.exit(bool({'apprise', 'cryptography'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.server
def test_services_that_are_not_allowed_are_not_even_loaded() -> None:
    code = (
        "import sys\n"
        "from service.alerts.services import channel_url\n"
        f"for url in {list(ADDRESSES.values())}: channel_url(url)\n"
        "print(*(name for name in sys.modules if name.startswith('apprise.plugins.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    allowed = {f"apprise.plugins.{scheme.plugin[0]}" for scheme in SCHEMES.values()}
    assert set(loaded.split()) == allowed | {"apprise.plugins.base"}


# Whom we can reach


def test_a_channel_is_stored_once_and_its_target_encrypted(database: Database) -> None:
    with database.transaction() as session:
        kim = ringing.person(session)
        first = ringing.channel(session, kim, "Kim@Example.com")
        again = ringing.channel(session, kim, "kim@example.com")
    with database.reading() as session:
        row = session.get_one(Channel, first)
        assert first == again
        assert target_of(VAULT, row) == "Kim@example.com"
        assert b"xample" not in row.target_enc


def test_a_target_moved_to_somebody_elses_channel_does_not_open(database: Database) -> None:
    with database.transaction() as session:
        kim = session.get_one(Channel, ringing.channel(session, ringing.person(session)))
        lee = session.get_one(Channel, ringing.channel(session, ringing.person(session, "Lee")))
        lee.target_enc = kim.target_enc
        with pytest.raises(WrongSecret):
            target_of(VAULT, lee)


def test_what_is_no_mail_address_is_not_stored(database: Database) -> None:
    with database.transaction() as session, pytest.raises(UnusableChannel):
        add_channel(
            session,
            VAULT,
            person=1,
            kind=ChannelKind.MAIL,
            target="kim",
            title="",
            verified_at=None,
        )


def test_only_verified_channels_of_people_who_are_here_are_open(database: Database) -> None:
    with database.transaction() as session:
        kim = ringing.person(session)
        ready = ringing.channel(session, kim)
        ringing.channel(session, kim, "unverified@example.com", verified_at=None)
        paused = session.get_one(Channel, ringing.channel(session, kim, "paused@example.com"))
        paused.paused_at = NOW
        lee = ringing.person(session, "Lee")
        ringing.channel(session, lee)
        session.get_one(Person, lee.id).disabled_at = NOW
    with database.reading() as session:
        assert [reach.channel for reach in open_channels(session)] == [ready]


def test_without_a_mail_route_there_is_no_sender_for_mail() -> None:
    client = Client(HERE, "Shopbell/test")
    assert set(senders(read_settings({}), bytes(32), HERE, client)) == {"demo", "apprise", "push"}
    mail = {"SHOPBELL_MAIL": "smtps://mail.example.com", "SHOPBELL_MAIL_FROM": "bell@example.com"}
    assert set(senders(read_settings(mail), bytes(32), HERE, client)) == {"demo", "apprise", "push", "mail"}
    client.close()


def test_the_demo_keeps_its_messages_at_home() -> None:
    DemoSender().send(parcel("desk"), NOW)
