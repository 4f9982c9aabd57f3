"""Mail: one thread for each review, a way to stop it, and a server that may be as bad as servers are."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alerts import smtp
from service.alerts.addresses import mail_address, named_address
from service.alerts.compose import Message, Ways
from service.alerts.keys import key, key_of_first, mail_host, stem
from service.alerts.letter import Mailbox, as_message, write
from service.alerts.mail import MailSender, carrier_for, sender_for
from service.alerts.outbox import deliver
from service.alerts.outline_review import subject
from service.alerts.providers import ProviderCarrier, read_provider
from service.alerts.smtp import Server, SmtpCarrier, read_server
from service.db import Database
from service.domain import EventKind, Urgency
from service.errors import DeliveryFailed, SettingsError, UnusableChannel
from service.net.allow import AllowList
from service.net.client import Client, Limits
from service.net.guard import Guard
from tests import ringing
from tests.loopback import Asked, Loopback, answer
from tests.postbox import Postbox, certificate, server_tls
from tests.ringing import NOW, Clock, parcel, post, told
from tests.test_compose import facts, offer
from tests.test_compose import review as reviewed
from tests.test_outbox import one_alert, states

SENDER = Mailbox("Shopbell", "bell@northside.example")
KIM = "kim@example.com"


def guard(*allowed: str) -> Guard:
    return Guard(
        AllowList.parse(allowed or ("mail.test", "127.0.0.1")), resolve=lambda _name, _port: ["127.0.0.1"]
    )


def sender(
    port: int, tls: ssl.SSLContext | None = None, host: str = "mail.test", **server: object
) -> MailSender:
    given_server = Server(host, port, bool(server.pop("implicit", False)), **server)  # type: ignore[arg-type]
    return MailSender(SmtpCarrier(given_server, guard(), tls), SENDER)


def failure(mail: MailSender) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        mail.send(parcel(KIM), NOW)
    return failed.value


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


def trusting(pem: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem))


# What is sent


def test_a_mail_has_two_parts_that_say_the_same() -> None:
    with Postbox() as box:
        sender(box.port).send(parcel(KIM, facts=facts(offer=offer())), NOW)
    (mail,) = box.taken
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for words in ("that was too long a wait", "what you changed since", "Northside"):
        assert words in text.get_content()
        assert words in html.get_content()


def test_a_mail_says_that_a_machine_wrote_it_and_how_to_stop_it() -> None:
    with Postbox() as box:
        sender(box.port).send(parcel(KIM), NOW)
    (mail,) = box.taken
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://bell.example.com/u/token>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["From"] == "Shopbell <bell@northside.example>"
    assert mail["To"] == f"Kim <{KIM}>"
    assert mail["Date"].datetime == NOW
    assert mail["Importance"] == "high"


def test_a_way_to_stop_that_is_not_encrypted_is_no_one_click() -> None:
    with Postbox() as box:
        sender(box.port).send(parcel(KIM, ways=Ways(stop="http://127.0.0.1:8080/u/token")), NOW)
    (mail,) = box.taken
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None


def test_the_mails_of_one_review_are_one_thread() -> None:
    first, later = f"item-12-6562ab.3@{ringing.HOST}", f"item-15-6562ff.3@{ringing.HOST}"
    with Postbox() as box:
        sender(box.port).send(parcel(KIM, key=first), NOW)
        sender(box.port).send(parcel(KIM, key=later, thread=first), NOW)
    one, two = box.taken
    assert one["Message-ID"] == f"<{first}>"
    assert one["References"] is None
    assert two["In-Reply-To"] == two["References"] == one["Message-ID"]
    assert two["Subject"] == one["Subject"]


def test_long_headers_that_must_stay_whole_stay_on_one_line() -> None:
    long = "item-12-6562ab.3@" + "a" * 63 + "." + "b" * 63 + ".example.com"
    stop = "https://bell.example.com/u/" + "t" * 300
    with Postbox() as box:
        sender(box.port).send(parcel(KIM, key=long, thread=f"x{long}", ways=Ways(stop=stop)), NOW)
    lines = box.raw[0].split(b"\r\n")
    assert f"Message-ID: <{long}>".encode() in lines
    assert f"References: <x{long}>".encode() in lines
    assert f"List-Unsubscribe: <{stop}>".encode() in lines


def test_a_mail_is_ascii_with_short_lines_whatever_is_in_it() -> None:
    about = reviewed(author="Jürgen 😀 " + "ß" * 200, text="Süppe 😀 " * 500)
    with Postbox() as box:
        sender(box.port).send(parcel(KIM, facts=facts(about), name="Käthe, «Chefin»"), NOW)
    assert box.raw[0].isascii()
    assert max(map(len, box.raw[0].split(b"\r\n"))) < 998
    assert "Süppe 😀" in next(box.taken[0].iter_parts()).get_content()


headers_text = st.text(max_size=200) | st.text(
    alphabet='\r\n\x00\u2028\x85 :Bcc@<>,"\\=?utf-8qb', max_size=80
)


@given(headers_text, headers_text, headers_text)
def test_no_line_break_of_a_stranger_reaches_any_header(author: str, name: str, branch: str) -> None:
    about = reviewed(author=author, title=author, text=author)
    place = told().place
    assert place is not None
    named = place.model_copy(update={"branch": branch, "site": "Yelp"})
    frozen = facts(about, named, subject=subject(EventKind.NEW, named, about, Urgency.HIGH))
    message = Message(frozen.subject, "text", "<p>html</p>", Urgency.HIGH, ())
    letter = write(
        message, Mailbox(name, "bell@x.example"), Mailbox(name, KIM), key="k@x", thread=None, stop=None
    )
    wire = as_message(letter, NOW).as_bytes()
    mail = message_from_bytes(wire, policy=policy.default)
    assert mail.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Priority",
        "Importance",
        "MIME-Version",
        "Content-Type",
    ]
    assert [str(box.addr_spec) for box in mail["To"].addresses] == [KIM]
    assert mail.get_content_type() == "multipart/alternative"
    head = wire.split(b"\r\n\r\n")[0]
    assert b"\n" not in head.replace(b"\r\n", b"")


# Servers as they are


def test_a_letter_put_off_is_taken_later_under_the_same_message_id(database: Database) -> None:
    one_alert(database)
    clock = Clock()
    with Postbox(after_data=["451 try later"]) as box:
        mail = post(mail=sender(box.port))
        assert deliver(database, mail, clock) == 0
        clock.pass_by(minutes=2)
        assert deliver(database, mail, clock) == 1
    assert states(database) == ["sent"]
    assert len(box.taken) == 1


def test_a_server_that_drops_after_the_letter_gets_it_again_recognisably(database: Database) -> None:
    one_alert(database)
    clock = Clock()
    with Postbox(after_data=[None]) as box:
        mail = post(mail=sender(box.port))
        assert deliver(database, mail, clock) == 0
        clock.pass_by(minutes=2)
        assert deliver(database, mail, clock) == 1
    assert len(box.taken) == 2
    assert len({mail["Message-ID"] for mail in box.taken}) == 1


def test_what_the_server_says_of_the_letter_is_for_good() -> None:
    with Postbox(after_data=["554 no"], at_rcpt=["550 no such user"]) as box:
        refused = failure(sender(box.port))
        assert (refused.gives_up, str(refused)) == (True, "mail.test refused the recipient (550).")
        refused = failure(sender(box.port))
        assert (refused.gives_up, str(refused)) == (True, "mail.test refused the message (554).")


def test_a_recipient_put_off_is_tried_again() -> None:
    with Postbox(at_rcpt=["450 greylisted"]) as box:
        assert not failure(sender(box.port)).gives_up


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert not failure(sender(port)).gives_up


@contextmanager
def speaking(*pieces: bytes, pause: float = 0.0) -> Iterator[int]:
    """A server that says ``pieces`` to whoever comes, ``pause`` seconds apart, and then nothing."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                for piece in pieces:
                    connection.sendall(piece)
                    if stop.wait(pause):
                        return
                stop.wait(20)
        except OSError:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.close()
        thread.join(10)


