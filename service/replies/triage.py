"""How urgent a review is, what it speaks of and what a named person must know: deterministic, with reasons.

By the stars, graded words (``polarity.toml``) and lists by language (``words/``). What was not judged
says "not judged"; it is never shown as nothing found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from service.domain import HELD_FLAGS, Flag, Kind, Scale, Topic, Urgency
from service.replies.called import called, flag_told
from service.replies.conditions import Facts
from service.replies.language import Told, language_of
from service.replies.lexicon import lexicon
from service.replies.patterns import Token, tokens_of
from service.replies.polarity import Opinion, Tone, grades, tone
from service.replies.spoken import (
    GOOD_STARS,
    TopicScore,
    blames,
    finds_fault,
    quoted,
    snippet,
    told_flags,
    topics_of,
)
from service.replies.turns import second_sentence, turn
from service.replies.umlauts import with_umlauts
from service.replies.urgency import allowed, urgency_of
from service.sentences import listed, say

LONGEST_JUDGED = 20_000  # code points; the longest real review measured has a third of it
POOR_STARS = 2
HEARD = 0.75  # how much of a sentiment is the text's, where all it says points the same way
CONTRADICTED = 0.1  # how far beyond 0 the sentiment must be, against the stars, to say that they disagree


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

    ``suspected`` are the held flags that no word tells by itself: a person must look, and a reply must fit
    where the guess is wrong.

    ``sentiment`` runs from -1 to 1: what the words say, with the stars as ballast; the stars alone where the
    words were not judged or praise and blame nothing; None where neither tells it. ``due_hours`` are hours by
    the clock until the answer should stand in public. ``reasons`` may hold a reviewer's own words: they are
    data.
    """

    language: str | None
    has_words: bool
    sentiment: float | None
    topics: tuple[TopicScore, ...]
    flags: tuple[Flag, ...] | None
    urgency: Urgency
    due_hours: int
    reasons: tuple[str, ...]
    suspected: frozenset[Flag] = frozenset()

    @property
    def held(self) -> frozenset[Flag]:
        """The flags that allow nothing but a holding reply."""
        return HELD_FLAGS.intersection(self.flags or ())

    @property
    def is_guess(self) -> bool:
        """Whether it is held for nothing but suspicions."""
        return bool(self.held) and self.held <= self.suspected

    def as_json(self) -> dict[str, Any]:
        """This judgement as it is stored and printed."""
        return {
            "language": self.language,
            "has_words": self.has_words,
            "sentiment": self.sentiment,
            "topics": [
                {
                    "topic": found.topic.value,
                    "score": found.score,
                    "praised": found.praised,
                    "blamed": found.blamed,
                }
                for found in self.topics
            ],
            "flags": None if self.flags is None else [flag.value for flag in self.flags],
            "suspected": [flag.value for flag in self.flags or () if flag in self.suspected],
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
                TopicScore(
                    Topic(found["topic"]),
                    found["score"],
                    found.get("praised", False),
                    found.get("blamed", False),
                )
                for found in raw["topics"]
            ),
            flags=None if raw["flags"] is None else tuple(map(Flag, raw["flags"])),
            urgency=Urgency(raw["urgency"]),
            due_hours=raw["due_hours"],
            reasons=tuple(raw["reasons"]),
            suspected=frozenset(map(Flag, raw.get("suspected", ()))),
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
            return say(
                "%(rating)s out of %(best)s", rating=float(review.rating), best=float(review.best or 10)
            )
        return say("1 star") if shown == "1" else say("%(stars)s stars", stars=float(review.rating))
    if review.recommends is not None:
        return say("recommends") if review.recommends else say("does not recommend")
    return say("a mention") if review.kind == Kind.MENTION else say("no rating")


class Against(StrEnum):
    """How a text speaks against its own stars."""

    COMPLAINS = "complains"
    PRAISES = "praises"


def against_stars(stars: float | None, sentiment: float | None) -> Against | None:
    """Whether the words of a review rated ``stars`` (of five) say the contrary; None where they do not."""
    if stars is None or sentiment is None:
        return None
    if stars >= GOOD_STARS and sentiment <= -CONTRADICTED:
        return Against.COMPLAINS
    return Against.PRAISES if stars <= POOR_STARS and sentiment >= CONTRADICTED else None


def triage(
    review: Reviewed, branch_language: str, *, vertical: str | None = None, staff: Collection[str] = ()
) -> Triage:
    """The judgement of ``review``; ``branch_language`` decides where a text is too short to tell its own.

    ``vertical`` leaves out the topics that are none of this trade; ``staff`` are the names of the branch's
    own people, who are told even where a name is not common.
    """
    text = unicodedata.normalize("NFC", "\n".join(filter(None, (review.title, review.text))))[:LONGEST_JUDGED]
    tokens = tokens_of(text)
    told = language_of(text, tokens, review.language or branch_language)
    if told.code == "de":
        tokens = with_umlauts(text, tokens)
    words = lexicon(told.code) if told.code else None
    graded = grades(told.code) if told.code else None
    has_words = any(map(str.isalpha, text))
    stars = stars_of(review)
    opinions = graded.opinions(tokens) if graded else []
    sentiment = _sentiment(tone(opinions, text) if graded and text else None, stars)
    against = against_stars(stars, sentiment)
    is_complaint = _is_complaint(stars, sentiment, against, finds_fault(tokens, opinions))
    turned = turn(tokens)
    doubt = _doubt(stars, tokens, turned, is_complaint)
    praised_until = _praised_until(stars, tokens, turned)
    hits = words.hits(tokens, since=doubt, praised_until=praised_until) if words else []
    flags, suspected, reasons = told_flags(
        text,
        tokens,
        hits,
        opinions,
        is_praise=_is_praise(stars, against),
        is_content=(stars or 0) >= GOOD_STARS and not blames(opinions),
        staff=staff,
    )
    if words and (question := words.asks(text)):
        flags, reasons = (
            [*flags, Flag.QUESTION],
            [*reasons, flag_told(Flag.QUESTION, snippet(question))],
        )
    topics, topic_reasons = topics_of(text, tokens, hits, opinions, vertical)
    judged = bool(words) or not has_words
    facts = Facts(review.kind, stars, frozenset(flags), has_words, against is Against.COMPLAINS)
    urgency, why = _urgency(review, facts, flags, suspected)
    return Triage(
        language=told.code,
        has_words=has_words,
        sentiment=sentiment,
        topics=topics,
        flags=tuple(flags) if judged else None,
        urgency=urgency,
        due_hours=allowed()[urgency].public_hours,
        reasons=(
            why,
            *_disagreement(against, text, tokens, opinions, rating_words(review)),
            *reasons,
            *topic_reasons,
            *_caveats(review, told, judged, has_words),
        ),
        suspected=suspected,
    )


