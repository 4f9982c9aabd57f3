"""One measured ratio with its gate, and how a table of them is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """``ours`` against ``theirs``, both in ``unit``; the gate is the most that ours/theirs may be."""

    what: str
    ours: float
    theirs: float
    unit: str
    gate: float

    @property
    def value(self) -> float:
        """Ours by theirs: smaller is better."""
        return self.ours / self.theirs

    @property
    def holds(self) -> bool:
        """Whether the gate is kept."""
        return self.value <= self.gate


def table(ratios: Sequence[Ratio]) -> str:
    """The ratios as a Markdown table, as the README shows them."""
    head = ["| what | ours | peer or floor | ratio | gate | |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *map(_row, ratios)])


def _row(ratio: Ratio) -> str:
    mark = "kept" if ratio.holds else "**missed**"
    return (
        f"| {ratio.what} | {ratio.ours:.2f} {ratio.unit} | {ratio.theirs:.2f} {ratio.unit} "
        f"| {ratio.value:.3f} | ≤ {ratio.gate} | {mark} |"
    )
