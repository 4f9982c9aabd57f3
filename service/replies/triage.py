"""How urgent a review is, what it speaks of and what a named person must know: deterministic, with reasons.

First honest version: stars, words and phrases by language (``lexicon.toml``). What was not judged says "not
judged"; it is never shown as nothing found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from service.domain import HELD_FLAGS, Flag, Kind, Scale, Topic, Urgency
from service.replies.due import ALLOWED
from service.replies.language import Told, language_of
from service.replies.lexicon import lexicon
from service.replies.patterns import tokens_of
from service.replies.spoken import TopicScore, snippet, told_flags, topics_of

REVISION = 1
"""Rises when the same review may be judged otherwise than before; stored beside each judgement."""

LONGEST_JUDGED = 20_000  # code points; the longest real review measured has a third of it
POOR_STARS = 2
_WORDLESS = {Kind.MENTION.value: "a link without words"}
_LESS_URGENT = {Urgency.HIGH: Urgency.NORMAL, Urgency.NORMAL: Urgency.LOW, Urgency.LOW: Urgency.LOW}


class Reviewed(Protocol):
    """What a review must tell to be judged; ``domain.Item`` and ``models.Review`` both do."""

    @property
    def kind(self) -> str: ...
    @property
    def scale(self) -> str: ...
    @property
    def rating(self) -> Decimal | float | None: ...
    @property
    def best(self) -> Decimal | float | None: ...
    @property
    def recommends(self) -> bool | None: ...
    @property
    def author(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def text_complete(self) -> bool: ...
    @property
    def language(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Triage:
    """One judgement. ``flags`` is None where they were not judged, which is not the same as none.

    ``sentiment`` runs from -1 to 1 and is None where no rating tells it. ``due_hours`` are hours by the clock
    until the answer should stand in public. ``reasons`` may hold a reviewer's own words: they are data.
    """

    language: str | None
    has_words: bool
    sentiment: float | None
    topics: tuple[TopicScore, ...]
    flags: tuple[Flag, ...] | None
    urgency: Urgency
    due_hours: int
    reasons: tuple[str, ...]

    @property
    def held(self) -> frozenset[Flag]:
        """The flags that allow nothing but a holding reply."""
        return HELD_FLAGS.intersection(self.flags or ())

    def as_json(self) -> dict[str, Any]:
        """This judgement as it is stored and printed."""
        return {
            "language": self.language,
            "has_words": self.has_words,
            "sentiment": self.sentiment,
            "topics": [
                {"topic": found.topic.value, "score": found.score, "praised": found.praised}
                for found in self.topics
            ],
            "flags": None if self.flags is None else [flag.value for flag in self.flags],
            "urgency": self.urgency.value,
            "due_hours": self.due_hours,
            "reasons": list(self.reasons),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Triage:
        """The judgement that ``as_json`` stored."""
        return cls(
            language=raw["language"],
            has_words=raw["has_words"],
            sentiment=raw["sentiment"],
            topics=tuple(
                TopicScore(Topic(found["topic"]), found["score"], found.get("praised", False))
                for found in raw["topics"]
            ),
            flags=None if raw["flags"] is None else tuple(map(Flag, raw["flags"])),
            urgency=Urgency(raw["urgency"]),
            due_hours=raw["due_hours"],
            reasons=tuple(raw["reasons"]),
        )


def stars_of(review: Reviewed) -> float | None:
    """The rating on five stars: for ordering by how pleased somebody was, never for showing."""
    if review.scale == Scale.RECOMMEND or review.rating is None:
        return {True: 5.0, False: 1.0, None: None}[review.recommends]
    best = float(review.best or (10 if review.scale == Scale.POINTS10 else 5))
    return float(review.rating) * 5 / best


def rating_words(review: Reviewed) -> str:
    """The rating as a person would say it, on the site's own scale."""
    if review.rating is not None:
        shown = f"{float(review.rating):g}"
        if review.scale == Scale.POINTS10:
            return f"{shown} out of {float(review.best or 10):g}"
        return f"{shown} star{'' if shown == '1' else 's'}"
    if review.recommends is not None:
        return "recommends" if review.recommends else "does not recommend"
    return "a mention" if review.kind == Kind.MENTION else "no rating"


def triage(review: Reviewed, branch_language: str) -> Triage:
    """The judgement of ``review``; ``branch_language`` decides where a text is too short to tell its own."""
    text = unicodedata.normalize("NFC", "\n".join(filter(None, (review.title, review.text))))[:LONGEST_JUDGED]
    tokens = tokens_of(text)
    told = language_of(text, tokens, review.language or branch_language)
    words = lexicon(told.code) if told.code else None
    has_words = any(map(str.isalpha, text))
    stars = stars_of(review)
    hits = words.hits(tokens) if words else []
    flags, reasons = told_flags(text, tokens, hits, stars)
    if words and (question := words.asks(text)):
        flags, reasons = [*flags, Flag.QUESTION], [*reasons, f"flag question: {snippet(question)}"]
    topics, topic_reasons = topics_of(text, tokens, hits)
    judged = bool(words) or not has_words
    urgency, why = _urgency(review, stars, flags, has_words)
    return Triage(
        language=told.code,
        has_words=has_words,
        sentiment=None if stars is None else round(max(-1.0, min(1.0, (stars - 3) / 2)), 2),
        topics=topics,
        flags=tuple(flags) if judged else None,
        urgency=urgency,
        due_hours=ALLOWED[urgency].public_hours,
        reasons=(why, *reasons, *topic_reasons, *_caveats(review, told, judged, has_words)),
    )


def _urgency(
    review: Reviewed, stars: float | None, flags: Sequence[Flag], has_words: bool
) -> tuple[Urgency, str]:
    held = HELD_FLAGS.intersection(flags)
    rated = rating_words(review)
    if held:
        return Urgency.HELD, f"{rated}; held for {', '.join(flag for flag in flags if flag in held)}"
    urgency = Urgency.NORMAL
    if review.kind == Kind.COMPLAINT or (stars is not None and stars <= POOR_STARS):
        urgency = Urgency.HIGH
    elif Flag.PRESS in flags:
        urgency, rated = Urgency.HIGH, f"{rated}; speaks of the press"
    elif review.kind == Kind.MENTION:
        urgency = Urgency.LOW  # nobody waits for an answer there
    if not has_words:
        return _LESS_URGENT[urgency], f"{rated}; {_WORDLESS.get(review.kind, 'a rating without words')}"
    return urgency, rated


def _caveats(review: Reviewed, told: Told, judged: bool, has_words: bool) -> list[str]:
    caveats = [f"language {told.code or 'unknown'}: {told.why}"] if has_words else []
    if not judged:
        language = told.code or "a language we cannot tell"
        caveats.append(f"topics and flags not judged: no word list for {language}")
    if has_words and not review.text_complete:
        caveats.append("only the beginning of the text was heard")
    return caveats
