"""Ringing a browser: encrypted for it alone (RFC 8291), and handed to its push service (RFC 8030)."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from hashlib import sha256

from service.alerts.channels import Parcel
from service.alerts.notice import notice_of
from service.alerts.subscriptions import Subscription, read_subscription
from service.alerts.vapid import signed
from service.domain import Urgency
from service.errors import ChannelEnded, DeliveryFailed, Refused, Unreachable, UnusableChannel
from service.net.answer import Response
from service.net.client import Client
from service.net.guard import Guard
from service.sentences import say

KEPT_FOR = timedelta(days=3)  # by the push service, while a phone is off: as long as we ourselves would try
TOPIC_BYTES = 24  # 32 characters, RFC 8030, section 5.4
ENDED = (404, 410)  # RFC 8030, section 7.3
FOR_GOOD = frozenset({400, 413})  # about this very message; the rest passes, or is ours to mend
URGENCY = {
    Urgency.HELD: "high",
    Urgency.HIGH: "high",
    Urgency.NORMAL: "normal",
    Urgency.LOW: "low",
}
"""RFC 8030, section 5.3: what may wait until a phone is awake, or by its charger."""


class PushSender:
    """Rings subscribed browsers; ``contact`` is whom a push service may ask about us."""

    def __init__(self, secret: bytes, contact: str, guard: Guard, client: Client) -> None:
        self._secret = secret
        self._contact = contact
        self._guard = guard
        self._client = client

    def send(self, parcel: Parcel, now: datetime) -> None:
        """As ``channels.Sender.send``. Raises ``ChannelEnded`` where the browser wants no more messages."""
        try:
            to = read_subscription(parcel.target)
        except UnusableChannel as error:
            raise DeliveryFailed(str(error), permanent=True) from None
        notice = notice_of(parcel.facts, parcel.ways, topic_of(parcel.key), parcel.tongue)
        headers = {
            **signed(self._secret, to.origin, self._contact, now),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(int(KEPT_FOR.total_seconds())),
            "Topic": notice.tag,
            "Urgency": URGENCY[notice.urgency],
        }
        _require_taken(self._sent(to, sealed_for(to, notice.written()), headers, now))

    def _sent(self, to: Subscription, content: bytes, headers: dict[str, str], now: datetime) -> Response:
        try:
            self._require_private(to)
            return self._client.send(to.endpoint, content, now=now, headers=headers)
        except Refused as error:
            raise DeliveryFailed(
                say("The push service was refused: %(evidence)s.", evidence=error.evidence[0]), permanent=True
            ) from None
        except Unreachable as error:
            raise DeliveryFailed(
                say("The push service did not answer: %(evidence)s.", evidence=error.evidence[0]),
                permanent=False,
            ) from None

    def _require_private(self, to: Subscription) -> None:
        """Without encryption only inside the operator's own network. Raises as the guard does."""
        if to.is_encrypted:
            return
        if any(one.is_global for one in self._guard.check(to.endpoint).addresses):
            raise Refused(say("its address is not encrypted"))


def topic_of(key: str) -> str:
    """A delivery's key as a Topic: a repeat takes the place of what waits, and of what is shown."""
    return base64.urlsafe_b64encode(sha256(key.encode()).digest()[:TOPIC_BYTES]).decode()


def sealed_for(to: Subscription, content: bytes) -> bytes:
    """``content`` as only that browser can read it, under a key that is used once."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric import ec

    once = ec.generate_private_key(ec.SECP256R1())
    sealed: bytes = http_ece.encrypt(content, private_key=once, dh=to.key, auth_secret=to.auth)
    return sealed


def _require_taken(answer: Response) -> None:
    if 200 <= answer.status <= 299:
        return
    if answer.status in ENDED:
        raise ChannelEnded(
            say(
                "That browser takes no more messages (its push service answered %(status)s), so the "
                "channel is ended. Press “Ring here” in it to be told there again.",
                status=answer.status,
            )
        )
    raise DeliveryFailed(
        say("The push service answered %(status)s.", status=answer.status),
        permanent=answer.status in FOR_GOOD,
    )
