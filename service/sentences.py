"""What this program says to a person: English at once, and whole enough to be said in her language later.

A ``Sentence`` is a ``str``, the English one, so that logs, the command line, the API and whatever compares
need know nothing of languages. It remembers its phrase and what was put into it; whoever shows it to somebody
says it in her language (``in_language``). What is cut or glued together is a plain English ``str`` again.
Texts of customers, packs and people are never phrases: they are put into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeAlias

Value: TypeAlias = "str | int | float"
"""A str stays as it is, unless it is a ``Sentence`` itself; a float is written with its language's comma."""
_VALUES = (str, int, float)


class Language(Protocol):
    """What saying something takes; ``tongues.Tongue`` is one."""

    def phrase(self, phrase: str) -> str:
        """The phrase as it is said there; itself where nobody translated it."""

    def phrases(self, one: str, many: str, n: int) -> str:
        """The phrase that goes with ``n``."""

    def whole(self, n: int) -> str:
        """A whole number, its thousands parted."""

    def number(self, x: float) -> str:
        """A number, with no zeros behind the comma."""

    def moment(self, local: datetime, pattern: str) -> str:
        """A moment on its own clock, by a pattern of the Unicode locale data."""


class Sentence(str):
    """English, with ``phrase`` and ``values`` beside; ``many`` where it counts ``values["n"]``."""

    __slots__ = ("many", "phrase", "values")

    phrase: str
    many: str
    values: Mapping[str, Value]

    def __new__(
        cls, text: str, phrase: str = "", values: Mapping[str, Value] | None = None, many: str = ""
    ) -> Sentence:
        made = super().__new__(cls, text)
        made.phrase, made.many, made.values = phrase, many, values or {}
        return made

    def __str__(self) -> str:
        """Itself: so an error's ``str`` is still the sentence it was raised with."""
        return self

    def in_language(self, language: Language) -> str:
        """The same, as it is said there."""
        if not self.phrase:
            return str.__str__(self)
        said = (
            language.phrases(self.phrase, self.many, int(self.values["n"]))
            if self.many
            else language.phrase(self.phrase)
        )
        if not self.values:
            return said
        shown = {name: _shown(value, language) for name, value in self.values.items()}
        if self.many:
            shown["n"] = language.whole(int(self.values["n"]))
        return said % shown


def say(phrase: str, **values: object) -> Sentence:
    """A phrase of ours, marked for the catalogues, with what its ``%(name)s`` stand for."""
    if not values:
        return Sentence(phrase, phrase)
    kept = _kept(values)
    return Sentence(phrase % _in_english(kept), phrase, kept)


def tabled(phrase: str) -> Sentence:
    """A phrase from one of our tables (``replies/*.toml``), which marks it for the catalogues itself."""
    return say(phrase)


def say_many(one: str, many: str, n: int, **more: object) -> Sentence:
    """``say_many("%(n)s review", "%(n)s reviews", 2000)`` is "2,000 reviews"."""
    kept = _kept(more)
    told = (one if n == 1 else many) % {"n": f"{n:,}", **_in_english(kept)}
    return Sentence(told, one, {"n": n, **kept}, many)


def listed(parts: Iterable[str], between: str = ", ") -> Sentence:
    """Parts in a row, each of which keeps its own language; ``between`` may be a phrase, such as " or "."""
    values: dict[str, Value] = {str(place): part for place, part in enumerate(parts)}
    if len(values) == 1 and isinstance(alone := values["0"], Sentence):
        return alone
    glue = "%(between)s" if isinstance(between, Sentence) else between
    phrase = glue.join(f"%({place})s" for place in values)
    if isinstance(between, Sentence):
        values["between"] = between
    return Sentence(phrase % values, phrase, values)


class _Whole(Sentence):
    """Another sentence, written as one."""

    __slots__ = ("_told",)

    _told: str

    def in_language(self, language: Language) -> str:
        """As the base class."""
        return _as_one(in_language(self._told, language))


def whole(told: str) -> Sentence:
    """What can stand by itself: its first letter large, a full stop behind it. It is not stored."""
    made = _Whole(_as_one(told))
    made._told = told
    return made


def _as_one(told: str) -> str:
    return f"{told[:1].upper()}{told[1:].rstrip('.')}."


def in_language(told: str, language: Language) -> str:
    """``told`` in that language, where it is a sentence of ours; else as it is."""
    return told.in_language(language) if isinstance(told, Sentence) else told


def written(told: Any) -> Any:
    """JSON in which each sentence is ``{"say": [phrase, its values, the phrase for many]}``."""
    if isinstance(told, Sentence) and told.phrase:
        values = {name: written(one) for name, one in told.values.items()}
        return {"say": [told.phrase, *([values] if values else []), *([told.many] if told.many else [])]}
    if isinstance(told, Mapping):
        return {name: written(one) for name, one in told.items()}
    return [written(one) for one in told] if isinstance(told, list | tuple) else told


def read(stored: Any) -> Any:
    """What ``written`` stored; a plain text is nobody's phrase."""
    if isinstance(stored, list | tuple):
        return [read(one) for one in stored]
    if not isinstance(stored, Mapping):
        return stored
    if stored.keys() == {"say"}:
        return _said(*stored["say"])
    return {name: read(one) for name, one in stored.items()}


def _said(phrase: str, values: Mapping[str, Any] | None = None, many: str = "") -> Sentence:
    told = {name: read(one) for name, one in (values or {}).items()}
    return say_many(phrase, many, int(told.pop("n")), **told) if many else say(phrase, **told)


def _kept(values: Mapping[str, object]) -> dict[str, Value]:
    return {name: one if isinstance(one, _VALUES) else str(one) for name, one in values.items()}


def _in_english(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: f"{one:g}" if isinstance(one, float) else one for name, one in values.items()}


def _shown(value: Value, language: Language) -> str:
    if isinstance(value, str):
        return in_language(value, language)
    return language.number(value) if isinstance(value, float) else str(value)
