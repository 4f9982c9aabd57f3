"""Amazon SES by SNS: a notification signed by Amazon, with the whole mail in it.

Sources, read in November 2026: docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages"
(string to sign, SHA1 or SHA256, certificate from an sns.*.amazonaws.com address, topic) and
docs.aws.amazon.com/ses, "Publish to Amazon SNS topic action" (a copy of the mail up to 150 KB; larger ones
bounce there). SES heads its Authentication-Results with ``amazonses.com``, as its own notifications show.
The action that puts mails into S3 posts none of their words, and is not supported.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from service.errors import Refused, Unreachable
from service.sources.hook import Fetch, Posted, Provider, Taken, forged, unusable

AMAZON = re.compile(r"https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?/[A-Za-z0-9/._-]*")
CONFIRMED = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": CONFIRMED,
    "UnsubscribeConfirmation": CONFIRMED,
}
NO_WORDS = (
    "Amazon told of a mail without its words: let the receipt rule publish to SNS with the encoding Base64; "
    "the S3 action is not supported."
)


def check(posted: Posted, secret: Mapping[str, Any], now: datetime, fetch: Fetch) -> Taken:
    """As ``hook.Check``. A subscription of the account's own topic is confirmed, and of no other."""
    said = {name: value for name, value in _object(posted.body).items() if isinstance(value, str)}
    kind = said.get("Type", "")
    if kind not in SIGNED or said.get("TopicArn") != secret["topic"]:
        raise forged("What came to Amazon's address was not of the topic it is for.")
    _prove(said, now, fetch)
    if kind == "SubscriptionConfirmation":
        _confirm(said.get("SubscribeURL", ""), fetch)
        return Taken()
    if kind == "UnsubscribeConfirmation":
        raise unusable("The topic's subscription was ended at Amazon: subscribe this address again.", 200)
    return _mail(_object(said.get("Message", "").encode("utf-8", "replace")))


def _mail(said: Mapping[str, Any]) -> Taken:
    if said.get("notificationType") != "Received":
        return Taken()  # Amazon's own greeting when a topic is set up
    content = said.get("content")
    if not isinstance(content, str):
        raise unusable(NO_WORDS, 422)
    if not _is_base64(said):
        return Taken(content.encode("utf-8", "replace"))
    try:
        return Taken(base64.b64decode(content))
    except (binascii.Error, ValueError):
        raise unusable("Amazon told of a mail whose words could not be decoded.", 422) from None


def _is_base64(said: Mapping[str, Any]) -> bool:
    receipt = said.get("receipt")
    action = receipt.get("action") if isinstance(receipt, dict) else None
    return isinstance(action, dict) and str(action.get("encoding", "")).upper() == "BASE64"


def _prove(said: Mapping[str, str], now: datetime, fetch: Fetch) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256

    hashes = {"1": SHA1, "2": SHA256}  # version 1 is Amazon's default still
    version, address = said.get("SignatureVersion", ""), said.get("SigningCertURL", "")
    if version not in hashes or not AMAZON.fullmatch(address) or not address.endswith(".pem"):
        raise forged("What came to Amazon's address names no certificate of Amazon's.")
    fields = [name for name in SIGNED[said["Type"]] if name in said]
    signed = "".join(f"{name}\n{said[name]}\n" for name in fields).encode()
    try:
        signature = base64.b64decode(said.get("Signature", ""), validate=True)
        _public_key(_certificate(address, fetch), now).verify(
            signature, signed, PKCS1v15(), hashes[version]()
        )
    except (InvalidSignature, binascii.Error, ValueError):
        raise forged("Amazon's signature does not fit.") from None


def _public_key(pem: bytes, now: datetime) -> Any:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    certificate = x509.load_pem_x509_certificate(pem)
    public = certificate.public_key()
    if not certificate.not_valid_before_utc <= now.astimezone(UTC) <= certificate.not_valid_after_utc:
        raise ValueError("the certificate is not of today")
    if not isinstance(public, RSAPublicKey):
        raise ValueError("another kind of key")
    return public


@lru_cache(maxsize=8)
def _certificate(address: str, fetch: Fetch) -> bytes:
    try:
        return fetch(address)
    except (Refused, Unreachable) as error:
        raise unusable(f"Amazon's certificate cannot be fetched: {error.evidence[0]}.") from None


def _confirm(address: str, fetch: Fetch) -> None:
    if not AMAZON.fullmatch(address.partition("?")[0]):
        raise forged("The subscription names no address of Amazon's.")
    try:
        fetch(address)
    except (Refused, Unreachable) as error:
        raise unusable(f"The subscription could not be confirmed: {error.evidence[0]}.") from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


SES = Provider(
    "ses",
    "Amazon SES",
    check,
    (
        "SNS > your topic > Create subscription: protocol HTTPS, paste the address, leave raw delivery off.",
        "It is confirmed by itself, for this topic alone.",
        "SES > Email receiving > your rule: action Publish to SNS topic, encoding Base64.",
        "The S3 action is not supported, and Amazon bounces mails over 150 KB.",
    ),
    authserv_id="amazonses.com",
)
