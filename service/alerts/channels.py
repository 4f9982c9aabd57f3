"""How a message leaves: one sender for each kind of channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.alerts.compose import Ways
from service.alerts.facts import Facts
from service.tongues import ENGLISH, Tongue


@dataclass(frozen=True, slots=True)
class Parcel:
    """One alert for one channel, with all that sending it needs.

    ``key`` is the same however often it is sent (``item-12-6562ab.3``), so that a repeat is recognisable;
    ``thread`` is the key of the first alert about the same review, None where this is the first. ``target``
    is a secret; ``tongue`` is whose it is said in.
    """

    facts: Facts
    target: str
    name: str
    key: str
    thread: str | None
    ways: Ways
    tongue: Tongue = ENGLISH


class Sender(Protocol):
    """Composes a parcel for its medium and hands it over."""

    def send(self, parcel: Parcel, now: datetime) -> None:
        """Return once it was taken. Raises ``DeliveryFailed``; its text repeats no secret and no review."""


class DemoSender:
    """Sends nothing: the alert is in the database, and the desk shows it, so a person can open it."""

    def send(self, parcel: Parcel, now: datetime) -> None:
        """Taken as soon as it is stored."""
