"""The words by which topics and flags are told, from ``words/``, indexed for one pass over a review."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from service.domain import HELD_FLAGS, Flag, Topic
from service.replies.concepts import Concepts, Spots, excuses, groups_of, is_solved
from service.replies.evidence import weighed
from service.replies.folding import folded
from service.replies.patterns import Token, spelt, tokens_of
from service.replies.phrases import Phrases
from service.replies.signs import Seen, Sign, together

NEGATION_REACH = 3  # tokens
_NO_NEGATION_BEFORE = frozenset(
    ("only", "wonder", "doubt", "to", "just", "sure", "surprise", "matter", "so", "such", "more", "stop")
)


@dataclass(frozen=True, slots=True)
class Label:
    """One topic or flag in one language; ``negatable`` where "no …" before its words takes them away.

    ``is_occasion`` where its words tell a topic only in a clause that praises or blames: "dinner" is food
    where it was bland, and an evening where it was Tuesday's. ``is_joint`` where signs that stand together
    tell it, which a sentence of praise overrules. ``is_suspicion`` where its words tell a flag only in a
    review that complains: "allergy" is a menu's virtue under five stars and a person's matter under one;
    ``is_firm`` where it counts in any review, and no praise takes it away.
    """

    name: Topic | Flag
    negatable: bool
    is_occasion: bool = False
    is_joint: bool = False
    is_suspicion: bool = False
    is_firm: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a label's words stand: tokens ``start`` to ``end``, exclusive."""

    label: Label
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    label: Label
    takes_away: bool


