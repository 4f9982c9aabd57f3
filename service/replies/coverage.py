"""Which real reviews approved words would have answered, which not, and where the gaps are."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from service.replies.suggestion import Suggestions
from service.replies.triage import Reviewed, Triage, stars_of

_EXAMPLES = 3  # of each gap
_LONGEST_EXAMPLE = 160
_NO_TOPIC, _NO_STARS = "no topic", "no stars"


@dataclass(slots=True)
class Coverage:
    """Counts that grow review by review; ``gaps`` are by language, topic and stars."""

    read: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    gaps: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, review: Reviewed, judged: Triage, found: Suggestions) -> None:
        """Count one review, and what could have been answered to it."""
        self.read += 1
        if found.best:
            self.answered[f"{found.best[0].pack}/{found.best[0].item}"] += 1
            return
        self.refused[found.none_because or ""] += 1
        gap = _gap(review, judged)
        self.gaps[gap] += 1
        if len(self.examples[gap]) < _EXAMPLES and review.text:
            self.examples[gap].append(" ".join(review.text.split())[:_LONGEST_EXAMPLE])

    @property
    def share(self) -> float:
        """How many in one were answered; 0 where nothing was read."""
        return sum(self.answered.values()) / self.read if self.read else 0.0

    def as_json(self) -> dict[str, Any]:
        """As it is printed; the most frequent first, ties by name."""
        return {
            "read": self.read,
            "answered": sum(self.answered.values()),
            "share": round(self.share, 3),
            "items": [{"item": name, "count": count} for name, count in _ordered(self.answered)],
            "none_because": [{"why": why, "count": count} for why, count in _ordered(self.refused)],
            "gaps": [
                {
                    "language": gap[0],
                    "topic": gap[1],
                    "stars": gap[2],
                    "count": count,
                    "examples": self.examples[gap],
                }
                for gap, count in _ordered(self.gaps)
            ],
        }


def _gap(review: Reviewed, judged: Triage) -> tuple[str, str, str]:
    held = sorted(judged.held)
    about = f"held: {held[0]}" if held else judged.topics[0].topic.value if judged.topics else _NO_TOPIC
    stars = stars_of(review)
    return judged.language or "unknown", about, _NO_STARS if stars is None else f"{stars:g}"


def _ordered(counter: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counter.items(), key=lambda one: (-one[1], one[0]))
