"""Which of our reviews is this card on a page?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.domain import Item, Moment, Precision, Route
from service.watch.cards import Card, CardMatch, Sureness, recognise
from service.watch.identity import KnownReview
from tests.ledger import DAY, START, on
from tests.test_identity import WORDS, anna, known

NOBODY = CardMatch(Sureness.NONE)


def card(**more: Any) -> Card:
    """Anna's card as a page shows it: no id, and only the opening."""
    chosen = more.pop("chosen", None)
    item = anna(**more)
    text = item.text and item.text[:80]
    return Card(replace(item, text=text, text_complete=False), chosen)


def found(one: Card, *reviews: KnownReview) -> CardMatch:
    return recognise([one], reviews, START + DAY)[0]


def stars(**more: Any) -> Item:
    return anna(**{"text": None, "posted": on(0)} | more)


def test_an_equal_id_is_the_review_whatever_the_page_shows_beside_it() -> None:
    other = card(ids=(("town", "1"),), author="Somebody Else", text="Other words altogether, and many.")
    assert found(other, known(1, anna(ids=(("town", "1"),)))) == CardMatch(Sureness.EXACT, (1,))


def test_writer_rating_and_opening_are_likely_where_one_review_has_them() -> None:
    assert found(card(), known(1, anna()), known(2, anna(author="Bert"))) == CardMatch(Sureness.LIKELY, (1,))


def test_two_reviews_with_the_same_words_are_shown_both() -> None:
    assert found(card(), known(1, anna()), known(2, anna())) == CardMatch(Sureness.ASK, (1, 2))


def test_the_review_a_person_chose_is_likely_and_any_other_is_not_taken() -> None:
    two = known(1, anna()), known(2, anna()), known(3, anna(author="Bert"))
    assert found(card(chosen=2), *two) == CardMatch(Sureness.LIKELY, (2,))
    assert found(card(chosen=3), *two) == CardMatch(Sureness.ASK, (1, 2))


def test_choosing_a_review_that_is_nothing_like_the_card_gets_nothing() -> None:
    assert found(card(author="Carl", chosen=1), known(1, anna())) == NOBODY


def test_two_cards_that_look_like_one_review_are_a_question_each() -> None:
    ask = CardMatch(Sureness.ASK, (1,))
    assert recognise([card(), card()], [known(1, anna())], START) == [ask, ask]


def test_a_card_with_the_id_leaves_its_likeness_without_one_to_a_person() -> None:
    mine = known(1, anna(ids=(("town", "1"),)))
    both = recognise([card(ids=(("town", "1"),)), card()], [mine], START)
    assert both == [CardMatch(Sureness.EXACT, (1,)), CardMatch(Sureness.ASK, (1,))]


def test_stars_alone_are_known_by_name_stars_and_date_and_only_to_be_checked() -> None:
    shown = Moment("yesterday", START, Precision.RELATIVE)
    assert found(Card(stars(posted=shown)), known(1, stars())) == CardMatch(Sureness.ASK, (1,))


def test_stars_alone_at_another_time_or_at_none_are_nobody() -> None:
    long_ago = Moment("2 years ago", START - 730 * DAY, Precision.RELATIVE)
    assert found(Card(stars(posted=long_ago)), known(1, stars())) == NOBODY
    assert found(Card(stars(posted=None)), known(1, stars())) == NOBODY


def test_stars_that_a_mail_told_without_a_date_are_as_old_as_the_mail() -> None:
    mailed = known(1, stars(posted=None), route=Route.MAIL)
    assert found(Card(stars(posted=on(0))), mailed) == CardMatch(Sureness.ASK, (1,))
    assert found(Card(stars(posted=on(-90))), mailed) == NOBODY


def test_a_name_alone_is_never_a_match() -> None:
    bare = Card(Item(author="Anna Example"))
    assert found(bare, known(1, anna()), known(2, stars())) == NOBODY


def test_other_stars_or_other_words_are_nobody() -> None:
    assert found(card(rating=Decimal(1)), known(1, anna())) == NOBODY
    assert found(card(text="Something else entirely was written here by Anna."), known(1, anna())) == NOBODY


def test_another_id_of_the_same_kind_is_another_review() -> None:
    assert found(card(ids=(("town", "2"),)), known(1, anna(ids=(("town", "1"),)))) == NOBODY


def test_a_card_that_shows_more_of_a_cut_text_is_still_the_review() -> None:
    cut = anna(text=WORDS[:40], text_complete=False)
    assert found(card(), known(1, cut)) == CardMatch(Sureness.LIKELY, (1,))


@given(st.text(max_size=90), st.sampled_from([None, 1, 4, 5]), st.sampled_from([None, -700, -40, 0]))
def test_nobody_is_matched_by_name_whatever_else_the_page_makes_up(
    text: str, rating: int | None, day: int | None
) -> None:
    """Unless the opening words, or the stars with their date, are the review's own."""
    made_up = Item(
        author="Anna Example",
        text=text or None,
        text_complete=False,
        rating=rating and Decimal(rating),
        best=Decimal(5),
        posted=on(day) if day is not None else None,
    )
    match = found(Card(made_up), known(1, anna(text=f"~{WORDS}")), known(2, stars(author="Bert")))
    assert match == NOBODY


@given(st.lists(st.sampled_from(range(4)), max_size=6), st.permutations(range(4)))
def test_a_match_is_the_same_whatever_order_the_reviews_come_in(cards: list[int], order: list[int]) -> None:
    kinds = [anna(), anna(author="Bert"), stars(), anna(ids=(("town", "9"),))]
    reviews = [known(number, kinds[number]) for number in range(4)]
    shown = [Card(kinds[number]) for number in cards]
    usual = recognise(shown, reviews, START + timedelta(hours=1))
    mixed = recognise(shown, [reviews[number] for number in order], START + timedelta(hours=1))
    assert [(m.sureness, set(m.candidates)) for m in usual] == [
        (m.sureness, set(m.candidates)) for m in mixed
    ]
