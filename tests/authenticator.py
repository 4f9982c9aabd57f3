"""A small authenticator of our own: makes passkeys and signs with them, or does it wrong as a test asks."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """Holds one passkey of one person. ``counts`` is False for a keychain, which always says 0."""

    origin: str = "http://localhost"
    name: str = "localhost"
    verifies: bool = True
    counts: bool = True
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: bytes = b""
    count: int = 0

    def make(self, options: str) -> str:
        """What a browser answers to ``navigator.credentials.create``."""
        asked = json.loads(options)
        self.user = from_base64(asked["user"]["id"])
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public()
        told = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(WITH_KEY) + held})
        said = {"clientDataJSON": self._client("webauthn.create", asked), "attestationObject": base64(told)}
        return self._answer(said | {"transports": ["internal"]})

    def use(self, options: str, **changes: Any) -> str:
        """What a browser answers to ``navigator.credentials.get``."""
        self.count += self.counts
        client = self._client("webauthn.get", json.loads(options))
        data = self._data(0)
        signed = self.key.sign(data + sha256(from_base64(client)).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": base64(data), "signature": base64(signed)}
        return self._answer(said | {"userHandle": base64(self.user)} | changes)

    def _answer(self, said: dict[str, Any]) -> str:
        known = {"id": base64(self.id), "rawId": base64(self.id), "type": "public-key"}
        return json.dumps(known | {"response": said})

    def _client(self, kind: str, asked: dict[str, Any]) -> str:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return base64(json.dumps(told).encode())

    def _data(self, more: int) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verifies else 0)
        return sha256(self.name.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        point = self.key.public_key().public_numbers()
        known = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return cbor2.dumps(known)


def base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
