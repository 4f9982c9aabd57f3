"""The languages this program can speak: English, and one for each folder in ``translations/``.

The strings of the source are English and are their own catalogue. Each other language's compiled catalogue is
kept beside the written one: then a fresh checkout, a wheel and a read-only disk all speak it with no step
between, and a test fails where the two differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

FOLDER = Path(__file__).parent / "translations"
SOURCE = "en"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language by its code ("es", "pt_BR"), with its catalogue."""

    code: str = SOURCE
    catalogue: NullTranslations = field(default_factory=NullTranslations)

    def phrase(self, phrase: str) -> str:
        """As ``sentences.Language``."""
        return self.catalogue.gettext(phrase)

    def phrases(self, one: str, many: str, n: int) -> str:
        """As ``sentences.Language``."""
        return self.catalogue.ngettext(one, many, n)

    def whole(self, n: int) -> str:
        """As ``sentences.Language``: "1,204"."""
        if self.code == SOURCE:
            return f"{n:,}"
        from babel.numbers import format_decimal

        return format_decimal(n, "#,##0", locale=self.code)

    def number(self, x: float) -> str:
        """As ``sentences.Language``: "4.5"."""
        if self.code == SOURCE:
            return f"{x:g}"
        from babel.numbers import format_decimal

        return format_decimal(x, "0.######", locale=self.code)

    def moment(self, local: datetime, pattern: str) -> str:
        """As ``sentences.Language``."""
        from babel.dates import format_datetime

        return format_datetime(local, pattern, locale=self.code)


ENGLISH = Tongue()


def offered() -> tuple[str, ...]:
    """The languages that can be chosen: English, and those with a catalogue, by their codes."""
    return _catalogued(FOLDER)


@cache
def _catalogued(folder: Path) -> tuple[str, ...]:
    return (SOURCE, *sorted(file.parts[-3] for file in folder.glob("*/LC_MESSAGES/messages.mo")))


def tongue_of(code: str) -> Tongue:
    """The language of that code; English where there is no catalogue of it."""
    return _loaded(FOLDER, code) if code in offered() else ENGLISH


@cache
def _loaded(folder: Path, code: str) -> Tongue:
    if code == SOURCE:
        return ENGLISH
    with (folder / code / "LC_MESSAGES" / "messages.mo").open("rb") as opened:
        return Tongue(code, GNUTranslations(opened))
