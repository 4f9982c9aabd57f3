"""Sentences are English at once, and can be said in another language later."""

from __future__ import annotations

import json
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from service.errors import AnswerRefused
from service.models.columns import ToldText
from service.sentences import Sentence, in_language, listed, read, say, say_many, whole, written
from service.tongues import ENGLISH, Tongue, tongue_of

SPANISH = {
    "%(n)s review": "%(n)s reseña",
    "%(n)s reviews": "%(n)s reseñas",
    "Kept by %(name)s.": "Guardado por %(name)s.",
    "nobody": "nadie",
    " or ": " o ",
    "wait": "espera",
    "price": "precio",
    "%(rating)s stars": "%(rating)s estrellas",
}


class Words(NullTranslations):
    """A catalogue of a few phrases."""

    def gettext(self, message: str) -> str:
        return SPANISH.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


TONGUE = Tongue("es", Words())


@pytest.mark.parametrize(
    ("told", "english", "spanish"),
    [
        (say("nobody"), "nobody", "nadie"),
        (say("Kept by %(name)s.", name="100 % Ann"), "Kept by 100 % Ann.", "Guardado por 100 % Ann."),
        (say("Kept by %(name)s.", name=say("nobody")), "Kept by nobody.", "Guardado por nadie."),
        (say("%(rating)s stars", rating=4.5), "4.5 stars", "4,5 estrellas"),
        (say_many("%(n)s review", "%(n)s reviews", 1), "1 review", "1 reseña"),
        (say_many("%(n)s review", "%(n)s reviews", 12_000), "12,000 reviews", "12.000 reseñas"),
        (listed([say("wait"), say("price")], say(" or ")), "wait or price", "espera o precio"),
        (listed([say("wait"), "100 %"]), "wait, 100 %", "espera, 100 %"),
        (listed([]), "", ""),
        (whole(say("nobody")), "Nobody.", "Nadie."),
        (say("no one translated it"), "no one translated it", "no one translated it"),
    ],
)
def test_a_sentence_is_english_and_can_be_said_in_another_language(
    told: Sentence, english: str, spanish: str
) -> None:
    assert told == english
    assert in_language(told, TONGUE) == spanish
    assert in_language(told, ENGLISH) == english


def test_what_a_customer_wrote_is_never_a_phrase() -> None:
    assert in_language("nobody", TONGUE) == "nobody"
    assert in_language(say("Kept by %(name)s.", name="nobody"), TONGUE) == "Guardado por nobody."


def test_an_error_carries_its_sentence_as_far_as_its_text() -> None:
    refused = AnswerRefused(say("Kept by %(name)s.", name="Ann"))
    assert f"{refused}" == "Kept by Ann."
    assert in_language(str(refused), TONGUE) == "Guardado por Ann."


values = st.text(max_size=20) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
nested = st.recursive(values, lambda inner: inner.map(lambda one: say("Kept by %(name)s.", name=one)))
told = st.recursive(
    nested, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one, max_size=3)
)


@given(told)
def test_what_is_stored_comes_back_and_can_still_be_said(value: object) -> None:
    stored = json.loads(json.dumps(written(value)))
    again = read(stored)
    assert again == value
    assert written(again) == written(value)


def test_a_language_nobody_wrote_is_english() -> None:
    assert tongue_of("tlh") is ENGLISH
    assert tongue_of("../es") is ENGLISH


@pytest.mark.parametrize("text", ["plain", '{"say":', '{"say": ["%(name)s"]}', '{"say": 1}', "{}"])
def test_what_others_wrote_is_never_taken_for_a_sentence_of_ours(text: str) -> None:
    column = ToldText()
    stored = column.process_bind_param(text, sqlite.dialect())
    assert column.process_result_value(stored, sqlite.dialect()) == text


def test_a_sentence_in_a_column_of_text_comes_back_as_one() -> None:
    column = ToldText()
    stored = column.process_bind_param(say("Kept by %(name)s.", name="Ada"), sqlite.dialect())
    told = column.process_result_value(stored, sqlite.dialect())
    assert told is not None
    assert in_language(told, TONGUE) == "Guardado por Ada."
