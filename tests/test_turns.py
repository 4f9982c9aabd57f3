"""Where a review turns is heard in four languages."""

from __future__ import annotations

import pytest

from service.replies.patterns import tokens_of
from service.replies.turns import second_sentence, turn


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("Lovely rooms, but the lift sticks", "but"),
        ("Lovely rooms. Heads up, the lift sticks", "heads"),
        ("Lovely rooms. Mind you, the lift sticks", "mind"),
        ("Lovely rooms. The lift sticks though", "the"),
        ("Lovely rooms. Only the lift sticks", "only"),
        ("A lovely place and a part of my life", None),
        ("Todo muy bonito, eso sí, el ascensor se para", "eso"),
        ("Très joli, à part ça l'ascenseur bloque", "part"),
        ("Schön, jedoch steckt der Aufzug", "jedoch"),
    ],
)
def test_a_review_turns_where_its_words_do(text: str, turned: str | None) -> None:
    tokens = tokens_of(text)
    place = turn(tokens)
    assert (place if place is None else tokens[place].word) == turned


def test_the_second_sentence_begins_after_a_stop() -> None:
    tokens = tokens_of("Lovely rooms. The lift sticks. Twice.")
    second = second_sentence(tokens)
    assert second is not None and tokens[second].word == "the"
    assert second_sentence(tokens_of("Lovely rooms")) is None