def test_a_server_that_hangs_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SILENCE", 0.3)
    began = time.monotonic()
    with speaking() as port:
        hung = failure(sender(port))
    assert (hung.gives_up, str(hung)) == (False, "mail.test broke off, or fell silent.")
    assert time.monotonic() - began < 3


def test_a_server_that_speaks_a_byte_now_and_then_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TOTAL", 0.5)
    began = time.monotonic()
    with speaking(*[b"2"] * 100, pause=0.1) as port:
        assert not failure(sender(port)).gives_up
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "greeting", [b"554 go away\r\n", b"421 busy\r\n", b"HTTP/1.1 400\r\n\r\n", b"\xff\xfe\r\n"]
)
def test_a_server_that_greets_us_badly_is_tried_again(
    greeting: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SILENCE", 0.5)
    with speaking(greeting) as port:
        assert not failure(sender(port)).gives_up


def test_one_that_hangs_does_not_lose_the_letter_nor_stop_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SILENCE", 0.3)
    one_alert(database)
    with speaking() as port:
        assert deliver(database, post(mail=sender(port)), Clock()) == 0
    assert states(database) == ["queued"]


# Encryption and passwords


def test_starttls_is_used_where_it_is_offered(pem: Path) -> None:
    with Postbox(options={"tls_context": server_tls(pem)}) as box:
        sender(box.port, trusting(pem)).send(parcel(KIM), NOW)
    assert box.encrypted == [True]


def test_a_certificate_of_somebody_else_is_refused(pem: Path, tmp_path: Path) -> None:
    other = certificate(tmp_path, "other.test")
    with Postbox(options={"tls_context": server_tls(other)}) as box:
        refused = failure(sender(box.port, trusting(other)))
    assert "certificate" in str(refused)
    assert not refused.gives_up
    assert box.taken == []


def test_smtps_is_encrypted_from_the_first_byte(pem: Path) -> None:
    with Postbox(implicit=server_tls(pem)) as box:
        sender(box.port, trusting(pem), implicit=True).send(parcel(KIM), NOW)
    assert box.encrypted == [True]


def test_a_password_is_given_under_encryption(pem: Path) -> None:
    box = Postbox()
    box.options = {"tls_context": server_tls(pem), "authenticator": box.authenticator("s3cret")}
    with box:
        sender(box.port, trusting(pem), user="bell", password="s3cret").send(parcel(KIM), NOW)
    assert box.signed_in == ["bell"]
    assert len(box.taken) == 1


def test_a_wrong_password_is_ours_to_mend_and_the_letter_waits(pem: Path) -> None:
    box = Postbox()
    box.options = {"tls_context": server_tls(pem), "authenticator": box.authenticator("s3cret")}
    with box:
        refused = failure(sender(box.port, trusting(pem), user="bell", password="wrong"))
    assert (refused.gives_up, str(refused)) == (False, "mail.test refused us (535).")


def test_a_password_is_never_given_in_clear_to_a_server_that_is_not_this_machine() -> None:
    box = Postbox()
    box.options = {"authenticator": box.authenticator("s3cret"), "auth_require_tls": False}
    elsewhere = Guard(AllowList.parse(["mail.test"]), resolve=lambda _name, _port: ["127.0.0.1", "192.0.2.1"])
    with box:
        server = Server("mail.test", box.port, implicit=False, user="bell", password="s3cret")
        refused = failure(MailSender(SmtpCarrier(server, elsewhere), SENDER))
    assert "the password was not sent" in str(refused)
    assert "s3cret" not in str(refused)
    assert box.signed_in == []


def test_on_this_machine_itself_a_password_needs_no_encryption() -> None:
    box = Postbox()
    box.options = {"authenticator": box.authenticator("s3cret"), "auth_require_tls": False}
    with box:
        sender(box.port, user="bell", password="s3cret").send(parcel(KIM), NOW)
    assert box.signed_in == ["bell"]


def test_the_guard_decides_what_may_be_opened() -> None:
    server = Server("192.168.0.9", 25, implicit=False)
    refused = failure(MailSender(SmtpCarrier(server, Guard()), SENDER))
    assert "cannot be opened" in str(refused)


# Providers' web APIs


@contextmanager
def provider(
    address: str, *answers: bytes, limits: Limits | None = None
) -> Iterator[tuple[MailSender, list[Asked]]]:
    waiting = list(answers)
    with Loopback(lambda _asked: waiting.pop(0)) as server:
        allow = Guard(AllowList.parse([f"127.0.0.1:{server.port}"]))
        client = Client(allow, "Shopbell/test", limits)
        carrier = ProviderCarrier(replace(read_provider(urlsplit(address)), api=server.url), client)
        yield MailSender(carrier, SENDER), server.asked
        client.close()


def test_postmark_is_asked_as_it_wants_to_be() -> None:
    with provider("postmark://t0ken-A", answer("{}")) as (mail, asked):
        mail.send(parcel(KIM, thread="item-1-aa.3@x"), NOW)
    (request,) = asked
    body = orjson.loads(request.body)
    headers = {header["Name"]: header["Value"] for header in body["Headers"]}
    assert (request.method, request.path) == ("POST", "/email")
    assert request.headers["x-postmark-server-token"] == "t0ken-A"
    assert (body["From"], body["To"]) == ("Shopbell <bell@northside.example>", f"Kim <{KIM}>")
    assert headers["Message-ID"] == f"<item-12-6562ab.3@{ringing.HOST}>"
    assert headers["X-PM-KeepID"] == "true"
    assert headers["References"] == "<item-1-aa.3@x>"
    assert headers["List-Unsubscribe"] == "<https://bell.example.com/u/token>"
    assert body["TrackLinks"] == "None"
    assert "2 of 5 stars" in body["TextBody"]
    assert "2 of 5 stars" in body["HtmlBody"]


def test_mailgun_gets_the_very_mail() -> None:
    with provider("mailgun://k3y@mg.example.com?region=eu", answer("{}")) as (mail, asked):
        mail.send(parcel(KIM), NOW)
    (request,) = asked
    assert request.path == "/v3/mg.example.com/messages.mime"
    assert request.headers["authorization"] == f"Basic {base64.b64encode(b'api:k3y').decode()}"
    form = message_from_bytes(
        f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode() + request.body, policy=policy.HTTP
    )
    parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
    assert parts["to"].get_payload() == KIM
    assert parts["o:tracking"].get_payload() == "no"
    inner = message_from_bytes(parts["message"].get_payload(decode=True), policy=policy.default)
    assert inner["Message-ID"] == f"<item-12-6562ab.3@{ringing.HOST}>"
    assert inner.get_content_type() == "multipart/alternative"


def test_sendgrid_is_asked_as_it_wants_to_be() -> None:
    with provider("sendgrid://SG.k-3_y", answer("", "202 Accepted")) as (mail, asked):
        mail.send(parcel(KIM), NOW)
    (request,) = asked
    body = orjson.loads(request.body)
    assert request.path == "/v3/mail/send"
    assert request.headers["authorization"] == "Bearer SG.k-3_y"
    assert body["personalizations"] == [{"to": [{"email": KIM, "name": "Kim"}]}]
    assert [part["type"] for part in body["content"]] == ["text/plain", "text/html"]
    assert body["headers"]["Message-ID"] == f"<item-12-6562ab.3@{ringing.HOST}>"
    assert body["tracking_settings"]["click_tracking"] == {"enable": False}


@pytest.mark.parametrize(
    ("status", "gives_up"),
    [
        ("422 Unprocessable", True),
        ("400 Bad Request", True),
        ("401 Unauthorized", False),
        ("403 Forbidden", False),
        ("408 Timeout", False),
        ("429 Too Many", False),
        ("500 Oops", False),
        ("302 Found", False),
    ],
)
def test_a_provider_that_does_not_take_it_is_asked_again_where_that_can_help(
    status: str, gives_up: bool
) -> None:
    with provider("postmark://t0ken", answer("{}", status)) as (mail, _asked):
        refused = failure(mail)
    assert refused.gives_up is gives_up
    assert str(refused) == f"Postmark answered {status[:3]}."


def test_a_provider_that_is_not_there_is_asked_again() -> None:
    hasty = Limits(silence=0.5, total=2)
    with provider("postmark://t0ken", b"not http at all", limits=hasty) as (mail, _asked):
        assert not failure(mail).gives_up


# Settings and addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example.com", Server("mail.example.com", 587, implicit=False)),
        ("smtps://mail.example.com", Server("mail.example.com", 465, implicit=True)),
        (
            "smtp://bell%40example.com:p%2Fw@mail.example.com:25",
            Server("mail.example.com", 25, implicit=False, user="bell@example.com", password="p/w"),
        ),
    ],
)
def test_a_servers_address_is_read(address: str, expected: Server) -> None:
    assert read_server(urlsplit(address)) == expected


