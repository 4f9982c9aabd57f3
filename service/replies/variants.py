"""Which wording of an item: short enough for the site, and the one this branch has not used for longest."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain import LengthUnit, ReplyRules
from service.replies.filling import Filled
from service.replies.pack import Blank, Pack, ReplyItem
from service.sentences import say, say_many

BYTES_OF_A_CHARACTER = 4  # the most UTF-8 needs: what a blank may still add


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a reply at this branch, as it was sent out or inserted."""

    pack: str
    item: str
    variant: int
    at: datetime


class Uses:
    """The uses at one branch, as far as they matter: the latest of each wording, and the latest of all."""

    def __init__(self, uses: Iterable[Use] = ()) -> None:
        self._latest: Use | None = None
        self._of: dict[tuple[str, str], dict[int, datetime]] = {}
        for use in uses:
            self.add(use)

    def add(self, use: Use) -> None:
        """Take in one more, in any order."""
        used = self._of.setdefault((use.pack, use.item), {})
        used[use.variant] = max(use.at, used.get(use.variant, use.at))
        if self._latest is None or _when(use) > _when(self._latest):
            self._latest = use

    def of(self, pack: str, item: str) -> Mapping[int, datetime]:
        """When each variant of an item was used last; those that never were are left out."""
        return self._of.get((pack, item), {})

    def ended_with(self, pack: str, item: str) -> bool:
        """Whether the item was this branch's last answer."""
        return self._latest is not None and (self._latest.pack, self._latest.item) == (pack, item)


def _when(use: Use) -> tuple[datetime, str, str]:
    return use.at, use.pack, use.item


def is_short_enough(filled: Filled, rules: ReplyRules) -> bool:
    """Whether the site takes it even with its blanks full."""
    return rules.limit is None or longest(filled, rules.unit) <= rules.limit


def longest(filled: Filled, unit: LengthUnit) -> int:
    """What the reply can come to with its blanks as full as they may be, as the site counts."""
    hints = "".join(f"[{blank.hint}]" for blank in filled.blanks.values())
    blanks = sum(_fullest(blank, unit) for blank in filled.blanks.values())
    if unit is LengthUnit.BYTES:
        return len(filled.text.encode()) - len(hints.encode()) + blanks
    return len(filled.text) - len(hints) + blanks


def _fullest(blank: Blank, unit: LengthUnit) -> int:
    if unit is not LengthUnit.BYTES:
        return blank.longest
    if blank.choices:
        return max(len(choice.encode()) for choice in blank.choices)
    return blank.longest * BYTES_OF_A_CHARACTER


def least_recent(
    pack: Pack, item: ReplyItem, branch: str, variants: Sequence[int], history: Uses, now: datetime
) -> tuple[int, str]:
    """The variant used longest ago here, and why; where none was, branches begin with different ones."""
    used = history.of(pack.name, item.id)
    count = len(item.variants)
    first = zlib.crc32(f"{branch}/{item.id}".encode()) % count
    chosen = min(
        variants,
        key=lambda place: (place in used, used.get(place, now), (place - 1 - first) % count),
    )
    return chosen, _because(chosen, used, now)


def _because(chosen: int, used: Mapping[int, datetime], now: datetime) -> str:
    if not used:
        return say("variant %(chosen)s: none was used here yet", chosen=chosen)
    recent = max(used, key=lambda place: (used[place], place))
    when = _ago(now - used[recent])
    if recent == chosen:
        return say(
            "variant %(chosen)s, although it was used here %(when)s: no other may stand there",
            chosen=chosen,
            when=when,
        )
    return say(
        "variant %(chosen)s, because variant %(recent)s was used here %(when)s",
        chosen=chosen,
        recent=recent,
        when=when,
    )


def _ago(passed: timedelta) -> str:
    if passed.days < 1:
        return say("within a day")
    return say_many("%(n)s day ago", "%(n)s days ago", passed.days)
