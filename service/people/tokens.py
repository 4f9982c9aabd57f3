"""Secrets that a browser or a mail carries: random, and kept here as their hash alone."""

from __future__ import annotations

import secrets
from hashlib import sha256

BYTES = 32  # of chance: nobody guesses one, and its plain SHA-256 needs no salt
LONGEST = 100  # characters of any that could be ours


def new_token() -> str:
    """A fresh one, fit for a cookie or an address."""
    return secrets.token_urlsafe(BYTES)


def kept(token: str) -> bytes:
    """What is stored of it. Looking a row up by this tells nothing of the token by its timing."""
    return sha256(token[:LONGEST].encode("utf-8", "surrogatepass")).digest()
