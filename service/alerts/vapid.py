"""Our own key for push services, and the signature each message carries (RFC 8292).

The key follows from the installation's secret, so it lies nowhere: not in the database, not in a backup. The
subscriptions that were made for it are encrypted under the same secret; both come back with it, or neither.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.alerts.addresses import named_address
from service.errors import UnusableChannel
from service.secrets import derive
from service.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

GOOD_FOR = timedelta(hours=12)  # RFC 8292, section 2: at most a day
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2, 2.4.2)


def public_key(secret: bytes) -> str:
    """What a browser makes its subscription for: the point of our key, in base64url."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _key(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def signed(secret: bytes, origin: str, contact: str, now: datetime) -> dict[str, str]:
    """The header that tells the push service at ``origin`` who sends, and whom to ask about it."""
    from py_vapid import Vapid02

    claims = {"aud": origin, "exp": int((now + GOOD_FOR).timestamp()), "sub": contact}
    headers: dict[str, str] = Vapid02(_key(secret)).sign(claims)
    return headers


def contact_of(settings: Settings) -> str:
    """Whom a push service may ask: the operator's mail address, else where the desk is."""
    for given in (settings.contact, settings.mail_from):
        try:
            return f"mailto:{named_address(given or '')[1]}"
        except UnusableChannel:
            continue
    desk = urlsplit(settings.public_url)
    return f"https://{desk.hostname}" if desk.scheme == "https" else "mailto:shopbell@localhost"


@lru_cache(maxsize=2)
def _key(secret: bytes) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    number = int.from_bytes(derive(secret, "web push"), "big") % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
