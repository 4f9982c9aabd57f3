"""What the desk says, in the reader's language: ``gettext``, ``counted``, and words held before anybody asks.

``N_`` marks a phrase for the catalogues and leaves it as it is; ``Phrases`` says it when it is looked up. A
plain str comes out. Texts of customers, packs and rows are never phrases: they are put into them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from babel.numbers import format_decimal
from flask import g, has_app_context
from flask_babel import get_locale, get_translations
from markupsafe import Markup

from service.sentences import Sentence
from service.tongues import SOURCE, Tongue

K = TypeVar("K")
T = TypeVar("T")


def N_(phrase: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction knows
    """The same phrase: it is translated where it is said."""
    return phrase


def language() -> str:
    """The language of this request by its code; English where nobody asks."""
    return str(get_locale() or SOURCE)


def catalogue() -> Any:
    """The phrases of this request's language, asked for once: a page may say a thousand of them."""
    if not has_app_context():
        return get_translations()
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def said(told: T) -> T | str:
    """A sentence of a layer below in the reader's language; anything else as it is."""
    return told.in_language(Tongue(language(), catalogue())) if isinstance(told, Sentence) else told


def gettext(phrase: str, **values: object) -> str:
    """A phrase in the reader's language, with what its ``%(name)s`` stand for put in."""
    told = str(catalogue().ugettext(phrase))
    return told % _said(values) if values else told


def on_page(phrase: str, **values: object) -> Markup:
    """The same in a template: the phrase may hold marks of HTML, what is put into it is escaped."""
    return Markup(catalogue().ugettext(phrase)) % _said(values)  # noqa: S704 - phrases are ours


def whole(n: int) -> str:
    """A whole number with its thousands parted: "1,204"."""
    return format_decimal(n, "#,##0", locale=language())


def counted(one: str, many: str, n: int, **more: object) -> str:
    """``counted("%(n)s review", "%(n)s reviews", 2)`` is "2 reviews"."""
    return str(catalogue().ungettext(one, many, n)) % {"n": whole(n), **_said(more)}


def counted_on_page(one: str, many: str, n: int, **more: object) -> Markup:
    """The same in a template: the phrase may hold marks of HTML, what is put into it is escaped."""
    told = Markup(catalogue().ungettext(one, many, n))  # noqa: S704 - phrases are ours
    return told % {"n": whole(n), **_said(more)}


def _said(values: Mapping[str, object]) -> dict[str, object]:
    return {name: said(value) for name, value in values.items()}


class Phrases(Mapping[K, str]):
    """What a closed set is called: a mapping whose phrases come out translated."""

    def __init__(self, phrases: Mapping[K, str]) -> None:
        self._phrases = dict(phrases)

    def __getitem__(self, key: K) -> str:
        return gettext(self._phrases[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self._phrases)

    def __len__(self) -> int:
        return len(self._phrases)
