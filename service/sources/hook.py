"""What a mail provider's hook is: what was posted, what is taken from it, and how a provider is described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.errors import HookRefused


@dataclass(frozen=True, slots=True)
class Posted:
    """One POST: headers by lower-case name, the body as it came, and a form's fields, cut where long."""

    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    fields: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a genuine POST held: a mail, as it was received there, or nothing to store.

    ``once`` names a proof that is good for one mail only, and ``once_at`` is when it was made.
    """

    raw: bytes | None = None
    once: str | None = None
    once_at: int = 0


Fetch = Callable[[str], bytes]
"""The body behind an address, by the guarded client. Raises ``Refused``, ``Unreachable``."""

Check = Callable[[Posted, Mapping[str, Any], datetime, Fetch], Taken]
"""Prove that the provider posted it, by the account's secret, and take the mail. Raises ``HookRefused``."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One mail provider. ``switch_on`` says in its own screens' words what its owner must set there."""

    name: str
    title: str
    check: Check
    switch_on: tuple[str, ...]
    key: str | None = None  # what its owner must copy from there; None: the address alone is the proof
    suffix: str = ""  # of the address to paste
    authserv_id: str | None = None


def forged(what: str, status: int = 403) -> HookRefused:
    """Nothing proves that the provider posted this."""
    return HookRefused(what, status=status, forged=True)


def unusable(what: str, status: int = 503) -> HookRefused:
    """It is the provider's, and of no use as it is: it shall be posted again once that was mended."""
    return HookRefused(what, status=status, forged=False)
