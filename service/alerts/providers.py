"""Handing a letter to a mail provider's HTTPS API, where hosting blocks SMTP. Our Message-ID is kept.

Opens and clicks are never tracked: a rewritten link would hand our tokens to a third party.
Sources: postmarkapp.com/developer (email API), documentation.mailgun.com (messages.mime),
twilio.com/docs/sendgrid (mail/send); read in November 2026.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, parse_qs, quote, unquote

import orjson

from service.alerts.letter import Letter, Mailbox, as_message
from service.errors import DeliveryFailed, Refused, SettingsError, Unreachable
from service.net.client import Client
from service.sentences import say

AGAIN = frozenset({408, 425, 429})
OURS_TO_MEND = frozenset({401, 403})  # the key, the sender's address or the account, not this letter


@dataclass(frozen=True, slots=True)
class Request:
    """What to post, and where."""

    path: str
    content: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider's API: its name for people, its address, and how a letter is put to it."""

    name: str
    api: str
    ask: Callable[[Letter, datetime], Request]


class ProviderCarrier:
    """Takes letters to one provider."""

    def __init__(self, provider: Provider, client: Client) -> None:
        self._provider = provider
        self._client = client

    def carry(self, letter: Letter, now: datetime) -> None:
        """Return once the provider took it. Raises ``DeliveryFailed``."""
        request = self._provider.ask(letter, now)
        name = self._provider.name
        try:
            answer = self._client.send(
                self._provider.api + request.path, request.content, now=now, headers=request.headers
            )
        except (Refused, Unreachable) as error:
            raise DeliveryFailed(
                say("%(name)s cannot be reached: %(evidence)s.", name=name, evidence=error.evidence[0]),
                permanent=False,
            ) from None
        if not 200 <= answer.status <= 299:
            for_good = 400 <= answer.status <= 499 and answer.status not in AGAIN | OURS_TO_MEND
            raise DeliveryFailed(
                say("%(name)s answered %(status)s.", name=name, status=answer.status), permanent=for_good
            )


def read_provider(parts: SplitResult) -> Provider:
    """``postmark://token``, ``mailgun://key@domain``, ``sendgrid://key``; ``?region=eu`` for the last two.

    Raises ``SettingsError``.
    """
    region = "eu." if parse_qs(parts.query).get("region") == ["eu"] else ""
    if parts.scheme == "mailgun":
        return _mailgun(parts, region)
    key = unquote(parts.netloc)
    if not key:
        raise SettingsError(f"SHOPBELL_MAIL: {parts.scheme}:// must be followed by the provider's key.")
    if parts.scheme == "postmark":
        return Provider(
            "Postmark", "https://api.postmarkapp.com", lambda letter, _now: _postmark(letter, key)
        )
    return Provider(
        "SendGrid", f"https://api.{region}sendgrid.com", lambda letter, _now: _sendgrid(letter, key)
    )


def _postmark(letter: Letter, key: str) -> Request:
    headers = [*letter.headers, ("X-PM-KeepID", "true")]
    return _json(
        "/email",
        {
            "From": str(letter.sender),
            "To": str(letter.to),
            "Subject": letter.subject,
            "TextBody": letter.text,
            "HtmlBody": letter.html,
            "Headers": [{"Name": name, "Value": value} for name, value in headers],
            "TrackOpens": False,
            "TrackLinks": "None",
        },
        {"X-Postmark-Server-Token": key, "Accept": "application/json"},
    )


def _sendgrid(letter: Letter, key: str) -> Request:
    off = {"enable": False}
    return _json(
        "/v3/mail/send",
        {
            "personalizations": [{"to": [_named(letter.to)]}],
            "from": _named(letter.sender),
            "subject": letter.subject,
            "content": [
                {"type": "text/plain", "value": letter.text},
                {"type": "text/html", "value": letter.html},
            ],
            "headers": dict(letter.headers),
            "tracking_settings": {
                "click_tracking": off,
                "open_tracking": off,
                "subscription_tracking": off,
            },
        },
        {"Authorization": f"Bearer {key}"},
    )


def _mailgun(parts: SplitResult, region: str) -> Provider:
    key, domain = unquote(parts.username or ""), parts.hostname
    if not key or not domain:
        raise SettingsError("SHOPBELL_MAIL: mailgun:// must be written as mailgun://key@domain.")
    path = f"/v3/{quote(domain, safe='')}/messages.mime"
    basic = base64.b64encode(f"api:{key}".encode()).decode()

    def ask(letter: Letter, now: datetime) -> Request:
        mail = as_message(letter, now).as_bytes()
        fields = {"to": letter.to.address.encode(), "o:tracking": b"no"}
        boundary, content = _form(fields, mail)
        content_type = f"multipart/form-data; boundary={boundary}"
        return Request(path, content, {"Authorization": f"Basic {basic}", "Content-Type": content_type})

    return Provider("Mailgun", f"https://api.{region}mailgun.net", ask)


def _form(fields: dict[str, bytes], mail: bytes) -> tuple[str, bytes]:
    """``multipart/form-data`` with ``mail`` as the file ``message``; answers its boundary too."""
    boundary = "shopbell"
    while boundary.encode() in mail:
        boundary += "-"
    parts = [
        b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value)
        for name, value in fields.items()
    ]
    parts.append(b'Content-Disposition: form-data; name="message"; filename="message.eml"\r\n\r\n' + mail)
    mark = b"--" + boundary.encode()
    return boundary, b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _json(path: str, body: dict[str, Any], headers: dict[str, str]) -> Request:
    return Request(path, orjson.dumps(body), headers | {"Content-Type": "application/json"})


def _named(box: Mailbox) -> dict[str, str]:
    name = box.as_header.display_name
    return {"email": box.address} | ({"name": name} if name else {})
