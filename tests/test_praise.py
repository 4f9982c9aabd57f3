"""Ordinary praise of all trades is not held, whatever pain, fear or danger somebody was rid of here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from service.domain import Flag
from tests.test_triage import judged

SAID: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("praise_said.toml").read_text("utf-8")
)
STARS = {"five": 5.0, "four": 4.0}
LANGUAGES = ["en", "es", "fr", "de"]


def held(text: str, language: str, stars: float = 5) -> frozenset[Flag]:
    return judged(text, stars, language).held


def test_there_is_praise_enough_in_every_language() -> None:
    assert list(SAID) == LANGUAGES
    assert all(set(by_stars) == set(STARS) for by_stars in SAID.values())
    assert all(sum(map(len, by_stars.values())) >= 50 for by_stars in SAID.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_any_praise_is_held(language: str) -> None:
    said = [(text, STARS[name]) for name, texts in SAID[language].items() for text in texts]
    wrong = [text for text, stars in said if held(text, language, stars)]
    assert len(wrong) / len(said) <= 0.01, wrong


AMENDS = {
    "en": "Love this salon. The bleach burned my scalp and she fixed it for free.",
    "es": "La peluquera es un encanto. Me quemó el cuero cabelludo con el tinte y lo arregló gratis.",
    "fr": "Coiffeuse adorable. Elle m'a brûlé le cuir chevelu et l'a réparé gratuitement.",
    "de": "Nette Friseurin. Sie hat mir die Kopfhaut verbrannt und es am selben Tag behoben.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_harm_that_was_done_here_is_held_where_amends_are_praised(language: str) -> None:
    assert Flag.INJURY in held(AMENDS[language], language)


CURED = "I tore my hamstring and could hardly walk, the pain is gone"


def test_what_was_cured_is_told_in_words_that_complain() -> None:
    assert not held(f"{CURED}.", "en", 5)
    assert held(f"{CURED} and the physio burned my leg.", "en", 5)


def test_what_stands_after_a_turn_is_not_excused_by_what_was_cured() -> None:
    assert held("The pain in my back is gone, but the physio broke my rib.", "en", 5)


def test_under_poor_stars_nothing_is_excused_by_what_was_cured() -> None:
    assert held("I tore my hamstring on their treadmill. The pain has gone since.", "en", 2)
