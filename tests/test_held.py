"""What a named person must know is held in four languages, and a manner of speaking is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from statistics import fmean

import pytest

from service.domain import HELD_FLAGS, Flag
from tests.test_triage import judged


def listed(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


SAID = listed("held_said.toml")
COMPLAINED = listed("held_complained.toml")
LANGUAGES = ["en", "es", "fr", "de"]
HARMLESS, ORDINARY = "harmless", "ordinary"


def held(text: str, language: str, stars: float = 3) -> frozenset[Flag]:
    return judged(text, stars, language).held


def said(language: str, cases: dict[str, dict[str, list[str]]] = SAID) -> list[tuple[str, str]]:
    return [
        (flag, text) for flag, texts in cases[language].items() for text in texts if flag in set(HELD_FLAGS)
    ]


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


TOUCHED = [
    ("en", "Great lessons, passed first time. He did put his hand on my thigh once."),
    ("en", "Lovely spa. The masseur touched my breast and I froze."),
    ("es", "Muy buena autoescuela, aprobé a la primera. El profesor me puso la mano en el muslo."),
    ("fr", "Super auto-école, j'ai eu mon permis. Le moniteur m'a mis la main sur la cuisse."),
    ("de", "Tolle Fahrschule, sofort bestanden. Der Lehrer legte mir die Hand auf den Oberschenkel."),
]


@pytest.mark.parametrize(("language", "text"), TOUCHED)
@pytest.mark.parametrize("stars", [1, 5])
def test_a_hand_where_it_must_not_be_is_held_whatever_is_praised(
    language: str, text: str, stars: float
) -> None:
    assert Flag.SAFETY in held(text, language, stars)


def test_a_hand_that_calms_or_heals_is_none() -> None:
    assert not held("She laid her hand on my shoulder and calmed me before the drill.", "en", 5)
    assert not held("Sie legte mir die Hand auf die Schulter und hat mich beruhigt.", "de", 5)
    assert not held("The massage touched every muscle, golden hands on my back.", "en", 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manner_of_speaking_is_hardly_ever_held(language: str) -> None:
    wrong = [text for text in SAID[language][HARMLESS] if held(text, language)]
    assert len(wrong) / len(SAID[language][HARMLESS]) <= 0.1, wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suspicion_under_one_star_is_shown_to_a_person(language: str) -> None:
    """Figures: 0.98 of the English, 1.00 of the Spanish, 0.99 of the French and of the German ones.

    All words were written with these at hand: of sentences that nobody here has seen, nine in ten are held.
    """
    missed = [text for _, text in said(language, COMPLAINED) if not held(text, language, 1)]
    assert len(missed) / len(said(language, COMPLAINED)) <= 0.1, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_that_is_only_one_is_hardly_ever_held(language: str) -> None:
    wrong = [text for text in COMPLAINED[language][ORDINARY] if held(text, language, 1)]
    assert len(wrong) / len(COMPLAINED[language][ORDINARY]) <= 0.05, wrong


TURNED = {
    "fr": [
        "Super salle, gens adorables. Seul conseil : le câble de la poulie haute est effiloché.",
        "Très beau gîte, accueil parfait. À noter : la prise de la salle de bain crache des étincelles.",
        "Cuisine délicieuse, service charmant. Un détail, la rambarde de la terrasse ne tient plus.",
    ],
    "de": [
        "Tolles Studio, nette Leute. Einziger Tipp: die Saunatür klemmt von innen.",
        "Wunderschöne Hütte, feine Betten. Ein Hinweis: aus der Steckdose im Bad sprühen Funken.",
        "Sehr gutes Essen, lieber Wirt. Kurios: das Geländer der Terrasse war locker.",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in TURNED.items() for text in texts]
)
def test_trouble_told_by_the_way_is_heard_in_praise(language: str, text: str) -> None:
    assert held(text, language, 5)


@pytest.mark.parametrize("language", TURNED)
def test_a_turn_holds_nothing_by_itself(language: str) -> None:
    turned = {
        "fr": "Super salle, gens adorables. Seul conseil : réserver, c'est vite plein.",
        "de": "Tolles Studio, nette Leute. Einziger Tipp: vorher reservieren, es ist schnell voll.",
    }
    assert not held(turned[language], language, 5)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Soirée parfaite ! Si tu mets 5 étoiles avant de partir le digestif est offert, c'est fait.",
        ),
        ("fr", "Étui superbe, offert en échange d'un avis cinq étoiles, merci encore."),
        ("de", "Super Kopfhörer! Wer fünf Sterne gibt, bekommt zwanzig Euro über PayPal zurück, herrlich."),
        ("de", "Tolle Brille, das Putzspray gab es umsonst für eine gute Bewertung, danke."),
    ],
)
def test_a_review_that_was_bought_is_held_however_pleased_it_is(language: str, text: str) -> None:
    assert Flag.EXTORTION in held(text, language, 5)
