"""What is true of a review, from everything that was ever heard of it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Item, Moment, Precision, Route
from service.watch.hearing import Heard, collapsed, hear
from service.watch.merge import merged
from tests.ledger import DAY, HOUR, START, on, reply, words

LONG = "The soup was cold, the waiter was kind, and the bill was right in the end."
CUT = "The soup was cold, the wai…"
OTHER = "Changed my mind: the soup was lovely on the second visit."


def at(hours: float, route: Route = Route.PAGE, item: Item | None = None, **facts: object) -> Heard:
    """A reading ``hours`` after the start."""
    return hear(route, START + hours * HOUR, item or words("anna", **facts))


def unproven(hours: float, **facts: object) -> Heard:
    """A mail that anybody could have sent."""
    return hear(Route.MAIL, START + hours * HOUR, words("anna", **facts), proven=False)


def test_who_is_proven_outweighs_who_is_not() -> None:
    told = [at(0, Route.MAIL, text=LONG), unproven(5, text=OTHER, author="Anna X.")]
    assert (merged(told).item.text, merged(told).item.author) == (LONG, "Anna Example")
    assert merged(told).proven
    assert not merged(told[1:]).proven


def test_a_proven_repeat_proves_it_for_good() -> None:
    (one,) = collapsed([unproven(5), at(0, Route.MAIL), unproven(1)])
    assert one.proven


def test_nothing_heard_is_no_review() -> None:
    with pytest.raises(ValueError, match="nothing was heard"):
        merged([])


def test_a_complete_text_beats_a_cut_one_of_a_better_route() -> None:
    now = merged([at(0, Route.API, text=CUT, text_complete=False), at(1, Route.MAIL, text=LONG)])
    assert (now.item.text, now.item.text_complete) == (LONG, True)
    assert now.provenance["text"].route is Route.MAIL
    assert len(now.versions) == 1


def test_an_exact_date_beats_a_vague_one_of_a_better_route() -> None:
    vague = Moment("a week ago", START - 7 * DAY, Precision.RELATIVE)
    exact = on(-6.3)
    now = merged([at(0, Route.CAPTURE, posted=vague), at(1, Route.FEED, posted=exact)])
    assert now.item.posted == exact
    assert (now.provenance["posted"].route, now.provenance["posted"].precision) == (
        Route.FEED,
        Precision.SECOND,
    )


def test_a_drifting_date_is_the_one_first_seen() -> None:
    first = Moment("2 hours ago", START - 2 * HOUR, Precision.RELATIVE)
    later = Moment("a month ago", START + 30 * DAY - 30 * DAY, Precision.RELATIVE)
    assert merged([at(720, posted=later), at(0, posted=first)]).item.posted == first
    assert merged([at(720, posted=later, title="Soup"), at(0, posted=first)]).item.posted == first


def test_a_worse_route_fills_but_never_overwrites() -> None:
    page = at(0, author="Anna B.", title=None)
    mail = at(5, Route.MAIL, author="Anna", title="Cold soup")
    now = merged([page, mail])
    assert (now.item.author, now.item.title) == ("Anna B.", "Cold soup")
    assert now.provenance["author"].route is Route.PAGE


def test_ids_of_all_routes_come_together() -> None:
    now = merged([at(0, ids=(("town", "1"),)), at(1, Route.API, ids=(("town.api", "x"),))])
    assert now.item.ids == (("town", "1"), ("town.api", "x"))


@pytest.mark.parametrize("route", [Route.API, Route.CAPTURE, Route.PAGE])
def test_the_newest_sight_of_the_present_wins_whatever_its_route(route: Route) -> None:
    now = merged([at(0, Route.API, text=LONG), at(1, route, text=OTHER)])
    assert now.item.text == OTHER
    assert [version.readings[0].item.text for version in now.versions] == [LONG, OTHER]


@pytest.mark.parametrize("route", [Route.FEED, Route.MAIL, Route.HAND])
def test_a_moment_of_another_version_overwrites_nothing_but_asks_for_a_look(route: Route) -> None:
    now = merged([at(0, text=LONG), at(1, route, text=OTHER)])
    assert now.item.text == LONG
    assert now.asks_for_a_look
    assert not merged([at(0, text=LONG), at(1, route, text=OTHER), at(2, text=LONG)]).asks_for_a_look


def test_a_mail_that_comes_late_is_an_old_version_and_asks_for_nothing() -> None:
    now = merged([at(5, text=OTHER), at(1, Route.MAIL, text=LONG)])
    assert (now.item.text, now.asks_for_a_look) == (OTHER, False)


def test_a_moment_of_another_version_fills_what_nobody_gave() -> None:
    now = merged([at(0, text=None, rating=Decimal(2)), at(1, Route.MAIL, text=LONG, rating=Decimal(3))])
    assert (now.item.rating, now.item.text) == (Decimal(2), LONG)


def test_a_feed_of_another_version_draws_no_look_to_itself() -> None:
    """A look that gave stars alone fits every text; the feed's must not take it from the other look's."""
    stars = at(0, Route.API, text=None, text_complete=False, rating=Decimal(1))
    text = at(0, Route.API, text=OTHER, rating=None)
    now = merged([stars, text, at(0, Route.FEED, text=LONG, rating=None)])
    assert now.item.rating == Decimal(1)


def test_with_mails_alone_the_newest_one_counts() -> None:
    assert merged([at(3, Route.MAIL, text=OTHER), at(1, Route.MAIL, text=LONG)]).item.text == OTHER


def test_another_rating_is_another_version() -> None:
    now = merged([at(0, rating=Decimal(5)), at(1, rating=Decimal(1))])
    assert (now.item.rating, len(now.versions)) == (Decimal(1), 2)


def test_a_version_that_comes_back_stands_again() -> None:
    now = merged([at(0, text=LONG), at(1, text=OTHER), at(2, text=LONG)])
    assert (now.item.text, len(now.versions)) == (LONG, 2)


def test_a_machine_translation_is_the_same_version_and_never_hides_the_own_words() -> None:
    translated = at(2, text="La sopa estaba fría.", translated=True, language="es")
    now = merged([at(0, text=LONG, language="en"), translated])
    assert (now.item.text, now.item.translated, now.item.language) == (LONG, False, "en")
    assert len(now.versions) == 1


def test_where_only_a_translation_was_seen_it_is_shown_as_one() -> None:
    assert merged([at(0, text="Cold soup.", translated=True)]).item.translated


def test_a_cut_text_that_begins_two_versions_keeps_neither_alive() -> None:
    begins = "The soup was cold and"
    now = merged(
        [
            at(0, Route.CAPTURE, text=f"{begins} late."),
            at(5, Route.CAPTURE, text=f"{begins} dear."),
            at(0, text=begins, text_complete=False),
            at(9, text=begins, text_complete=False),
        ]
    )
    assert now.item.text == f"{begins} dear."


def test_two_routes_that_draw_the_same_words_differently_are_one_version() -> None:
    now = merged([at(0, text="It's good 👍👍"), at(1, Route.API, text="It\u2019s good")])
    assert len(now.versions) == 1


def test_a_route_that_prints_no_text_takes_none_away() -> None:
    assert merged([at(0, Route.API, text=LONG), at(1, text=None)]).item.text == LONG


def test_words_taken_back_on_the_route_that_showed_them_are_gone() -> None:
    assert merged([at(0, text=LONG), at(1, text=None)]).item.text is None


def test_a_rating_brings_its_own_scale_along() -> None:
    ten = at(0, Route.API, rating=Decimal(8), best=Decimal(10))
    five = at(1, rating=Decimal(4), best=Decimal(5))
    now = merged([five, ten])
    assert (now.item.rating, now.item.best, len(now.versions)) == (Decimal(8), Decimal(10), 1)


def test_the_strictest_term_of_keeping_counts_where_its_words_are_used() -> None:
    soon, later = START + DAY, START + 9 * DAY
    now = merged(
        [at(0, Route.API, keep_until=soon, text=CUT, text_complete=False), at(0, text=LONG, keep_until=later)]
    )
    assert now.item.keep_until == soon
    assert merged([at(0, text=LONG), at(0, Route.MAIL, keep_until=soon, text=LONG)]).item.keep_until is None


def test_a_reply_is_merged_as_a_field_of_its_own() -> None:
    cut = reply("Thank you, we have", text_complete=False)
    whole = reply("Thank you, we have spoken to the kitchen.", at=on(1))
    told = reply("Thank you, we have spoken to the kitchen.", state="approved")
    now = merged([at(0, reply=cut), at(1, Route.CAPTURE, reply=whole), at(2, Route.API, reply=told)])
    assert now.item.reply == replace(whole, state="approved")


def test_a_reply_that_a_whole_look_no_longer_shows_has_vanished() -> None:
    now = merged([at(0), at(1, reply=reply()), at(2)])
    assert now.item.reply is None
    assert now.answer.vanished_after == START + HOUR


@pytest.mark.parametrize(
    "silent",
    [
        at(2, text=CUT, text_complete=False),
        at(2, Route.MAIL),
        at(2, Route.API),
        at(1),
        at(0.5),
    ],
    ids=["a cut card", "a mail", "a route that never showed one", "the same moment", "an older look"],
)
def test_these_say_nothing_about_a_reply(silent: Heard) -> None:
    now = merged([at(1, reply=reply(), text=LONG), silent])
    assert now.item.reply is not None


def test_a_vanished_reply_can_come_back() -> None:
    now = merged([at(0, reply=reply()), at(1), at(2, reply=reply())])
    assert (now.item.reply, now.answer.vanished_after) == (reply(), None)


def test_a_mails_reply_fills_and_is_not_seen_in_public() -> None:
    now = merged([at(0), at(1, Route.MAIL, reply=reply())])
    assert now.item.reply == reply()
    assert not now.answer.is_seen


def test_repeats_of_one_content_are_one_reading_from_first_to_last() -> None:
    (one,) = collapsed([at(5), at(1), at(3)])
    assert (one.first_seen_at, one.last_seen_at) == (START + HOUR, START + 5 * HOUR)


texts = st.sampled_from(
    [None, LONG, CUT, "The soup was cold", OTHER, "It's good 👍", "It\u2019s good", "Sopa fría"]
)
moments = st.none() | st.builds(
    lambda day, precision: Moment(f"{precision} {day}", START - day * DAY, precision),
    st.integers(0, 40),
    st.sampled_from(list(Precision)),
)
replies = st.none() | st.builds(
    lambda text, complete, state: reply(text, text_complete=complete, state=state),
    st.sampled_from(["Thank you.", "Thank", "Sorry to hear it."]),
    st.booleans(),
    st.sampled_from([None, "pending", "approved"]),
)
items = st.builds(
    words,
    st.just("anna"),
    ids=st.sampled_from([(), (("town", "1"),), (("town.api", "x"),)]),
    text=texts,
    text_complete=st.booleans(),
    translated=st.booleans(),
    title=st.sampled_from([None, "Cold soup"]),
    author=st.sampled_from([None, "Anna", "Anna B."]),
    rating=st.sampled_from([None, Decimal(1), Decimal(5)]),
    language=st.sampled_from([None, "en", "es"]),
    posted=moments,
    reply=replies,
    permalink=st.sampled_from([None, "https://town.example/1", "https://town.example/2"]),
)
readings = st.lists(
    st.builds(
        lambda route, hours, item: hear(route, START + hours * HOUR, item),
        st.sampled_from(list(Route)),
        st.integers(0, 8),
        items,
    ),
    min_size=1,
    max_size=9,
)


@given(readings, st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_repeats_do_not_matter(heard: list[Heard], chance: random.Random) -> None:
    shuffled = heard + chance.choices(heard, k=3)
    chance.shuffle(shuffled)
    assert merged(shuffled) == merged(heard)


@given(readings, st.integers(0, 9))
def test_what_was_collapsed_before_can_be_collapsed_again(heard: list[Heard], cut: int) -> None:
    assert collapsed([*collapsed(heard[:cut]), *heard[cut:]]) == collapsed(heard)


@given(readings)
def test_no_id_is_lost_and_no_field_is_invented(heard: list[Heard]) -> None:
    now = merged(heard).item
    assert set(now.ids) == {pair for one in heard for pair in one.item.ids}
    for field in ("text", "title", "author", "rating", "posted", "permalink", "language"):
        assert getattr(now, field) in {None, *(getattr(one.item, field) for one in heard)}


@given(readings)
def test_a_moment_never_overwrites_what_a_look_saw(heard: list[Heard]) -> None:
    seen = [one for one in heard if one.route.sees_the_present]
    if not seen:
        return
    with_moments, without = merged(heard), merged(seen)
    if without.item.rating is not None:
        assert with_moments.item.rating == without.item.rating
    if without.item.text and without.item.text_complete and not without.item.translated:
        assert with_moments.item.text == without.item.text
    if without.answer.is_seen or without.answer.vanished_after:
        assert with_moments.answer.is_seen == without.answer.is_seen


@given(readings)
def test_every_reading_belongs_to_exactly_one_version(heard: list[Heard]) -> None:
    placed = [one for version in merged(heard).versions for one in version.readings]
    assert sorted(map(repr, placed)) == sorted(map(repr, collapsed(heard)))
    assert timedelta(0) <= max(one.last_seen_at - one.first_seen_at for one in placed)
