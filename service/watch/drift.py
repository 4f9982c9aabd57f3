"""When a listing's own facts change without us: name, address, phone. Pure.

A fact has drifted when one route has shown it differently in two looks running: sites try out headings and
print one number in two ways, and an alert about that is worth nothing. What was not shown says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from service.domain import Business, ChangeKind, Observation
from service.watch.changes import Change, KnownFact, ListingState
from service.watch.folding import bare

_DIGITS = re.compile(r"\D+")
_NATIONAL = 7  # digits that must agree where one number carries its country and the other does not


def drift(observation: Observation, state: ListingState) -> tuple[list[KnownFact], list[Change]]:
    """The facts to store after this look, and those that have drifted."""
    if not observation.route.sees_the_present or observation.business is None:
        return [], []
    before = {fact.field: fact for fact in state.facts if fact.route is observation.route}
    looked = [
        _looked(field, value, before.get(field), observation) for field, value in _shown(observation.business)
    ]
    return [fact for fact, _ in looked], [change for _, change in looked if change]


def _shown(business: Business) -> list[tuple[str, str]]:
    facts: Mapping[str, str | None] = {
        "name": business.name,
        "address": business.address,
        "phone": business.phone,
    }
    return [(field, value) for field, value in facts.items() if value]


def _looked(
    field: str, value: str, before: KnownFact | None, observation: Observation
) -> tuple[KnownFact, Change | None]:
    at = observation.observed_at
    if before is None:
        return KnownFact(field, observation.route, value, at), None
    if at <= before.seen_at:
        return before, None
    if _same(field, value, before.value):
        return replace(before, seen_at=at, drift_since=None), None
    if before.drift_since is None:
        return replace(before, seen_at=at, drift_since=at), None
    now = KnownFact(field, observation.route, value, at)
    key = f"facts_drifted:{field}:{observation.route}:{before.drift_since.isoformat()}"
    return now, Change(ChangeKind.FACTS_DRIFTED, at, key, fields=(field,), fact=now, fact_before=before)


def _same(field: str, one: str, other: str) -> bool:
    if field != "phone":
        return bare(one) == bare(other)
    a, b = (_DIGITS.sub("", number).lstrip("0") for number in (one, other))
    return a == b or (min(len(a), len(b)) >= _NATIONAL and (a.endswith(b) or b.endswith(a)))
