"""The catalogues that ship: nothing missing, nothing left over, nothing that could do harm."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from babel.messages.mofile import write_mo

from service.web.language import FOLDER
from tests import catalogues

PLACED = re.compile(r"%\(\w+\)s|</?\w[^>]*>")
LANGUAGES = sorted(catalogues.written())


def translations() -> Iterator[tuple[str, str, str]]:
    """Language, phrase and translation, of all that is translated; each plural form stands for itself."""
    for language, catalogue in catalogues.written().items():
        for message in catalogue:
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            phrase = message.id[1] if isinstance(message.id, tuple | list) else message.id
            yield from ((language, phrase, one) for one in said if one and phrase)


def test_every_string_is_gathered() -> None:
    found = catalogues.phrases(catalogues.sources())
    assert len(found) > 900
    assert {"Inbox", ("%(n)s mail needs you", "%(n)s mails need you"), "answered in public"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_the_phrases_of_the_sources_and_no_others(language: str) -> None:
    """``make messages`` puts this right."""
    assert catalogues.phrases(catalogues.written()[language]) == catalogues.phrases(catalogues.sources())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_desk_loads_is_what_was_written(language: str) -> None:
    """``make messages`` puts this right."""
    made = io.BytesIO()
    write_mo(made, catalogues.written()[language])
    assert (FOLDER / language / "LC_MESSAGES" / "messages.mo").read_bytes() == made.getvalue()


def test_a_translation_has_the_placeholders_and_the_marks_of_its_phrase() -> None:
    wrong = [
        (language, phrase, said)
        for language, phrase, said in translations()
        if sorted(PLACED.findall(phrase)) != sorted(PLACED.findall(said))
    ]
    assert wrong == []


def test_no_phrase_or_translation_can_end_an_attribute_it_stands_in() -> None:
    """Some stand in ``aria-label="…"``: outside of a tag of their own they hold no plain quotation mark."""
    said = [(language, one) for language, _phrase, one in translations()]
    assert [one for one in said if '"' in PLACED.sub("", one[1])] == []


def test_a_phrase_is_bracketed_around_what_is_put_into_it() -> None:
    assert catalogues.bracketed("Kept by <bdi>%(name)s</bdi>.") == "⟦Kept by ⟧<bdi>%(name)s</bdi>⟦.⟧"
