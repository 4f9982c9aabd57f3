"""What became of a file's rows: the numbers, and the rows that are given back with their reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from service.models import ImportRun, Listing
from service.sources.files import Reading
from service.watch.check import Kept

COUNTED = ("new", "known", "updated", "asked", "rejected")
MOST_GIVEN_BACK = 5000
LONGEST_CELL = 1000
DOUBTED_AFTER = 1000  # rejected rows, when they are most: the columns are surely mapped wrongly


class Tally:
    """The numbers of a run and the rows it gives back, on their way from the row and to it."""

    def __init__(self, counts: Mapping[str, Any], rejected: Sequence[Mapping[str, Any]]) -> None:
        self._counts = Counter({name: int(counts.get(name, 0)) for name in COUNTED})
        self._listings = Counter({name: int(n) for name, n in counts.get("listings", {}).items()})
        self._rejected = [dict(one) for one in rejected]

    @classmethod
    def of(cls, run: ImportRun) -> Tally:
        """What ``run`` has counted so far."""
        return cls(run.counts, run.rejected)

    def is_doubtful(self, before: Tally) -> bool:
        """Whether so much is rejected now, and was not ``before``, that somebody should look."""
        rejected, kept = self._counts["rejected"], self._counts.total() - self._counts["rejected"]
        return before._counts["rejected"] < DOUBTED_AFTER <= rejected and rejected > kept

    def reject(self, reading: Reading, why: str) -> None:
        """Count a row that was not taken, and give it back."""
        self._counts["rejected"] += 1
        if len(self._rejected) < MOST_GIVEN_BACK:
            cells = [cell[:LONGEST_CELL] for cell in reading.cells]
            self._rejected.append({"row": reading.number, "why": why, "cells": cells})

    def add(self, listing: Listing, rows: int, kept: Kept) -> None:
        """Count what became of ``rows`` of one listing."""
        changes = kept.changes
        told = {
            "new": len(changes.arrivals) if changes else 0,
            "updated": len(changes.updates) if changes else 0,
            "asked": len(changes.questions) if changes else 0,
        }
        self._counts.update(told)
        self._counts["known"] += max(0, rows - sum(told.values()))
        self._listings[str(listing.id)] += told["new"]

    def write(self, run: ImportRun) -> None:
        """Put the numbers into the row."""
        run.counts = {name: self._counts[name] for name in COUNTED} | {"listings": dict(self._listings)}
        run.rejected = self._rejected