@pytest.mark.parametrize(
    "address",
    [
        "smtp://",
        "smtp://u:s3cret@:25",
        "smtps://u:s3cret@h:99999",
        "postmark://",
        "mailgun://s3cret",
        "smtp://[",
    ],
)
def test_a_malformed_address_is_one_sentence_without_the_secret(address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        carrier_for(address, guard(), Client(guard(), "Shopbell/test"))
    assert str(refused.value).startswith("SHOPBELL_MAIL:")
    assert "s3cret" not in str(refused.value)


def test_regions_have_their_own_servers() -> None:
    assert read_provider(urlsplit("mailgun://k@d.example?region=eu")).api == "https://api.eu.mailgun.net"
    assert read_provider(urlsplit("mailgun://k@d.example")).api == "https://api.mailgun.net"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ann@Example.COM ", "Ann@example.com"),
        ("a.b+c@sub.example.org", "a.b+c@sub.example.org"),
        ("ann@exämple.com", "ann@xn--exmple-cua.com"),
    ],
)
def test_an_address_is_brought_to_one_form(text: str, expected: str) -> None:
    assert mail_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@localhost",
        "ann@127.0.0.1",
        "ann@[127.0.0.1]",
        "a b@example.com",
        "änn@example.com",
        "ann@example.com\nBcc: x@y.example",
        "ann@example.com, bo@example.com",
        "<ann@example.com>",
        ".ann@example.com",
        "a" * 65 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UnusableChannel):
        mail_address(text)


def test_a_sender_may_have_a_name() -> None:
    assert named_address("Northside Bell <bell@example.com>") == ("Northside Bell", "bell@example.com")
    assert sender_for("bell@example.com") == Mailbox("Shopbell", "bell@example.com")
    with pytest.raises(SettingsError, match="SHOPBELL_MAIL_FROM"):
        sender_for("nobody")


def test_keys_differ_between_databases_and_stay_within_one() -> None:
    rung, rung_again = stem(12, NOW), stem(12, NOW + timedelta(days=1))
    assert key(rung, 3, "x.example") == key(stem(12, NOW), 3, "x.example")
    assert key(rung, 3, "x.example") != key(rung_again, 3, "x.example")


def test_the_first_of_a_thread_refers_to_nothing() -> None:
    own = key("15-ff", 3, "x.example")
    assert key_of_first(None, own, 3) is None
    assert key_of_first("15-ff", own, 3) is None
    assert key_of_first("12-aa", own, 3) == "item-12-aa.3@x.example"


def test_keys_carry_the_senders_domain_else_the_desks() -> None:
    assert mail_host("Bell <bell@northside.example>", "http://127.0.0.1:8080") == "northside.example"
    assert mail_host(None, "https://bell.example.com/x") == "bell.example.com"
