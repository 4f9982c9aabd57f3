"""What a named person must know is held in four languages, and a manner of speaking is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from statistics import fmean

import pytest

from service.domain import HELD_FLAGS, Flag
from tests.test_triage import judged

SAID: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("held_said.toml").read_text("utf-8")
)
LANGUAGES = ["en", "es", "fr", "de"]
HARMLESS = "harmless"


def held(text: str, language: str) -> frozenset[Flag]:
    return judged(text, 3, language).held


def said(language: str) -> list[tuple[str, str]]:
    return [(flag, text) for flag, texts in SAID[language].items() for text in texts if flag != HARMLESS]


def test_there_are_cases_enough_of_every_flag_in_every_language() -> None:
    assert list(SAID) == LANGUAGES
    assert all(set(flags) == {*HELD_FLAGS, HARMLESS} for flags in SAID.values())
    assert sum(len(texts) for flags in SAID.values() for texts in flags.values()) >= 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_anything_that_matters_is_missed(language: str) -> None:
    missed = [f"{flag}: {text}" for flag, text in said(language) if not held(text, language)]
    assert len(missed) / len(said(language)) <= 0.05, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_held_for_the_right_reason(language: str) -> None:
    right = fmean(flag in held(text, language) for flag, text in said(language))
    assert right >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manner_of_speaking_is_hardly_ever_held(language: str) -> None:
    wrong = [text for text in SAID[language][HARMLESS] if held(text, language)]
    assert len(wrong) / len(SAID[language][HARMLESS]) <= 0.1, wrong
