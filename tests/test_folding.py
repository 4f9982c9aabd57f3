"""Words without their looks."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Item, Moment, Precision, Route, Scale
from service.watch.folding import (
    Words,
    bare,
    content_sha256,
    folded,
    opening,
    own_words,
    same_words,
    score,
)
from tests.ledger import START, reply, words
from tests.yardstick import in_yardsticks


@pytest.mark.parametrize(
    ("shown", "compared"),
    [
        (None, ""),
        ("", ""),
        ("  Good\n\tfood ", "good food"),
        ("Good food…", "good food"),
        ("Good food... More", "good food"),
        ("Good food …more", "good food"),
        ("Good food\nRead more", "good food"),
        ("Gutes Essen … Mehr", "gutes essen"),
        ("Muy bueno… Ver más", "muy bueno"),
        ("好吃… 更多", "好吃"),
        ("\uff27\uff4f\uff4f\uff44\u00a0ﬁsh", "good fish"),
        ("Straße", "strasse"),
        ("go\u00ado\u200bd", "good"),
        ("Good food.", "good food."),
        ("Good food. More", "good food."),
        ("More", ""),
        ("Nevermore", "nevermore"),
        ("surplus", "surplus"),
    ],
)
def test_folded_text_is_what_two_routes_are_compared_by(shown: str | None, compared: str) -> None:
    assert folded(shown) == compared


@given(st.text(max_size=60) | st.text(alphabet=" .…moreMORE更多\n", max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("tail", ["." * 50_000 + "x", " more" * 20_000, ". " * 50_000, "…" * 50_000])
def test_a_hostile_tail_takes_no_longer_than_its_length(tail: str) -> None:
    before = process_time()
    folded(f"Good food {tail}")
    assert in_yardsticks(process_time() - before) < 20


def test_the_opening_is_eighty_characters_whatever_comes_before() -> None:
    assert opening("\n" * 50 + "a" * 500) == "a" * 80


def test_emoji_and_quotes_make_no_other_words() -> None:
    assert bare("It\u2019s “great” 👍👍!") == bare("It's great!")


@pytest.mark.parametrize(
    ("text", "own", "translated"),
    [
        ("Gut.", "Gut.", False),
        ("(Translated by Google) Good.\n\n(Original)\nGut.", "Gut.", False),
        ("(Translated by Google) Good. (Original) Gut.", "Gut.", False),
        ("Gut.\n\n(Translated by Google)\nGood.", "Gut.", False),
        ("(Translated by Google) Good.", "Good.", True),
        ("(Übersetzt von Google) Gut.\n\n(Original)\nGood.", "Good.", False),
        ("(由 Google 翻譯) 好\n\n(原始)\nGood.", "Good.", False),
        ("(Traduit par Google) Bien.\n\n(Avis d'origine)\nGood.", "Good.", False),
        ("I found it on (google) maps", "I found it on (google) maps", False),
        ("They lie (translated by Google it says) all day", None, False),
    ],
)
def test_a_machine_translation_inside_a_text_is_taken_out(
    text: str, own: str | None, translated: bool
) -> None:
    item = own_words(words("anna", text=text))
    assert (item.text, item.translated) == (own or text, translated)


def test_an_owners_reply_keeps_its_own_words_too() -> None:
    item = own_words(words("anna", reply=reply("(Translated by Google) Thanks.\n\n(Original)\nDanke.")))
    assert item.reply is not None
    assert (item.reply.text, item.translated) == ("Danke.", False)


def test_scores_of_two_scales_can_be_the_same() -> None:
    eight = Item(scale=Scale.POINTS10, rating=Decimal(8))
    four = Item(scale=Scale.STARS5, rating=Decimal("4.0"), best=Decimal(5))
    assert score(eight) == score(four)
    assert score(Item(recommends=True)) == (None, True)
    assert score(Item(rating=Decimal("NaN"))) == (None, None)
    assert score(Item(rating=Decimal(4), best=Decimal("Infinity"))) == score(four)
    assert score(Item(rating=Decimal(4), best=Decimal(0))) == score(four)


def _words(
    text: str | None, route: Route = Route.PAGE, *, complete: bool = True, translated: bool = False
) -> Words:
    return Words(route, text, complete, translated)


SAME = [
    (_words("Good food."), _words("good  food.")),
    (_words("Good food, bad cof", complete=False), _words("Good food, bad coffee.")),
    (_words("Good food"), _words("Bueno", translated=True)),
    (_words("It's good 👍"), _words("It\u2019s good", Route.API)),
    (_words(None), _words("Good", Route.API)),
    (_words(None, complete=False), _words("Good")),
]
OTHER = [
    (_words("Good food."), _words("Bad food.")),
    (_words("Good food"), _words("Good food, but slow")),
    (_words("It's good 👍"), _words("It's good")),
    (_words(None), _words("Good")),
    (_words("Good food, bad tea", complete=False), _words("Good food, bad coffee.")),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_one_version(one: Words, other: Words) -> None:
    assert same_words(one, other)
    assert same_words(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_these_are_two_versions(one: Words, other: Words) -> None:
    assert not same_words(one, other)
    assert not same_words(other, one)


def test_content_is_what_was_said_not_how_it_was_found() -> None:
    plain = words("anna", posted=Moment("2 months ago", START, Precision.RELATIVE))
    later = words(
        "anna",
        ids=(),
        permalink="https://town.example/?session=2",
        posted=Moment("3 months ago", START, Precision.RELATIVE),
    )
    assert content_sha256(plain) == content_sha256(later)


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Something else."},
        {"text_complete": False},
        {"rating": Decimal(1)},
        {"recommends": False},
        {"title": "A title"},
        {"reply": reply()},
        {"author": "Somebody"},
        {"translated": True},
    ],
)
def test_content_changes_with_what_is_said(other: dict[str, object]) -> None:
    assert content_sha256(words("anna")) != content_sha256(words("anna", **other))
