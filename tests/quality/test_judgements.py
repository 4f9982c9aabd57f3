"""Triage against labelled sentences and real reviews: how good it is, and that it does not get worse.

The figures in the comments were measured on these files; the thresholds lie a little below them. Lists were
written by hand and tuned on every second line only: the other half is held to the same threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

import pytest

from service.domain import Flag
from service.replies.folding import folded
from service.replies.patterns import tokens_of
from service.replies.triage import Triage
from tests.quality.labelled import CATEGORIES, Opined, category, lines, reviews, sentences
from tests.test_triage import judged

pytestmark = [pytest.mark.shared, pytest.mark.large]

PLAIN = {
    "en": {
        "food": "food menu dish meal dinner lunch pizza sushi chicken wine drink drinks delicious taste",
        "service": "service staff waiter waitress server manager rude friendly slow",
        "price": "price prices priced expensive cheap overpriced value worth",
        "ambience": "ambience atmosphere decor music place cozy romantic",
    },
    "fr": {
        "food": "plat plats cuisine repas menu viande poisson dessert desserts vin vins nourriture carte",
        "service": "service serveur serveuse serveurs personnel accueil patron attente",
        "price": "prix cher addition",
        "ambience": "ambiance cadre decor decoration terrasse salle musique lieu",
    },
}


def by_plain_words(language: str) -> Callable[[str], set[str]]:
    words = {name: set(listed.split()) for name, listed in PLAIN[language].items()}
    return lambda text: {
        name for name in words if words[name] & {folded(token.word) for token in tokens_of(text)}
    }


def by_triage(language: str) -> Callable[[str], set[str]]:
    return lambda text: {name for one in judged(text, None, language).topics if (name := category(one.topic))}


def macro_f1(
    opined: Sequence[Opined], told: Callable[[str], set[str]], names: Sequence[str] = CATEGORIES
) -> float:
    found = [(one.spoken, told(one.text)) for one in opined]
    scores = []
    for name in names:
        both = sum(name in spoken and name in heard for spoken, heard in found)
        either = sum((name in spoken) + (name in heard) for spoken, heard in found)
        scores.append(2 * both / either)
    return fmean(scores)


def accuracy(labelled: Sequence[tuple[Triage, bool]]) -> float:
    return fmean(((one.sentiment or 0) > 0) == is_praise for one, is_praise in labelled)


@pytest.mark.parametrize("half", [slice(0, None, 2), slice(1, None, 2)])
def test_english_topics_are_told_clearly_better_than_by_plain_words(shared: Path, half: slice) -> None:
    opined = sentences(shared / "datasets" / "semeval" / "ABSA15_Restaurants_Train.xml")[half]
    ours, plain = macro_f1(opined, by_triage("en")), macro_f1(opined, by_plain_words("en"))
    assert ours > 0.80  # 0.837 of all: 0.855 where it was tuned, 0.816 where it was not; plain words 0.68
    assert ours > plain + 0.05


def test_french_topics_are_told_clearly_better_than_by_plain_words(shared: Path) -> None:
    """The French file was published without its texts: what is measured are the words the opinions are
    about, and of price nothing, whose opinions are about dishes."""
    opined = sentences(shared / "datasets" / "semeval" / "ABSA16FR_Restaurants_Train.xml")
    names = ("food", "service", "ambience")
    ours, plain = (macro_f1(opined, told("fr"), names) for told in (by_triage, by_plain_words))
    assert ours > 0.90  # measured: 0.94
    assert ours > plain + 0.1


@pytest.mark.parametrize("half", [slice(0, None, 2), slice(1, None, 2)])
def test_the_polarity_of_short_sentences_is_told(shared: Path, half: slice) -> None:
    said = lines(shared / "datasets" / "yelp_labelled.txt")[half]
    judgements = [(judged(text, None), is_praise) for text, is_praise in said]
    assert accuracy(judgements) > 0.90  # 0.933; 0.924 where it was not tuned; VADER: 0.83
    assert fmean(one.language == "en" for one, _ in judgements) > 0.99


def test_the_polarity_of_labelled_opinions_is_told(shared: Path) -> None:
    opined = sentences(shared / "datasets" / "semeval" / "ABSA15_Restaurants_Train.xml")
    clear = [(judged(one.text, None), one.is_praise) for one in opined if one.is_praise is not None]
    assert accuracy(clear) > 0.83  # measured: 0.86


def test_the_words_of_real_reviews_agree_with_their_stars(shared: Path) -> None:
    """English and French, their stars hidden from the judgement."""
    said = [(text, stars >= 4) for text, stars in _real(shared) if stars != 3]
    judgements = [(judged(text, None), is_praise) for text, is_praise in said]
    assert accuracy(judgements) > 0.90


def test_ordinary_praise_is_hardly_ever_held_or_taken_for_a_complaint(shared: Path) -> None:
    praise = [text for text, is_praise in lines(shared / "datasets" / "yelp_labelled.txt") if is_praise]
    praise += [text for text, stars in _real(shared) if stars >= 4]
    judgements = [judged(text, 5) for text in praise]
    assert fmean(bool(one.held) for one in judgements) < 0.004
    assert fmean((one.sentiment or 0) < 0 for one in judgements) < 0.02
    assert fmean(one.flags is not None and Flag.TROLL in one.flags for one in judgements) < 0.004


def _real(shared: Path) -> list[tuple[str, int]]:
    return reviews(shared / "datasets" / "google-montreal")
