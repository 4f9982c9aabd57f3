"""Ringing a browser: read by its own keys alone, signed, and told truly when it wants no more."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_vapid import Vapid02

from service.alerts.channels import Parcel
from service.alerts.compose import Ways
from service.alerts.notice import MOST_BYTES, notice_of
from service.alerts.push import PushSender, sealed_for, topic_of
from service.alerts.subscriptions import read_subscription
from service.alerts.vapid import contact_of, public_key, signed
from service.domain import EventKind, Urgency
from service.errors import ChannelEnded, DeliveryFailed, UnusableChannel
from service.settings import read_settings
from tests.loopback import Loopback, answer
from tests.postbox import certificate, server_tls
from tests.pushing import CONTACT, Phone, push_service, sender
from tests.ringing import NOW, SECRET, parcel
from tests.test_compose import ATTACKS, PLACE, facts, review

DESK = "https://bell.example.com/r/token.of.ours"
OTHERS = bytes(32)


def to(phone: Phone, *, shown: object = None, key: str = "item-12-6562ab0f.3@bell.example.com") -> Parcel:
    about = facts() if shown is None else shown
    return Parcel(about, phone.subscription.written(), "Dana", key, None, Ways(DESK))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("push-tls"), "push.test")


def at(service: Loopback) -> Phone:
    return Phone(f"{service.url.replace('127.0.0.1', 'localhost')}/send/abc")


def sent(service: Loopback, what: Parcel, papers: Path | None = None) -> PushSender:
    ringer, client = sender(papers)
    try:
        ringer.send(what, NOW)
    finally:
        client.close()
    return ringer


def claims(authorization: str) -> dict[str, object]:
    body = authorization.partition("t=")[2].partition(",")[0].split(".")[1]
    read: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return read


# What is sent


@pytest.mark.server
def test_a_message_is_read_by_its_own_browser_alone(papers: Path) -> None:
    with push_service(tls=server_tls(papers)) as service:
        phone = at(service)
        sent(service, to(phone), papers)
    asked = service.asked[0]
    assert (asked.method, asked.path) == ("POST", "/send/abc")
    assert asked.headers["content-encoding"] == "aes128gcm"
    shown = phone.reads(asked.body)
    assert shown["path"] == "/r/token.of.ours"
    assert shown["tag"] == asked.headers["topic"] == topic_of("item-12-6562ab0f.3@bell.example.com")
    assert "Northside" in shown["body"]
    with pytest.raises(Exception, match="Decryption"):
        Phone(phone.endpoint).reads(asked.body)


@pytest.mark.server
def test_every_message_is_signed_for_its_push_service(papers: Path) -> None:
    with push_service(tls=server_tls(papers)) as service:
        phone = at(service)
        sent(service, to(phone), papers)
    authorization = service.asked[0].headers["authorization"]
    assert Vapid02.verify(authorization)
    assert authorization.endswith(f"k={public_key(SECRET)}")
    told = claims(authorization)
    assert told["aud"] == phone.subscription.origin == f"https://localhost:{service.port}"
    assert told["sub"] == CONTACT
    assert told["exp"] == int((NOW + timedelta(hours=12)).timestamp())


@pytest.mark.server
@pytest.mark.parametrize(
    ("urgency", "told"),
    [(Urgency.HELD, "high"), (Urgency.HIGH, "high"), (Urgency.NORMAL, "normal"), (Urgency.LOW, "low")],
)
def test_how_urgent_it_is_decides_whether_a_phone_is_woken(urgency: Urgency, told: str) -> None:
    with push_service() as service:
        sent(service, to(at(service), shown=facts(urgency=urgency)))
    assert service.asked[0].headers["urgency"] == told
    assert service.asked[0].headers["ttl"] == "259200"


def test_a_repeat_takes_the_place_of_the_first() -> None:
    """RFC 8030, section 5.4: at most 32 characters of the URL-safe alphabet."""
    first, again = topic_of("item-1-a.3@x.example"), topic_of("item-1-a.3@x.example")
    assert first == again != topic_of("item-1-a.4@x.example")
    assert len(first) == 32
    assert set(first) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_no_two_messages_are_sealed_alike() -> None:
    phone = Phone()
    first, again = (sealed_for(phone.subscription, b'{"a":1}') for _ in range(2))
    assert first != again
    assert phone.reads(first) == phone.reads(again) == {"a": 1}


# What a locked screen may show


def test_no_word_of_the_review_and_no_name_is_on_a_screen() -> None:
    shown = notice_of(facts(), Ways(DESK), "t")
    text = f"{shown.title} {shown.line}"
    assert review().author not in text
    assert "waited" not in text
    assert shown.title.startswith("New review")


def test_a_health_branch_shows_no_stars_either() -> None:
    about = facts(
        place=PLACE.model_copy(update={"discreet": True}),
        subject="Northside: a review waits",
        urgency=Urgency.HELD,
    )
    shown = notice_of(about, Ways(DESK), "t")
    assert (shown.title, shown.line) == (
        "Shopbell",
        "A review waits at Northside. Open the desk to read it.",
    )
    assert shown.urgency is Urgency.NORMAL


def test_what_was_recalled_says_so_on_the_screen() -> None:
    assert "Do not use" in notice_of(facts(kind=EventKind.RECALLED), Ways(DESK), "t").title


@pytest.mark.parametrize("desk", [None, "https://bell.example.com", f"https://x.example/{'a' * 700}"])
def test_without_a_place_to_lead_to_it_leads_to_the_inbox(desk: str | None) -> None:
    assert notice_of(facts(), Ways(desk), "t").path == "/"


@settings(max_examples=40)
@given(name=st.text(max_size=400) | st.sampled_from(ATTACKS))
def test_whatever_a_branch_is_called_the_message_fits(name: str) -> None:
    about = facts(place=PLACE.model_copy(update={"branch": name, "city": name}))
    assert len(notice_of(about, Ways(DESK), "t" * 32).written()) <= MOST_BYTES


# What comes of it


@pytest.mark.server
@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_a_browser_that_wants_no_more_ends_its_channel(status: str) -> None:
    with push_service(answer("", status)) as service, pytest.raises(ChannelEnded, match=status[:3]) as ended:
        sent(service, to(at(service)))
    assert ended.value.gives_up


@pytest.mark.server
@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        ("400 Bad Request", True),
        ("413 Payload Too Large", True),
        ("403 Forbidden", False),
        ("429 Too Many Requests", False),
        ("503 Service Unavailable", False),
        ("301 Moved Permanently", False),
    ],
)
def test_what_was_not_taken_is_tried_again_unless_that_cannot_help(status: str, for_good: bool) -> None:
    with push_service(answer("", status, location="https://x.example/")) as service:
        phone = at(service)
        with pytest.raises(DeliveryFailed, match=status[:3]) as failed:
            sent(service, to(phone))
    assert failed.value.gives_up is for_good
    assert not isinstance(failed.value, ChannelEnded)
    assert "abc" not in str(failed.value)
    assert len(service.asked) == 1


def test_an_address_inside_a_network_is_never_opened() -> None:
    ringer, client = sender(None, "192.0.2.1")
    with push_service() as service, pytest.raises(DeliveryFailed, match="refused") as failed:
        ringer.send(to(Phone(f"http://127.0.0.1:{service.port}/send")), NOW)
    client.close()
    assert failed.value.gives_up
    assert service.asked == []


def test_without_encryption_nothing_leaves_the_network() -> None:
    ringer, client = sender()
    with pytest.raises(DeliveryFailed, match="not encrypted"):
        ringer.send(to(Phone("http://1.1.1.1/send")), NOW)
    client.close()


def test_what_is_no_subscription_is_given_up() -> None:
    ringer, client = sender()
    with pytest.raises(DeliveryFailed) as failed:
        ringer.send(parcel("{}"), NOW)
    client.close()
    assert failed.value.gives_up


# Subscriptions


def test_a_subscription_is_read_as_browsers_write_it() -> None:
    one = Phone().subscription
    as_sent = json.dumps({**json.loads(one.written()), "expirationTime": None})
    assert read_subscription(as_sent) == one
    assert one.mark not in one.endpoint


def broken(**parts: object) -> str:
    whole = json.loads(Phone().subscription.written())
    return json.dumps(whole | parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[" * 3_000,
        "{}",
        broken(endpoint="ftp://push.example.net/x"),
        broken(endpoint="javascript:alert(1)"),
        broken(endpoint="https://[::1]/x"),
        broken(endpoint=f"https://push.example.net/{'x' * 1_000}"),
        broken(endpoint=7),
        broken(keys={"p256dh": "BA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"}),
        broken(keys={"p256dh": base64.urlsafe_b64encode(b"\x04" + bytes(64)).decode(), "auth": "AA"}),
        broken(keys={"p256dh": "!", "auth": None}),
        broken(keys=None),
        "x" * 5_000,
    ],
)
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UnusableChannel) as refused:
        read_subscription(text)
    assert "push.example" not in str(refused.value)


# Our key


def test_our_key_follows_from_the_secret_and_from_nothing_else() -> None:
    assert public_key(SECRET) == public_key(SECRET) != public_key(OTHERS)
    assert len(base64.urlsafe_b64decode(public_key(SECRET) + "=")) == 65


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"SHOPBELL_CONTACT": "owner@example.com"}, "mailto:owner@example.com"),
        ({"SHOPBELL_CONTACT": "https://example.com/us", "SHOPBELL_URL": "https://bell.example.com"}, None),
        ({"SHOPBELL_MAIL_FROM": "Bell <bell@example.com>"}, "mailto:bell@example.com"),
        ({"SHOPBELL_URL": "https://bell.example.com:8443"}, "https://bell.example.com"),
        ({}, "mailto:shopbell@localhost"),
    ],
)
def test_a_push_service_is_told_whom_to_ask(environ: dict[str, str], told: str | None) -> None:
    contact = contact_of(read_settings(environ))
    assert contact == (told or "https://bell.example.com")
    assert Vapid02.verify(signed(SECRET, "https://push.example.net", contact, NOW)["Authorization"])
