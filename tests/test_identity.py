"""Whose review is this?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Item, Moment, Precision, Route, Scale
from service.watch.faces import mark
from service.watch.hearing import hear
from service.watch.identity import Index, KnownReview, Likeness, Match, matched, same_review
from tests.ledger import DAY, HOUR, START, on, words
from tests.yardstick import LINEAR, growth

WORDS = "The soup was cold, the waiter was kind, and the bill was right in the end, so we shall come again."


def known(number: int, item: Item, *more: Item, route: Route = Route.PAGE, **facts: Any) -> KnownReview:
    """A stored review, read from these items by one route."""
    heard = tuple(hear(route, START, one) for one in (item, *more))
    ids = frozenset(pair for one in (item, *more) for pair in one.ids)
    return KnownReview(number, ids, item, heard, **facts)


def ask(item: Item, *reviews: KnownReview, route: Route = Route.MAIL) -> Match:
    return same_review(item, Index(reviews), route, START + HOUR)


def anna(**more: Any) -> Item:
    """Anna's review, on a site that gives no ids."""
    return words("anna", **{"ids": (), "text": WORDS} | more)


def test_an_equal_id_is_the_same_review_whatever_else_differs() -> None:
    before = known(1, words("anna"))
    now = Item(ids=(("town", "anna"), ("town.api", "x")), author="Somebody else", rating=Decimal(1))
    assert ask(now, before) == Match(Likeness.EXACT, (before,))


def test_equal_values_of_two_kinds_are_not_one_id() -> None:
    assert (
        ask(Item(ids=(("town.api", "anna"),), text="Fine."), known(1, words("anna"))).likeness is Likeness.NEW
    )


def test_two_ids_of_one_kind_are_two_reviews_however_alike() -> None:
    twin = words("anna", ids=(("town", "other"),))
    assert ask(twin, known(1, words("anna")), route=Route.PAGE).likeness is Likeness.NEW


def test_ids_of_two_kinds_leave_it_to_likeness() -> None:
    before = known(1, words("anna"))
    assert ask(words("anna", ids=(("town.api", "x"),)), before) == Match(Likeness.LIKELY, (before,))


def test_an_item_with_the_ids_of_two_reviews_proves_them_one() -> None:
    one, two = known(1, words("anna")), known(2, words("ben"))
    both = Item(ids=(("town", "ben"), ("town", "anna")))
    assert ask(both, two, one) == Match(Likeness.EXACT, (one, two))


ALIKE: list[tuple[str, dict[str, Any]]] = [
    ("the same", {}),
    ("drawn otherwise", {"author": "ANNA  example", "text": WORDS.upper()}),
    ("cut by the mail", {"text": WORDS[:60] + "… More", "text_complete": False}),
    ("changed after the opening", {"text": WORDS[:85] + " and never again."}),
    ("three days off", {"posted": on(-37.1, Precision.DAY)}),
    ("no date", {"posted": None}),
    ("a vague date", {"posted": Moment("a month ago", START - 30 * DAY, Precision.RELATIVE)}),
    ("another scale", {"scale": Scale.POINTS10, "rating": Decimal(8), "best": Decimal(10)}),
    ("no score, many words", {"rating": None, "best": None}),
    ("a marked translation", {"text": "La sopa estaba fría.", "translated": True}),
    ("emoji dropped", {"text": WORDS.replace(",", " 👍")}),
]
UNLIKE: list[tuple[str, dict[str, Any]]] = [
    ("another author", {"author": "Anna Sample"}),
    ("no author", {"author": None}),
    ("another score", {"rating": Decimal(3)}),
    ("another opening", {"text": "Quite another story."}),
    ("a week later", {"posted": on(-30)}),
    ("stars alone", {"text": None}),
    ("a short cut", {"text": "The soup", "text_complete": False}),
    ("a whole short text that only begins alike", {"text": WORDS[:60]}),
    ("a translation without a date", {"text": "Sopa", "translated": True, "posted": None}),
]


@pytest.mark.parametrize("more", [more for _, more in ALIKE], ids=[name for name, _ in ALIKE])
def test_without_ids_one_alike_is_likely_the_same(more: dict[str, Any]) -> None:
    before = known(1, anna())
    assert ask(anna(**more), before) == Match(Likeness.LIKELY, (before,))


@pytest.mark.parametrize("more", [more for _, more in UNLIKE], ids=[name for name, _ in UNLIKE])
def test_without_ids_these_are_another_review(more: dict[str, Any]) -> None:
    assert ask(anna(**more), known(1, anna())).likeness is Likeness.NEW


def test_few_words_do_not_stand_in_for_a_score() -> None:
    assert ask(anna(text="Nice!", rating=None), known(1, anna(text="Nice!"))).likeness is Likeness.NEW


def test_an_older_version_is_recognised_too() -> None:
    before = known(1, anna(text="I changed my mind entirely about this place."), anna())
    assert ask(anna(), before).likeness is Likeness.LIKELY


def test_two_candidates_are_a_question_to_a_person() -> None:
    one, two = known(1, anna()), known(2, anna(posted=on(-41)))
    assert ask(anna(posted=None), one, two) == Match(Likeness.ASK, (one, two))