class Lexicon:
    """The lists of one language, and its groups of words that tell a flag together."""

    def __init__(self, language: str, raw: dict[str, Any], groups: dict[str, str]) -> None:
        self._language = language
        self.common = frozenset(folded(word) for word in raw["common"].split())
        self._negators = frozenset(folded(word) for word in raw["negators"].split())
        self._openers: Phrases[None] = Phrases()
        for pattern in raw["openers"]:
            self._openers.add(pattern, None)
        self._phrases: Phrases[_Entry | Sign] = Phrases()
        self._rules: list[Label] = []
        self._named: dict[str, str] = raw.get("lists", {})
        for name, lists in raw["topic"].items():
            self._add(Label(Topic(name), lists.get("negation") == "removes"), lists)
        for name, lists in raw["flag"].items():
            self._add(Label(Flag(name), True), lists)
        self._concepts = Concepts(groups)

    def _add(self, label: Label, lists: dict[str, Any]) -> None:
        for key, meaning in (
            ("words", _Entry(label, takes_away=False)),
            ("occasions", _Entry(replace(label, is_occasion=True), takes_away=False)),
            ("not", _Entry(label, takes_away=True)),
        ):
            for pattern in lists.get(key, ()):
                self._phrases.add(spelt(pattern, self._named), meaning)
        for rule in lists.get("together", ()):
            self._add_rule(replace(label, is_joint=True), rule)
        for rule in lists.get("suspicions", ()):
            self._add_rule(replace(label, is_joint=True, is_suspicion=True), rule)

    def _add_rule(self, label: Label, rule: str) -> None:
        parts = rule.split("+")
        for part, pattern in enumerate(parts):
            sign = Sign(len(self._rules), part, len(parts), label.is_suspicion)
            self._phrases.add(spelt(pattern, self._named), sign)
        self._rules.append(label)

    def hits(self, tokens: Sequence[Token], *, since: int | None = 0, praised_until: int = 0) -> list[Hit]:
        """Where topics and flags are spoken of, in order; what is taken away or negated is left out.

        Words that only hint at a flag count from token ``since`` on, and are weighed together if nothing
        tells a flag; where that is None they do not. Where it is 0 all of it complains: nothing is taken for
        trouble that somebody brought along. Before token ``praised_until`` what was solved is none of ours.
        """
        hits: list[Hit] = []
        taken: dict[Topic | Flag, list[tuple[int, int]]] = {}
        signs: list[Seen] = []
        for entry, start, end in self._phrases.found_in(tokens):
            if isinstance(entry, Sign):
                signs.append(Seen(entry, start, end))
            elif entry.takes_away:
                taken.setdefault(entry.label.name, []).append((start, end))
            else:
                hits.append(Hit(entry.label, start, end))
        hits += [Hit(self._rules[rule], start, end) for rule, start, end in self._joint(signs, tokens)]
        spots = self._concepts.spots(tokens)
        hits = [hit for hit in hits if not _is_excused(hit, spots, is_complaint=since == 0)]
        hits += self._conceived(spots, tokens, since)

        def stands(hit: Hit) -> bool:
            is_void = self._is_void(hit, tokens, taken.get(hit.label.name, ()))
            return not is_void and not _is_settled(hit, spots, praised_until)

        hits = [hit for hit in hits if _counts(hit, since) and stands(hit)]
        if since is not None and not any(hit.label.name in HELD_FLAGS for hit in hits):
            hits += filter(stands, self._weighed(spots, hits, tokens, since))
        return hits

    def _joint(self, signs: Sequence[Seen], tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
        """The rules that hold; the last sign of a rule is the trouble, which a negator takes away."""
        real = (
            seen
            for seen in signs
            if seen.sign.part < seen.sign.of - 1 or not self.negates(tokens, seen.start)
        )
        return together(real, tokens)

    def _conceived(self, spots: Spots, tokens: Sequence[Token], since: int | None) -> Iterator[Hit]:
        """What groups of words tell together; what was brought along is excused where no rule asks for it."""
        for rule, start, end in self._concepts.told(
            spots, lambda place: self.negates(tokens, place), is_suspected=since is not None
        ):
            is_firm = not rule.is_suspicion
            if is_firm and since != 0 and excuses(spots, rule.flag, start, end, is_complaint=False):
                continue
            yield Hit(Label(rule.flag, True, is_joint=True, is_suspicion=True, is_firm=is_firm), start, end)

    def _weighed(self, spots: Spots, hits: Sequence[Hit], tokens: Sequence[Token], since: int) -> list[Hit]:
        """What groups that no rule joins hint at from token ``since`` on, weighed against what it is about.

        Extortion is told of ifs and unlesses, which are praise's too: it is weighed only where all complains.
        """
        topics = {hit.label.name for hit in hits if isinstance(hit.label.name, Topic) and hit.start >= since}
        told = {name: [spot for spot in found if spot.start >= since] for name, found in spots.items()}
        if hint := weighed(told, topics, lambda place: self.negates(tokens, place), self._language):
            flag, start, end = hint
            if since and flag is Flag.EXTORTION:
                return []
            return [Hit(Label(flag, negatable=True, is_joint=True, is_suspicion=True), start, end)]
        return []

    def _is_void(self, hit: Hit, tokens: Sequence[Token], taken: Sequence[tuple[int, int]]) -> bool:
        if any(
            start < hit.end and hit.start < end and not _goes_beyond(hit, start, end) for start, end in taken
        ):
            return True
        return hit.label.negatable and not hit.label.is_joint and self.negates(tokens, hit.start)

    def negates(self, tokens: Sequence[Token], start: int, also: Collection[str] = ()) -> bool:
        """Whether a negator, or a word of ``also``, stands just before token ``start`` and turns it round."""
        between: set[str] = set()
        for place in range(start, max(start - NEGATION_REACH, 0), -1):
            if tokens[place].after or tokens[place - 1].word == "but":
                return False
            before = tokens[place - 1].word
            if before in self._negators or before in also:
                return not between & _NO_NEGATION_BEFORE
            between.add(before)
        return False

    def asks(self, text: str) -> str | None:
        """The first sentence of ``text`` that asks us something, or None; "?!" in anger is no question."""
        for sentence in _questions(text):
            if any(start == 0 for _, start, _ in self._openers.found_in(tokens_of(sentence))):
                return sentence.strip()
        return None


def _counts(hit: Hit, since: int | None) -> bool:
    """Whether ``hit`` is more than a hint, or one that stands where hints count."""
    if hit.label.is_firm or not hit.label.is_suspicion:
        return True
    return since is not None and hit.start >= since


def _is_excused(hit: Hit, spots: Spots, *, is_complaint: bool) -> bool:
    name = hit.label.name
    if not isinstance(name, Flag) or name not in HELD_FLAGS:
        return False
    return excuses(spots, name, hit.start, hit.end, is_complaint=is_complaint)


def _is_settled(hit: Hit, spots: Spots, praised_until: int) -> bool:
    """Whether ``hit`` tells of trouble that somebody came with and, as the praise says, was rid of here."""
    name = hit.label.name
    if not isinstance(name, Flag) or name not in HELD_FLAGS or hit.end > praised_until:
        return False
    return is_solved(spots, name, hit.start, hit.end)


def _goes_beyond(hit: Hit, start: int, end: int) -> bool:
    """Whether a topic's phrase says more than what is taken away: "two hours in the waiting room"."""
    return isinstance(hit.label.name, Topic) and hit.start < start and end <= hit.end


_SENTENCE = re.compile(r"[^.!?\n¿¡]+[.!?\n]?")


def _questions(text: str) -> Iterator[str]:
    return (found.group() for found in _SENTENCE.finditer(text) if found.group().endswith("?"))


_WORDS = Path(__file__).with_name("words")


@cache
def _raw(language: str) -> dict[str, Any]:
    return {
        name: value
        for folder in ("topics", "flags")
        for name, value in tomllib.loads((_WORDS / folder / f"{language}.toml").read_text("utf-8")).items()
    }


@cache
def lexicon(language: str) -> Lexicon | None:
    """The lists of a language ("en"), or None where there are none: its flags are then not judged."""
    return Lexicon(language, _raw(language), groups_of(language)) if language in languages() else None


@cache
def languages() -> tuple[str, ...]:
    """The languages that have lists."""
    return tuple(sorted(file.stem for file in (_WORDS / "topics").glob("*.toml")))


@cache
def common_words() -> dict[str, frozenset[str]]:
    """For each language that has lists, the words by which a short text gives it away."""
    return {code: frozenset(folded(word) for word in _raw(code)["common"].split()) for code in languages()}
