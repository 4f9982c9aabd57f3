"""Whose a reminder is: whoever holds the review, else those who manage its branch. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from service.alerts.reach import Reachable
from service.alerts.rules import Routing
from service.sentences import say

HOLDER = say("it is in your hands")
MANAGERS = say("nobody holds it, so those who manage the branch are told")


def told_first(
    routing: Routing,
    usable: Sequence[Reachable],
    holder: int | None,
    managers: Collection[int],
    *,
    is_held: bool,
) -> Routing:
    """``routing`` narrowed to those whose the matter is; its timing stays as the rule has it.

    What is held goes to its holder or to the people named for it, and to no manager for being one.
    """
    hers = tuple(one.channel for one in usable if one.person == holder)
    if hers:
        return replace(routing, channels=hers, why=HOLDER)
    theirs = tuple(one.channel for one in usable if one.person in managers)
    if theirs and not is_held:
        return replace(routing, channels=theirs, why=MANAGERS)
    return routing
