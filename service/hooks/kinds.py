"""What an address can be told of, and which events are that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from service.domain import EventKind, Health


class HookKind(StrEnum):
    """The types of messages, as receivers read them; none is ever renamed (docs/webhooks.md)."""

    NEW = "review.new"
    CLAIMED = "review.claimed"
    SUBMITTED = "reply.submitted"
    SEEN_IN_PUBLIC = "reply.seen_in_public"
    PACK_APPROVED = "pack.approved"
    UNHEALTHY = "listing.unhealthy"
    HEALTHY = "listing.healthy"


TEST = "test"
"""The type of the message that trying an address sends; no event has it."""

_SAME = {
    EventKind.NEW: HookKind.NEW,
    EventKind.CLAIMED: HookKind.CLAIMED,
    EventKind.REPLY_SUBMITTED: HookKind.SUBMITTED,
    EventKind.SEEN_IN_PUBLIC: HookKind.SEEN_IN_PUBLIC,
    EventKind.PACK_APPROVED: HookKind.PACK_APPROVED,
    EventKind.SILENCE: HookKind.UNHEALTHY,
}


def kind_of(event: str, payload: Mapping[str, Any]) -> HookKind | None:
    """What others are told of an event of that kind; None for what is nothing to them."""
    if event == EventKind.HEALTH:
        return HookKind.HEALTHY if payload.get("health") == Health.OK else HookKind.UNHEALTHY
    return _SAME.get(EventKind(event))


def read_kinds(written: list[Any]) -> tuple[HookKind, ...]:
    """The known ones among ``written``, each once, in the order of ``HookKind``."""
    return tuple(kind for kind in HookKind if kind in written)
