"""Mails that providers post: real signatures are taken, and nothing else is."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.db import Database
from service.models import Inbound, SourceAccount
from service.secrets import Vault
from service.settings import Settings, the_secret
from service.sources import hooks
from service.sources.mailbox import LARGEST
from service.web import inbound_mail
from service.web.form_fields import form_fields
from tests.builders import NOW
from tests.mailboxes import a_mail

KEY = "mailgun-signing-key"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:reviews"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-abc.pem"
JAPANESE = a_mail(7) + "とても美味しい".encode("shift_jis")


@dataclass
class Hook:
    """One hook, what it is posted, and what became of it."""

    database: Database
    client: FlaskClient
    path: str

    def post(self, body: bytes, content_type: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(self.path, data=body, content_type=content_type, headers=named)

    def form(self, fields: Mapping[str, bytes], **headers: str) -> TestResponse:
        boundary = "x-boundary"
        parts = [
            b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            % (boundary.encode(), name.encode(), value)
            for name, value in fields.items()
        ]
        body = b"".join(parts) + b"--%s--\r\n" % boundary.encode()
        return self.post(body, f"multipart/form-data; boundary={boundary}", **headers)

    def json(self, said: object) -> TestResponse:
        return self.post(orjson.dumps(said), "application/json")

    @property
    def mails(self) -> list[Inbound]:
        with self.database.reading() as session:
            return list(session.scalars(select(Inbound)))

    @property
    def account(self) -> SourceAccount:
        with self.database.reading() as session:
            return session.scalars(select(SourceAccount)).one()

    @property
    def refused(self) -> int:
        return int(self.account.settings.get("refused", 0))


@pytest.fixture
def make(sqlite_database: Database, client: FlaskClient, settings: Settings) -> Any:
    def hook(provider: str, **secret: str) -> Hook:
        vault = Vault(the_secret(settings))
        with sqlite_database.transaction() as session:
            path = hooks.add(session, vault, hooks.PROVIDERS[provider], provider, secret, NOW)
        return Hook(sqlite_database, client, path)

    return hook


# Mailgun


def mailgun(
    mail: bytes | None = None, *, at: datetime = NOW, token: str = "t1", key: str = KEY
) -> dict[str, bytes]:
    stamp = str(int(at.timestamp()))
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), "sha256").hexdigest()
    fields = {"timestamp": stamp, "token": token, "signature": signature, "recipient": "in@hear.example"}
    encoded = {name: value.encode() for name, value in fields.items()}
    return encoded | ({"body-mime": mail} if mail else {})


def test_mailguns_mail_is_stored_byte_by_byte_and_waits(make: Any) -> None:
    hook = make("mailgun", key=KEY)
    assert hook.path.endswith("/mime")
    assert hook.form(mailgun(JAPANESE)).status_code == 200
    (mail,) = hook.mails
    assert (mail.raw, mail.state, mail.account_id) == (JAPANESE, "waiting", hook.account.id)
    assert (hook.account.state, hook.account.last_ok_at, hook.account.last_error) == ("open", NOW, None)


def test_mailguns_other_form_is_read_as_well(make: Any) -> None:
    hook = make("mailgun", key=KEY)
    body = urlencode(mailgun(JAPANESE)).encode()
    assert hook.post(body, "application/x-www-form-urlencoded").status_code == 200
    assert hook.mails[0].raw == JAPANESE


def test_the_same_mail_posted_again_is_one_and_taken_again(make: Any) -> None:
    hook = make("mailgun", key=KEY)
    for token in ("t1", "t1", "t2"):
        assert hook.form(mailgun(a_mail(1), token=token)).status_code == 200
    assert len(hook.mails) == 1


@pytest.mark.parametrize(
    "fields",
    [
        mailgun(a_mail(1), key="another"),
        mailgun(a_mail(1), at=NOW - timedelta(hours=10)),
        mailgun(a_mail(1), at=NOW + timedelta(hours=1)),
        mailgun(a_mail(1)) | {"signature": b""},
        mailgun(a_mail(1)) | {"token": b"t2"},
        mailgun(a_mail(1)) | {"timestamp": b"\xff"},
        {"body-mime": a_mail(1)},
    ],
)
def test_what_mailgun_did_not_sign_is_refused_and_counted(fields: dict[str, bytes], make: Any) -> None:
    hook = make("mailgun", key=KEY)
    assert hook.form(fields).status_code == 403
    assert (hook.mails, hook.refused) == ([], 1)
    assert "Mailgun's signature" in hook.account.last_error


def test_a_signature_is_good_for_one_mail_only(make: Any) -> None:
    hook = make("mailgun", key=KEY)
    hook.form(mailgun(a_mail(1)))
    assert hook.form(mailgun(a_mail(2))).status_code == 403
    assert (len(hook.mails), hook.refused) == (1, 1)


def test_a_form_without_the_raw_mail_says_what_to_switch_on(make: Any) -> None:
    hook = make("mailgun", key=KEY)
    assert hook.form(mailgun() | {"body-plain": b"words"}).status_code == 503
    assert "/mime" in hook.account.last_error
    assert (hook.account.state, hook.refused) == ("failing", 0)
    assert hook.form(mailgun(a_mail(1), token="t2")).status_code == 200
    assert (hook.account.state, hook.account.last_error) == ("open", None)


# Postmark


def test_postmarks_raw_mail_is_stored(make: Any) -> None:
    hook = make("postmark")
    said = {"From": "x@google.com", "RawEmail": a_mail(1).decode(), "Attachments": []}
    assert hook.json(said).status_code == 200
    assert hook.mails[0].raw == a_mail(1)


@pytest.mark.parametrize("said", [{"From": "x"}, [], {"RawEmail": 5}])
def test_postmark_without_the_raw_mail_says_what_to_switch_on(said: object, make: Any) -> None:
    hook = make("postmark")
    assert hook.json(said).status_code == 503
    assert "Include raw email" in hook.account.last_error


def test_an_address_nobody_was_given_is_not_there(make: Any) -> None:
    hook = make("postmark")
    hook.path = hook.path[:-1] + ("a" if hook.path[-1] != "a" else "b")
    assert hook.json({"RawEmail": a_mail(1).decode()}).status_code == 404
    hook.path = "/hooks/mail/nobody/token"
    assert hook.json({}).status_code == 404
    assert hook.mails == []


def test_a_hook_is_open_through_a_proxy_and_without_our_cookie(make: Any) -> None:
    hook = make("postmark")
    body = orjson.dumps({"RawEmail": a_mail(1).decode()})
    answer = hook.post(body, "application/json", X_Forwarded_For="192.0.2.1", Sec_Fetch_Site="cross-site")
    assert answer.status_code == 200


# SendGrid


@cache
def sendgrid_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(key: ec.EllipticCurvePrivateKey) -> str:
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(der).decode()


def sendgrid(
    hook: Hook, mail: bytes, at: datetime = NOW, key: ec.EllipticCurvePrivateKey | None = None
) -> int:
    boundary, stamp = "b", str(int(at.timestamp()))
    body = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + mail + b"\r\n--b--\r\n"
    signature = (key or sendgrid_key()).sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return hook.post(
        body,
        f"multipart/form-data; boundary={boundary}",
        X_Twilio_Email_Event_Webhook_Signature=base64.b64encode(signature).decode(),
        X_Twilio_Email_Event_Webhook_Timestamp=stamp,
    ).status_code


def test_sendgrids_signed_mail_is_stored(make: Any) -> None:
    hook = make("sendgrid", key=public(sendgrid_key()))
    assert sendgrid(hook, JAPANESE) == 200
    assert hook.mails[0].raw == JAPANESE


def test_sendgrid_signed_by_another_or_long_ago_or_not_at_all_is_refused(make: Any) -> None:
    hook = make("sendgrid", key=public(sendgrid_key()))
    assert sendgrid(hook, a_mail(1), key=ec.generate_private_key(ec.SECP256R1())) == 403
    assert sendgrid(hook, a_mail(1), at=NOW - timedelta(days=5)) == 403
    assert hook.form({"email": a_mail(1)}).status_code == 403
    assert (hook.mails, hook.refused) == ([], 3)


def test_sendgrid_without_a_key_is_proven_by_its_secret_address(make: Any) -> None:
    hook = make("sendgrid")
    assert hook.form({"email": a_mail(1)}).status_code == 200
    assert hook.form({"text": b"words"}).status_code == 503
    assert "POST the raw, full MIME" in hook.account.last_error


# Amazon


@cache
def amazon() -> tuple[rsa.RSAPrivateKey, bytes]:
    """A key as Amazon's, and its certificate."""
    key = rsa.generate_private_key(65_537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was opened at Amazon, which answers with its certificate."""
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return amazon()[1]

    monkeypatch.setattr(inbound_mail, "fetch", fetch)
    return asked


def sns(message: object, version: str = "2", **more: str) -> dict[str, str]:
    said = {
        "Type": "Notification",
        "MessageId": "m-1",
        "TopicArn": TOPIC,
        "Message": message if isinstance(message, str) else orjson.dumps(message).decode(),
        "Timestamp": "2026-11-22T09:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
    } | more
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    signed = "".join(f"{name}\n{said[name]}\n" for name in names if name in said).encode()
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = amazon()[0].sign(signed, padding.PKCS1v15(), algorithm)
    return said | {"Signature": base64.b64encode(signature).decode()}


def ses(mail: bytes, encoding: str = "BASE64") -> dict[str, Any]:
    content = base64.b64encode(mail).decode() if encoding == "BASE64" else mail.decode()
    receipt = {"action": {"type": "SNS", "topicArn": TOPIC, "encoding": encoding}}
    return {"notificationType": "Received", "receipt": receipt, "content": content}


@pytest.mark.parametrize("version", ["1", "2"])
def test_amazons_signed_mail_is_stored(version: str, make: Any, fetched: list[str]) -> None:
    hook = make("ses", topic=TOPIC)
    assert hook.json(sns(ses(JAPANESE), version, Subject="Amazon SES")).status_code == 200
    assert hook.json(sns(ses(a_mail(2), "UTF-8"), version)).status_code == 200
    assert [mail.raw for mail in hook.mails] == [JAPANESE, a_mail(2)]
    assert fetched == [CERTIFICATE]  # once: it is kept
    assert hook.account.authserv_id == "amazonses.com"


@pytest.mark.parametrize(
    "more",
    [
        {"Message": "altered"},
        {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:other"},
        {"Signature": "AAAA"},
        {"SignatureVersion": "3"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "https://bucket.s3.amazonaws.com/x.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/x.pem?a=b"},
        {"Type": "Something"},
        {"Type": {"a": "b"}},
    ],
)
def test_what_amazon_did_not_sign_is_refused_and_counted(
    more: dict[str, Any], make: Any, fetched: list[str]
) -> None:
    hook = make("ses", topic=TOPIC)
    assert hook.json(sns(ses(a_mail(1))) | more).status_code == 403
    assert (hook.mails, hook.refused) == ([], 1)
    assert set(fetched) <= {CERTIFICATE}


def test_the_accounts_own_topic_is_confirmed_and_no_other(make: Any, fetched: list[str]) -> None:
    hook = make("ses", topic=TOPIC)
    address = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc"
    asks = {"Type": "SubscriptionConfirmation", "SubscribeURL": address, "Token": "abc"}
    assert hook.json(sns("You have chosen to subscribe", **asks)).status_code == 200
    assert fetched[-1] == address
    fetched.clear()
    assert hook.json(sns("x", **asks, TopicArn="arn:other")).status_code == 403
    evil = asks | {"SubscribeURL": "https://evil.example/?Action=ConfirmSubscription"}
    assert hook.json(sns("x", **evil)).status_code == 403
    assert address not in fetched
    assert not any("evil" in asked for asked in fetched)


def test_amazons_mail_without_its_words_says_what_to_set(make: Any, fetched: list[str]) -> None:
    hook = make("ses", topic=TOPIC)
    assert hook.json(sns({"notificationType": "Received", "receipt": {}})).status_code == 422
    assert "S3 action is not supported" in hook.account.last_error
    assert hook.json(sns("Successfully validated SNS topic")).status_code == 200


# Size


def test_a_large_mail_is_kept_in_its_beginning(make: Any) -> None:
    hook = make("mailgun", key=KEY)
    assert hook.form(mailgun(a_mail(1) + b"x" * 5_000_000)).status_code == 200
    (mail,) = hook.mails
    assert mail.raw is not None
    assert (len(mail.raw), mail.cut) == (LARGEST, True)


def test_what_is_too_large_is_refused_here_and_earlier_elsewhere(make: Any, client: FlaskClient) -> None:
    hook = make("postmark")
    assert hook.post(b"x" * (hooks.LARGEST_POST + 1), "application/json").status_code == 413
    assert client.post("/read", data=b"x" * 9_000_000, content_type="text/plain").status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\nno", "multipart/form-data; boundary=b"),
        (b"\xff\xfe", "multipart/form-data"),
        (b"a&b=&=c", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"x", ""),
    ],
)
def test_what_is_no_form_has_no_fields_and_does_no_harm(body: bytes, kind: str) -> None:
    assert form_fields(body, kind, 100).get("signature", b"") == b""