def _doubt(
    stars: float | None, tokens: Sequence[Token], turned: int | None, is_complaint: bool
) -> int | None:
    """The token from which on words count that only hint at a flag; None where none does.

    In a complaint from the first on, otherwise from a turn on. Middling stars over more than one sentence say
    that there is something; four stars praise first and tell it then, or from a turn before that on.
    """
    if is_complaint:
        return 0
    second = second_sentence(tokens)
    if stars is None or second is None or stars >= 5:
        return turned
    if POOR_STARS < stars < GOOD_STARS:
        return 0
    return second if turned is None else min(turned, second)


def _praised_until(stars: float | None, tokens: Sequence[Token], turned: int | None) -> int:
    """The token before which good stars praise: where the review turns, or all of it; 0 under other stars.

    Whoever thanks for a pain that went tells it in words that complain: it is praise all the same.
    """
    if stars is None or stars < GOOD_STARS:
        return 0
    return len(tokens) if turned is None else turned


def _is_praise(stars: float | None, against: Against | None) -> bool:
    """Whether words of praise may be taken for it: not under poor stars, nor in a complaint."""
    return against is None and (stars is None or stars >= GOOD_STARS)


def _is_complaint(
    stars: float | None, sentiment: float | None, against: Against | None, finds_fault: bool
) -> bool:
    """Whether a review is one that complains: by its stars or, where they tell little, by its words."""
    if stars is None:
        return (sentiment or 0.0) < 0
    if POOR_STARS < stars < GOOD_STARS:
        return (sentiment or 0.0) < 0 or finds_fault
    return stars <= POOR_STARS or against is Against.COMPLAINS


def _sentiment(told: Tone | None, stars: float | None) -> float | None:
    """Words against stars: the less the words agree among themselves, the more the stars decide."""
    rated = None if stars is None else max(-1.0, min(1.0, (stars - 3) / 2))
    if told is None:
        return None if rated is None else round(rated, 2)
    heard = 1.0 if rated is None else HEARD * told.agreement
    return round(heard * told.polarity + (1 - heard) * (rated or 0.0), 2) + 0.0  # never -0.0


def _disagreement(
    against: Against | None, text: str, tokens: Sequence[Token], opinions: Sequence[Opinion], rated: str
) -> list[str]:
    """What the text says against its own stars, in the reviewer's strongest words."""
    if against is None:
        return []
    sign = -1 if against is Against.COMPLAINS else 1
    loudest = max(opinions, key=lambda opinion: sign * opinion.weight, default=None)
    yet = say("yet the text complains") if against is Against.COMPLAINS else say("yet the text praises")
    said = say("text and stars disagree: %(rated)s, %(yet)s", rated=rated, yet=yet)
    if loudest is None:
        return [said]
    words = quoted(text, tokens, loudest.start, loudest.end)
    return [say("%(disagree)s: %(words)s", disagree=said, words=words)]


def facts_of(review: Reviewed, judged: Triage) -> Facts:
    """What our tables may ask of ``review`` as it was judged."""
    stars = stars_of(review)
    complains = against_stars(stars, judged.sentiment) is Against.COMPLAINS
    flags = frozenset(judged.flags or ())
    return Facts(review.kind, stars, flags, judged.has_words, complains, judged.urgency)


def _urgency(
    review: Reviewed, facts: Facts, flags: Sequence[Flag], suspected: Collection[Flag]
) -> tuple[Urgency, str]:
    rated, rule = rating_words(review), urgency_of(facts)
    if rule.urgency is Urgency.HELD:
        held = listed(_held(flag, flag in suspected) for flag in flags if flag in HELD_FLAGS)
        return rule.urgency, say("%(rated)s; held for %(held)s", rated=rated, held=held)
    return rule.urgency, listed((rated, rule.because), "; ") if rule.because else rated


def _held(flag: Flag, is_suspected: bool) -> str:
    return say("%(flag)s (suspected)", flag=called(flag)) if is_suspected else called(flag)


def _caveats(review: Reviewed, told: Told, judged: bool, has_words: bool) -> list[str]:
    language = say("language %(code)s: %(why)s", code=told.code or say("unknown"), why=told.why)
    caveats: list[str] = [language] if has_words else []
    if not judged:
        listless = told.code or say("a language we cannot tell")
        caveats.append(say("topics and flags not judged: no word list for %(language)s", language=listless))
    if has_words and not review.text_complete:
        caveats.append(say("only the beginning of the text was heard"))
    return caveats
