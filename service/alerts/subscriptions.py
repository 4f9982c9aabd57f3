"""What a browser hands over so that it can be rung: read at the boundary, written in one form. Pure.

Its address is a secret: whoever knows it and the two keys beside it can try to reach the person's phone.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from service.errors import UnusableChannel
from service.sentences import say

LONGEST_ADDRESS = 1_000  # characters; the longest in use have some 300
LONGEST = 4_000  # of the whole, as a browser writes it
KEY_BYTES, AUTH_BYTES = 65, 16  # RFC 8291, section 3.2: an uncompressed point of P-256, and a secret
POINT = 4  # the first byte of a point that is not compressed
MARK_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser's push service takes messages for it, and the keys that it alone can read with."""

    endpoint: str
    key: bytes
    auth: bytes

    @property
    def origin(self) -> str:
        """Whom our signature is made out to (RFC 8292, section 2)."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way sees which phone is rung."""
        return urlsplit(self.endpoint).scheme == "https"

    @property
    def mark(self) -> str:
        """What its own browser knows it by on our page; nobody can go from it to the address."""
        return sha256(self.endpoint.encode()).hexdigest()[:MARK_DIGITS]

    def written(self) -> str:
        """The one form in which it is kept."""
        keys = {"p256dh": _encoded(self.key), "auth": _encoded(self.auth)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys}, separators=(",", ":"))


def read_subscription(text: str) -> Subscription:
    """What ``PushSubscription.toJSON`` writes. Raises ``UnusableChannel``; it repeats nothing of ``text``."""
    try:
        given = json.loads(text if len(text) <= LONGEST else "")
        keys = given["keys"]
        found = Subscription(given["endpoint"], _decoded(keys["p256dh"]), _decoded(keys["auth"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _refused() from None
    if not _is_address(found.endpoint) or not _is_point(found.key) or len(found.auth) != AUTH_BYTES:
        raise _refused()
    return found


def _is_address(endpoint: object) -> bool:
    if not isinstance(endpoint, str) or not endpoint.isascii() or len(endpoint) > LONGEST_ADDRESS:
        return False
    try:
        parts = urlsplit(endpoint)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and "[" not in parts.netloc
    except ValueError:
        return False


def _is_point(key: bytes) -> bool:
    """Whether it lies on the curve: any other would fail at each sending, and tell of our keys."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    if len(key) != KEY_BYTES or key[0] != POINT:
        return False
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
    except ValueError:
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _refused() -> UnusableChannel:
    return UnusableChannel(say("That is no subscription as a browser makes it. Press the button once more."))
