"""Which items are left to be looked at closely, once what many reviews have in common has been asked.

Where a review stands and its outline have few different values, so what they leave of some packs is found
once and remembered. Of the many that cannot answer one is kept: the first of those that got farthest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import is_

from service.replies.case import Case, Outline, Where
from service.replies.fit import Misfit, outline_misfit, pack_misfit
from service.replies.pack import Pack, ReplyItem


@dataclass(frozen=True, slots=True)
class Missed:
    """An item that does not fit; of a pack that may not speak at all, its first."""

    pack: Pack
    item: ReplyItem
    misfit: Misfit


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is left, by the names of packs and in the order of their items, and the nearest of the others."""

    left: tuple[tuple[Pack, ReplyItem], ...]
    nearest: Missed | None


class _These:
    """Some packs as a key, equal to the very same packs alone.

    Their hashes would not do: two packs of one hash have different items where some were recalled
    (``Pack.without``). As long as the key is remembered the packs live, so no other can stand in their place.
    """

    __slots__ = ("_hash", "packs")

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs = tuple(packs)
        self._hash = hash(tuple(map(id, self.packs)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _These) or len(self.packs) != len(other.packs):
            return False
        return all(map(is_, self.packs, other.packs))


def sift(packs: Sequence[Pack], case: Case) -> Sifted:
    """What of ``packs`` is left for ``case``: ``close_misfit`` has the last word on each."""
    speaking, silent = _speaking(_These(packs), case.where)
    sifted = _left(speaking, case.outline)
    return sifted if sifted.nearest else Sifted(sifted.left, silent)


def in_force(packs: Iterable[Pack], day: date) -> list[Pack]:
    """One version of each pack, by name: the highest serial in force that day, else the highest there is."""
    best: dict[str, Pack] = {}
    for pack in packs:
        other = best.get(pack.name)
        if other is None or (pack.in_force(day), pack.serial) > (other.in_force(day), other.serial):
            best[pack.name] = pack
    return [best[name] for name in sorted(best)]


@lru_cache(maxsize=256)
def _speaking(packs: _These, where: Where) -> tuple[_These, Missed | None]:
    """The packs that may speak there, and the nearest of the others."""
    speaking, silent = [], []
    for pack in in_force(packs.packs, where.day):
        if misfit := pack_misfit(pack, where):
            silent.append(Missed(pack, pack.items[0], misfit))
        else:
            speaking.append(pack)
    return _These(speaking), nearest(silent)


@lru_cache(maxsize=512)
def _left(packs: _These, outline: Outline) -> Sifted:
    left, missed = [], []
    for pack in packs.packs:
        for item in pack.items:
            if misfit := outline_misfit(item, outline):
                missed.append(Missed(pack, item, misfit))
            else:
                left.append((pack, item))
    return Sifted(tuple(left), nearest(missed))


def nearest(missed: Iterable[Missed]) -> Missed | None:
    """The first of those that got farthest."""
    return max(missed, key=lambda miss: miss.misfit.stage, default=None)
