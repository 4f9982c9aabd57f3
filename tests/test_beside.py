"""A review that a page tells twice is one review, with the better of each field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from service.domain import Item, Moment, Precision, Reply
from service.sites.beside import joined

DAY = Moment("2021-05-02", datetime(2021, 5, 2, tzinfo=UTC), Precision.DAY)
INSTANT = Moment("2021-05-02T17:04:30Z", datetime(2021, 5, 2, 17, 4, 30, tzinfo=UTC), Precision.SECOND)


def item(author: str = "Odalys P.", text: str = "Best chowder on the coast.", stars: int = 5) -> Item:
    return Item(author=author, text=text, rating=Decimal(stars), posted=DAY)


def test_ids_replies_and_finer_dates_are_added_to_what_the_markup_tells() -> None:
    told = item()
    shown = replace(told, ids=(("yelp", "x1"),), reply=Reply("Thank you!"), posted=INSTANT, title=None)
    assert joined([told], [shown]) == (replace(told, ids=shown.ids, reply=shown.reply, posted=INSTANT),)


def test_a_whole_text_beats_a_cut_one_whichever_side_it_stands_on() -> None:
    whole, cut = item(), replace(item(text="Best chowder on…"), text_complete=False)
    assert joined([cut], [whole])[0].text == joined([whole], [cut])[0].text == whole.text


def test_two_reviews_by_one_writer_are_told_apart_by_how_they_open() -> None:
    first, second = item(text="First visit, lovely."), item(text="Second visit, less so.")
    shown = [replace(second, ids=(("yelp", "2"),)), replace(first, ids=(("yelp", "1"),))]
    assert {one.text: one.ids for one in joined([first, second], shown)} == {
        first.text: (("yelp", "1"),),
        second.text: (("yelp", "2"),),
    }


def test_ids_of_one_kind_decide_alone() -> None:
    one = replace(item(), ids=(("yelp", "1"),))
    other = replace(item(), ids=(("yelp", "2"),))
    assert joined([one], [other]) == (other, one)


def test_another_rating_or_writer_is_another_review() -> None:
    assert len(joined([item(stars=5)], [item(stars=1)])) == 2
    assert len(joined([item(author="A")], [item(author="B")])) == 2


def test_a_review_told_by_one_side_alone_is_kept_and_the_longer_list_gives_the_order() -> None:
    a, b, c = (item(text=f"Text of review {name} alone.") for name in "abc")
    assert [one.text for one in joined([a], [c, b, a])] == [c.text, b.text, a.text]
    assert [one.text for one in joined([a, b], [c])] == [a.text, b.text, c.text]
    assert joined([], [a]) == joined([a], []) == (a,)


@given(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=7), st.sets(st.sampled_from("abcdefg")))
def test_joining_loses_no_review_and_doubles_none(names: list[str], shown: set[str]) -> None:
    told = [item(author=name, text=f"What {name} wrote.") for name in names]
    cards = [
        replace(item(author=name, text=f"What {name} wrote."), ids=(("yelp", name),))
        for name in sorted(shown)
    ]
    both = joined(told, cards)
    assert sorted(one.author or "" for one in both) == sorted({*names, *shown})
    assert {one.author for one in both if one.ids} == shown
