"""An alert as parts with a role each: what plain text and HTML are both written from. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from service.domain import Urgency
from service.sentences import Language, Sentence, in_language, listed


class Role(StrEnum):
    """What a part is for; where there is little room, the role decides what gives way, in this order.

    A ``QUOTE`` is shortened, ``DETAIL`` left out, a ``REPLY`` replaced by a pointer to it; the rest stays.
    """

    HEADLINE = "headline"
    LINE = "line"
    QUOTE = "quote"
    REPLY = "reply"
    DETAIL = "detail"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text. ``foreign`` is a stranger's; ``blank`` is for a person to fill in."""

    text: str
    foreign: bool = False
    blank: bool = False

    def in_language(self, language: Language) -> Run:
        """The same, as it is said there."""
        return replace(self, text=in_language(self.text, language))


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph, under an optional label. ``url`` is there exactly for a link."""

    role: Role
    runs: tuple[Run, ...]
    label: str = ""
    url: str | None = None

    def in_language(self, language: Language) -> Part:
        """The same, as it is said there."""
        runs = tuple(run.in_language(language) for run in self.runs)
        return replace(self, runs=runs, label=in_language(self.label, language))


@dataclass(frozen=True, slots=True)
class Outline:
    """``short`` is all that a text message has room for, beside the link."""

    subject: tuple[Run, ...]
    short: str
    parts: tuple[Part, ...]
    priority: Urgency

    def in_language(self, language: Language) -> Outline:
        """The same, as it is said there; what customers and packs say stays as it is."""
        return replace(
            self,
            subject=tuple(run.in_language(language) for run in self.subject),
            short=in_language(self.short, language),
            parts=tuple(part.in_language(language) for part in self.parts),
        )


def stop(told: str) -> Sentence:
    """With a full stop behind it."""
    return listed((told, "."), "")


def ours(text: str) -> Run:
    """Our own words, or the operator's."""
    return Run(text)


def foreign(text: str) -> Run:
    """A stranger's words."""
    return Run(text, foreign=True)


def line(*runs: Run | str, role: Role = Role.LINE, label: str = "") -> Part:
    """A paragraph; plain strings in it are our own words."""
    return Part(role, tuple(Run(run) if isinstance(run, str) else run for run in runs), label)


def link(label: str, url: str) -> Part:
    """A labelled address."""
    return Part(Role.LINK, (), label, url)
