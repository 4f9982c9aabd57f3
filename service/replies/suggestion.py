"""One shape for a suggestion, on the command line, in an alert and in the extension (CONTRACTS §8.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.domain import ReplyClass
from service.replies.filling import Filled


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about a reply before it is posted; ``level`` is block, warn or note."""

    rule: str
    level: str
    site: str
    why: str
    source: str
    mend: str
    start: int | None = None
    end: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is printed and sent."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An approved reply that fits, filled in. ``variant`` counts from 1.

    ``reply_class`` is what the text is once its blanks are filled within their bounds. ``reasons`` may hold
    the reviewer's own words: they are data.
    """

    pack: str
    serial: int
    sha256: str
    item: str
    variant: int
    approved: bool
    filled: Filled
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    score: float

    @property
    def text(self) -> str:
        """The reply as it is shown; blanks show their hints."""
        return self.filled.text

    @property
    def reply_class(self) -> ReplyClass:
        """Verbatim where nothing is left to fill in."""
        return ReplyClass.VERBATIM if self.filled.is_ready else ReplyClass.WITHIN_BOUNDS

    def as_json(self) -> dict[str, Any]:
        """The one shape."""
        return {
            "pack": self.pack,
            "serial": self.serial,
            "sha256": self.sha256,
            "item": self.item,
            "variant": self.variant,
            "approved": self.approved,
            "text": self.text,
            "spans": [
                {"kind": span.kind.value, "name": span.name, "start": span.start, "end": span.end}
                for span in self.filled.spans
            ],
            "blanks": [
                {
                    "name": name,
                    "hint": blank.hint,
                    "max": blank.longest,
                    "empty": blank.empty,
                    "forbid": [forbidden.value for forbidden in blank.forbid],
                    "choices": list(blank.choices),
                }
                for name, blank in self.filled.blanks.items()
            ],
            "class": self.reply_class.value,
            "findings": [finding.as_json() for finding in self.findings],
            "reasons": list(self.reasons),
            "score": self.score,
        }


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The nearest reply that was not offered, and why."""

    pack: str
    item: str
    why: str

    def as_json(self) -> dict[str, Any]:
        """As it is printed and sent."""
        return {"pack": self.pack, "item": self.item, "why": self.why}


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to say, best first; where nothing fits, ``none_because`` says why."""

    best: tuple[Suggestion, ...]
    runner_up: RunnerUp | None = None
    none_because: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is printed, stored with an alert and sent to the extension."""
        return {
            "suggestions": [suggestion.as_json() for suggestion in self.best],
            "runner_up": self.runner_up.as_json() if self.runner_up else None,
            "none_because": self.none_because,
        }
