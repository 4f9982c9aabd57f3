"""SendGrid's Inbound Parse: a form with the mail in ``email``; signed by ECDSA where its owner set that up.

Sources, read in November 2026: twilio.com/docs/sendgrid, "Inbound Email Parse Webhook" (an answer of 5XX is
tried again for 3 days) and "Securing your Inbound Parse Webhooks" (the signature covers the timestamp and
the body as posted, under the public key of a security policy). Without a key the secret address is the proof.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.sources.hook import Fetch, Posted, Provider, Taken, forged, unusable

OLDEST = 4 * 86_400  # seconds
AHEAD = 300
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


def check(posted: Posted, secret: Mapping[str, Any], now: datetime, _fetch: Fetch) -> Taken:
    """As ``hook.Check``."""
    if key := secret.get("key"):
        _prove(posted, str(key), now)
    mail = posted.fields.get("email")
    if not mail:
        raise unusable('SendGrid posted no raw mail: tick "POST the raw, full MIME message" there.')
    return Taken(mail)


def _prove(posted: Posted, key: str, now: datetime) -> None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    stamp = posted.headers.get(TIMESTAMP, "")
    try:
        public = load_der_public_key(base64.b64decode(key))
        signature = base64.b64decode(posted.headers.get(SIGNATURE, ""), validate=True)
        if not isinstance(public, EllipticCurvePublicKey):
            raise ValueError("another kind of key")
        public.verify(signature, stamp.encode() + posted.body, ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
        raise forged("SendGrid's signature does not fit: check the security policy's public key.") from None
    if not stamp.isdigit() or not -AHEAD <= now.timestamp() - int(stamp[:12]) <= OLDEST:
        raise forged("SendGrid's signature is too old: check this machine's clock.")


SENDGRID = Provider(
    "sendgrid",
    "SendGrid",
    check,
    (
        "Settings > Inbound Parse > Add Host & URL: paste the address.",
        'Tick "POST the raw, full MIME message".',
        "Better, attach a security policy with a signature and give its public key with --key-from-stdin.",
    ),
)
