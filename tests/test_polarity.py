"""Polarity: what a text praises or blames, in four languages, and where it speaks against its stars."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from service.domain import Flag, Urgency
from service.replies import polarity as module
from service.replies.patterns import compiled, tokens_of
from service.replies.polarity import GRADES, grades, tone
from tests.test_triage import judged

SAID: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("polarity_said.toml").read_text("utf-8")
)
CASES = [
    (code, mood, text) for code, moods in SAID.items() for mood, texts in moods.items() for text in texts
]


def polarity(text: str, language: str = "en") -> float:
    found = grades(language)
    assert found is not None
    return tone(found.opinions(tokens_of(text)), text).polarity


@pytest.mark.parametrize(("code", "mood", "text"), CASES)
def test_praise_is_above_nothing_and_blame_below(code: str, mood: str, text: str) -> None:
    assert polarity(text, code) > 0 if mood == "praise" else polarity(text, code) < 0


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("The food was good", "The food was very good"),
        ("The food was good", "The food was amazing"),
        ("The food was bland", "The food was a bit bland"),
        ("The food was not good", "The food was good"),
        ("The food was awful", "The food was bad"),
        ("The staff was rude", "The staff was not rude"),
        ("Great food but terrible service", "Terrible service but great food"),
        ("Nice 😡", "Nice"),
        ("Lunch", "Lunch 😍"),
        ("Good", "Good. Good. Good."),
    ],
)
def test_what_turns_or_weighs_a_word_is_heard(less: str, more: str) -> None:
    assert polarity(less) < polarity(more)


def test_nothing_said_is_nothing_told() -> None:
    assert tone((), "") == module.Tone(0.0, 0.0)
    assert polarity("We came on a Tuesday") == 0


def test_a_text_that_contradicts_itself_agrees_less() -> None:
    found = grades("en")
    assert found is not None
    one, two = (
        tone(found.opinions(tokens_of(text)), text) for text in ("Great food", "Great food, rude staff")
    )
    assert one.agreement == 1 > two.agreement


# Against the stars


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Worst meal of my life, the waiter was rude and the food was cold", "en"),
        ("Pésimo servicio, la comida fría y el camarero muy maleducado", "es"),
        ("Accueil désagréable, plats froids, à éviter", "fr"),
        ("Furchtbar unfreundlich, kaltes Essen, nie wieder", "de"),
    ],
)
def test_a_complaint_under_five_stars_is_told_and_as_urgent_as_its_words(text: str, language: str) -> None:
    found = judged(text, 5, language)
    assert found.sentiment is not None and found.sentiment < 0
    assert found.urgency is Urgency.HIGH
    assert found.reasons[0] == "5 stars; the text complains, whatever the stars say"
    assert found.reasons[1].startswith("text and stars disagree: 5 stars, yet the text complains: '")
    assert found.flags is not None and Flag.PRAISE not in found.flags


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Best pizza in town, wonderful staff, we loved it", "en"),
        ("Excelente trato y comida riquísima, volveremos", "es"),
        ("Excellent repas, accueil chaleureux", "fr"),
        ("Hervorragendes Essen und sehr freundliche Bedienung", "de"),
    ],
)
def test_praise_under_one_star_is_told_and_stays_urgent(text: str, language: str) -> None:
    found = judged(text, 1, language)
    assert found.sentiment is not None and found.sentiment > 0
    assert found.urgency is Urgency.HIGH
    assert found.reasons[1].startswith("text and stars disagree: 1 star, yet the text praises: '")


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("Great food, a little slow at lunch", 4),
        ("Lovely place, but the music was loud", 5),
        ("Nice decor. The food was bland and the waiter rude.", 1),
        ("Good location, everything else was bad", 2),
    ],
)
def test_a_mixed_text_does_not_speak_against_its_stars(text: str, stars: int) -> None:
    assert not any("disagree" in reason for reason in judged(text, stars).reasons)


def test_stars_tell_what_words_do_not() -> None:
    assert judged("We came on a Tuesday", 5).sentiment == 1
    assert judged(None, 1).sentiment == -1
    assert judged("O atendimento foi péssimo, nunca mais volto a este lugar", 5).sentiment == 1
    assert judged("We came on a Tuesday", None).sentiment == 0
    assert judged(None, None).sentiment is None


def test_a_topic_knows_whether_it_was_praised_or_blamed() -> None:
    found = {one.topic: one for one in judged("The food was delicious, but the waiter was rude", 3).topics}
    assert found["food"].praised and not found["food"].blamed  # type: ignore[index]
    assert found["staff"].blamed and not found["staff"].praised  # type: ignore[index]


# The lists


@pytest.mark.parametrize("code", [code for code in module._raw() if code != "emoji"])
def test_every_entry_is_well_formed(code: str) -> None:
    raw = module._raw()[code]
    assert set(raw) == {*GRADES, "more", "less", "not"}
    for grade in GRADES:
        for entry in module._entries(raw[grade]):
            assert compiled(entry)
