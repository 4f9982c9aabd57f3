"""A browser that can be rung, and its push service: our own keys, on a loopback of our own."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.alerts.push import PushSender
from service.alerts.subscriptions import Subscription
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from tests.loopback import Asked, Loopback, answer
from tests.ringing import SECRET

CONTACT = "mailto:owner@northside.example"
TAKEN = answer("", "201 Created")


@dataclass
class Phone:
    """A browser's own side of a subscription."""

    endpoint: str = "https://push.example.net/send/abc"
    auth: bytes = bytes(range(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def subscription(self) -> Subscription:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Subscription(self.endpoint, point, self.auth)

    def reads(self, body: bytes) -> dict[str, Any]:
        """What its service worker is handed."""
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth)
        shown: dict[str, Any] = json.loads(opened)
        return shown


def push_service(*answers: bytes, tls: ssl.SSLContext | None = None) -> Loopback:
    """Answers in order, and takes everything after that."""
    waiting = list(answers)

    def say(_asked: Asked) -> bytes:
        return waiting.pop(0) if waiting else TAKEN

    return Loopback(say, tls=tls)


def sender(certificate: Path | None = None, *allowed: str) -> tuple[PushSender, Client]:
    """A sender that may reach this machine, and trusts ``certificate``."""
    guard = Guard(AllowList.parse(allowed or ["127.0.0.1", "localhost"]))
    tls = ssl.create_default_context(cafile=certificate) if certificate else None
    client = Client(guard, "Shopbell/test", tls=tls)
    return PushSender(SECRET, CONTACT, guard, client), client
