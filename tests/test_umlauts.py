"""German without umlauts is read as if it had them, and nothing else is."""

from __future__ import annotations

import pytest

from service.replies.patterns import tokens_of
from service.replies.umlauts import with_umlauts
from tests.test_triage import Flag, flags


def words(text: str) -> str:
    return " ".join(token.word for token in with_umlauts(text, tokens_of(text)))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Ueber der Kueche schoene Maeuse", "uber der kuche schone mause"),
        ("Fuer neue Frauen eine Quelle, teuer bezahlt", "fur neue frauen eine quelle teuer bezahlt"),
        ("Über der Kueche", "uber der kueche"),
        ("Michael war in Moers", "michael war in moers"),
    ],
)
def test_a_text_is_respelt_where_it_says_that_it_has_no_umlauts(text: str, read: str) -> None:
    assert words(text) == read


def test_what_is_written_without_umlauts_is_judged_alike() -> None:
    assert Flag.SAFETY in flags("In der Kueche haben wir Maeuse ueber die Platte laufen sehen", 1, "de")


def test_a_letter_of_two_is_folded_as_two() -> None:
    assert [token.word for token in tokens_of("Œufs, cœur")] == ["oeufs", "coeur"]
