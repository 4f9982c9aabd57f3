"""The key a delivery keeps for life: its Message-ID, and what hooks can tell a repeat by. Pure.

It holds the moment the alert was rung, because numbers begin at 1 again with each new database, and mail
services silently drop a second message with a Message-ID they have seen.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit


class Errand(StrEnum):
    """Why an alert goes to a channel: for each reason once."""

    ALERT = "alert"
    UNCLAIMED = "unclaimed"  # nobody took it in time


def stem(alert: int, rung_at: datetime) -> str:
    """One alert's part of its keys: ``12-6562ab0f``."""
    return f"{alert}-{int(rung_at.timestamp()):x}"


def key(stem: str, channel: int, host: str, errand: Errand = Errand.ALERT) -> str:
    """``item-12-6562ab0f.3@bell.example.com``: one alert to one channel."""
    again = "" if errand is Errand.ALERT else f".{errand.value}"
    return f"item-{stem}.{channel}{again}@{host}"


def key_of_first(stem: str | None, own: str, channel: int) -> str | None:
    """The key under which ``channel`` got the first alert of a thread; None where ``own`` is that one."""
    if stem is None:
        return None
    first = key(stem, channel, host_of(own))
    return None if first == own else first


def host_of(key: str) -> str:
    """The host at the end of a key."""
    return key.rpartition("@")[2]


def mail_host(mail_from: str | None, public_url: str) -> str:
    """The host to put into keys: the sender's domain, else the desk's."""
    domain = (mail_from or "").rpartition("@")[2].strip("> ")
    return domain or urlsplit(public_url).hostname or "shopbell.invalid"