def test_a_message_that_comes_twice_is_no_new_question() -> None:
    """When it came first, one review alone was like it."""
    undated = anna(posted=None)
    one, two = known(1, anna(), undated, route=Route.MAIL), known(2, anna(posted=on(-41)))
    assert ask(undated, one, two) == Match(Likeness.LIKELY, (one,))
    assert ask(undated, one, two, route=Route.HAND).likeness is Likeness.ASK


def test_stars_without_words_never_join_across_routes() -> None:
    stars = anna(text=None)
    assert ask(stars, known(1, stars), route=Route.API).likeness is Likeness.NEW
    assert ask(stars, known(1, stars, route=Route.MAIL), route=Route.MAIL).likeness is Likeness.NEW


def test_a_card_that_its_own_route_shows_again_is_the_same_even_with_stars_alone() -> None:
    before = known(1, anna(text=None, author=None))
    assert ask(anna(text=None, author=None), before, route=Route.PAGE) == Match(Likeness.LIKELY, (before,))


def test_two_look_alikes_in_one_observation_stay_two() -> None:
    before = known(1, anna())
    found = matched([anna(), anna()], Index([before]), Route.API, START)
    assert [match.likeness for match in found] == [Likeness.LIKELY, Likeness.NEW]


def test_of_two_look_alikes_the_nearer_in_time_is_the_known_one() -> None:
    before = known(1, anna(posted=on(-40)))
    found = matched([anna(posted=on(-38)), anna(posted=on(-40))], Index([before]), Route.API, START)
    assert [match.likeness for match in found] == [Likeness.NEW, Likeness.LIKELY]


def test_two_look_alikes_seen_again_are_the_same_two() -> None:
    reviews = [known(1, anna()), known(2, anna())]
    found = matched([anna(), anna(), anna()], Index(reviews), Route.PAGE, START)
    assert [match.likeness for match in found] == [Likeness.LIKELY, Likeness.LIKELY, Likeness.NEW]
    assert {match.candidates[0].id for match in found[:2]} == {1, 2}


def test_a_review_that_another_item_has_by_id_is_no_candidate() -> None:
    before = known(1, words("anna", text=WORDS))
    found = matched([anna(), words("anna", text=WORDS)], Index([before]), Route.API, START)
    assert [match.likeness for match in found] == [Likeness.NEW, Likeness.EXACT]


def test_erased_words_are_recognised_by_their_mark_alone() -> None:
    erased = KnownReview(1, frozenset(), Item(), (), erased=True, mark=mark(anna()))
    assert ask(anna(), erased).candidates == (erased,)
    assert ask(anna(text=WORDS[:40], text_complete=False, rating=None), erased).candidates == (erased,)
    assert ask(anna(text="Quite another story, told by the same person."), erased).likeness is Likeness.NEW


def test_stars_alone_leave_no_mark() -> None:
    assert mark(anna(text=None)) is None
    assert mark(anna(author=None)) is None


cards = st.builds(
    anna,
    ids=st.sampled_from([(), (("town", "1"),), (("town", "2"),), (("town.api", "1"),)]),
    text=st.sampled_from([None, WORDS, WORDS[:50], "Fine."]),
    text_complete=st.booleans(),
    rating=st.sampled_from([None, Decimal(1), Decimal(4)]),
    posted=st.sampled_from([None, on(-40), on(-39), on(-10)]),
)


@given(st.lists(cards, max_size=6), st.lists(cards, max_size=6), st.sampled_from(list(Route)))
def test_no_review_is_claimed_twice_by_likeness_nor_against_an_id(
    old: list[Item], new: list[Item], route: Route
) -> None:
    reviews = [known(number, item) for number, item in enumerate(old, start=1)]
    found = matched(new, Index(reviews), route, START)
    likely = [match.candidates[0].id for match in found if match.likeness is Likeness.LIKELY]
    exact = {review.id for match in found if match.likeness is Likeness.EXACT for review in match.candidates}
    assert len(likely) == len(set(likely))
    assert exact.isdisjoint(likely)
    for item, match in zip(new, found, strict=True):
        if match.likeness is Likeness.ASK:
            assert len(match.candidates) > 1
        if match.likeness in (Likeness.LIKELY, Likeness.ASK):
            assert not any(review.is_another_than(item) for review in match.candidates)


@given(st.lists(cards, max_size=8))
def test_a_page_read_twice_without_ids_is_the_same_reviews(items: list[Item]) -> None:
    shown = [
        Item(**{field: getattr(item, field) for field in item.__slots__ if field != "ids"}) for item in items
    ]
    reviews = [known(number, item) for number, item in enumerate(shown, start=1)]
    found = matched(shown, Index(reviews), Route.PAGE, START)
    assert sorted(match.candidates[0].id for match in found) == list(range(1, len(items) + 1))


@pytest.mark.large
@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "by likeness"])
def test_two_thousand_against_two_thousand_are_an_indexed_lookup(ids: bool) -> None:
    def one(number: int) -> Item:
        text = f"Visit {number}: {WORDS}"
        return words("anna", ids=(("town", str(number)),) if ids else (), author="A user", text=text)

    def lookup(many: int) -> Callable[[], tuple[Match, ...]]:
        reviews = [known(number, one(number)) for number in range(many)]
        items = [one(number) for number in range(many)]
        return lambda: matched(items, Index(reviews), Route.API, START)

    assert growth(lookup) < LINEAR
    assert [match.candidates[0].id for match in lookup(2000)()] == list(range(2000))
