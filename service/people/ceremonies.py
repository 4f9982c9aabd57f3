"""The two ceremonies of WebAuthn: a browser makes a passkey, and a browser shows one. Pure but for chance.

A passkey is made for one name (the host in ``SHOPBELL_URL``) and works under no other, which is why nobody
can be led to show it elsewhere. It asks for her finger, face or PIN each time.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from service.errors import AccountRefused, SignInRefused
from service.models import Passkey, Person
from service.secrets import derive
from service.sentences import say

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticationCredential, PublicKeyCredentialDescriptor

LONGEST_ID = 1023  # bytes (WebAuthn, 5.1)
TIMEOUT_MS = 5 * 60 * 1000
DEFAULT_PORTS = {"https": 443, "http": 80}
UNREADABLE = say("What the browser sent is no passkey of this place. Nothing was changed: try again.")
UNKNOWN = say("That passkey is not known here any more. Sign in another way, then add it again.")
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What a library that expects a browser's well-formed answer trips over in one that is not."""


@dataclass(frozen=True, slots=True)
class Site:
    """For which name passkeys are made, and at which origin they are used."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that a browser has made and that holds."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


def site_of(url: str | None, asked: str) -> Site | None:
    """Where passkeys work. ``url`` is what is set, ``asked`` the Host header; None where browsers refuse.

    They want a name instead of a number, and https everywhere but on this machine's own ``localhost``.
    """
    try:
        parts = urlsplit(url or f"http://{asked}")
        seen = urlsplit(f"http://{asked}").hostname
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if host != seen or _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    shown = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return Site(host, f"{parts.scheme}://{host}{shown}")


def handle(secret: bytes, person_id: int) -> bytes:
    """The name under which devices keep a person's passkeys: 32 bytes that tell nobody who she is."""
    return hmac.digest(derive(secret, "passkey handle"), str(person_id).encode(), "sha256")


def to_add(site: Site, person: Person, user: bytes, held: Sequence[Passkey], challenge: bytes) -> str:
    """What the browser is asked in order to make one, as JSON."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    wanted = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    asked = generate_registration_options(
        rp_id=site.name,
        rp_name="Shopbell",
        user_name=person.email_folded,
        user_id=user,
        user_display_name=person.name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=wanted,
        exclude_credentials=_named(held),
    )
    return options_to_json(asked)


def to_use(site: Site, challenge: bytes, held: Sequence[Passkey] = ()) -> str:
    """What the browser is asked in order to show one, as JSON: any of this place, or one of ``held``."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    asked = generate_authentication_options(
        rp_id=site.name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=_named(held),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(asked)


def made(site: Site, answer: str, challenge: bytes) -> Made:
    """The passkey in a browser's answer to ``to_add``. Raises ``AccountRefused``."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, *_BROKEN):
        raise AccountRefused(UNREADABLE) from None
    if len(found.credential_id) > LONGEST_ID:
        raise AccountRefused(UNREADABLE)
    return Made(
        found.credential_id, found.credential_public_key, found.sign_count, _transports_in(json.loads(answer))
    )


def shown_in(answer: str) -> AuthenticationCredential:
    """What a browser's answer to ``to_use`` says, proved by nothing yet. Raises ``SignInRefused``."""
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return parse_authentication_credential_json(answer)
    except (WebAuthnException, *_BROKEN):
        raise SignInRefused(UNREADABLE, "no answer of a browser") from None


def counted(site: Site, one: Passkey, user: bytes, answer: str, challenge: bytes) -> int:
    """How often the passkey says it was used, where the answer proves it. Raises ``SignInRefused``."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    told = shown_in(answer)
    try:
        found = verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=one.public_key,
            credential_current_sign_count=one.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, UnsupportedAlgorithm, *_BROKEN):
        raise SignInRefused(UNREADABLE, "a passkey that proves nothing") from None
    if not hmac.compare_digest(told.response.user_handle or b"", user):
        raise SignInRefused(UNKNOWN, "a passkey under another person's handle")
    return found.new_sign_count


def _named(held: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {one.value: one for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id, transports=[known[way] for way in one.transports if way in known]
        )
        for one in held
    ]


def _transports_in(answer: Any) -> tuple[str, ...]:
    """By which ways the browser says it can be reached: short words, few of them."""
    told = answer["response"].get("transports")
    words = told if isinstance(told, list) else []
    return tuple(one for one in words[:8] if isinstance(one, str) and one.isascii() and len(one) <= 20)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return not host
    return True
