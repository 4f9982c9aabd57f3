"""Signing what goes out, so that a receiver knows who sent it: Standard Webhooks 1.0.0. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: three headers; the
signature is HMAC-SHA256 over ``id.timestamp.body``; several stand beside one another while a secret changes.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32  # the standard asks for 24 to 64


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(key: str, body: bytes, at: datetime, with_secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of one try at ``at``. ``key`` holds no full stop, so nothing can be moved over it."""
    moment = str(int(at.timestamp()))
    content = b".".join((key.encode(), moment.encode(), body))
    return {
        "webhook-id": key,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{_mac(secret, content)}" for secret in with_secrets),
    }


def _mac(secret: str, content: bytes) -> str:
    raw = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(raw, content, "sha256")).decode()
