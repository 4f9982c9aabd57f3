"""What changed? One look after another at one listing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from service.domain import (
    PARTIAL,
    Business,
    ChangeKind,
    Coverage,
    CoverageKind,
    Item,
    Moment,
    Observation,
    Precision,
    Route,
)
from service.watch.changes import EVER, AlarmKind, Changes, RouteState
from service.watch.reconcile import reconcile
from tests.ledger import DAY, HOUR, START, Ledger, on, reply, seen, words
from tests.yardstick import LINEAR, growth

NAMES = ("anna", "ben", "cleo", "dora", "emil", "fay", "gus", "hope", "ivo", "jane", "kim", "lou")
OLD = tuple(words(name, posted=on(-40 - number)) for number, name in enumerate(NAMES))


def since(day: float) -> Coverage:
    return Coverage(CoverageKind.SINCE, START + day * DAY)


def after(hours: float) -> Any:
    return START + hours * HOUR


@pytest.fixture
def ledger() -> Ledger:
    """A listing whose twelve old reviews were heard yesterday."""
    heard = Ledger()
    heard.look(*OLD, at=START - DAY)
    return heard


# The first hearing


@pytest.mark.large
def test_two_thousand_old_reviews_are_one_summary_and_no_news() -> None:
    def past(many: int) -> list[Item]:
        return [
            words(f"n{number}", posted=on(-number / 20), reply=reply() if number % 2 else None)
            for number in range(many)
        ]

    def first_hearing(many: int) -> Callable[[], object]:
        items = past(many)
        return lambda: Ledger().look(*items)

    assert growth(first_hearing) < LINEAR
    ledger, items = Ledger(), past(2000)
    changes = ledger.look(*items)
    assert changes.changes == ()
    assert all(arrival.past for arrival in changes.arrivals)
    assert changes.summary is not None
    assert (changes.summary.total, len(changes.summary.unanswered)) == (2000, 301)
    assert ledger.look(*items, at=after(1)).summary is None


@pytest.mark.large
def test_two_thousand_known_reviews_are_looked_at_again_as_an_indexed_lookup() -> None:
    def look_again(many: int) -> Callable[[], Changes]:
        ledger = Ledger()
        items = [words(f"n{number}", posted=on(-number)) for number in range(many)]
        ledger.look(*items)
        known, state, again = ledger.known(), ledger.state(), seen(*items, at=after(1))
        return lambda: reconcile(known, again, state, after(1))

    assert growth(look_again) < LINEAR
    changes = look_again(2000)()
    assert (len(changes.sightings), changes.updates, changes.changes) == (2000, (), ())


def test_what_is_posted_after_the_first_hearing_is_news(ledger: Ledger) -> None:
    changes = ledger.look(words("new", posted=on(0)), *OLD, at=after(1))
    assert [change.kind for change in changes.changes] == [ChangeKind.NEW]
    assert not changes.arrivals[0].past


@pytest.mark.parametrize("precision", [Precision.DAY, Precision.RELATIVE])
def test_a_review_of_the_same_day_as_the_first_hearing_is_news(ledger: Ledger, precision: Precision) -> None:
    changes = ledger.look(words("new", posted=on(-1, precision)), *OLD, at=after(-20))
    assert ledger.told(ChangeKind.NEW)
    assert not changes.arrivals[0].past


def test_a_deeper_look_finds_the_past_not_news() -> None:
    ledger = Ledger()
    ledger.look(*OLD[:4], coverage=since(-43))
    changes = ledger.look(*OLD, at=after(5), coverage=since(-52))
    assert [arrival.past for arrival in changes.arrivals] == [True] * 8
    assert changes.changes == ()


def test_after_five_of_ninety_the_rest_is_still_the_past() -> None:
    ledger = Ledger()
    assert ledger.look(*OLD[:5], coverage=PARTIAL, site_total=90).summary is not None
    changes = ledger.look(*OLD, words("new", posted=on(1)), at=after(30), coverage=PARTIAL, site_total=91)
    assert [arrival.past for arrival in changes.arrivals] == [True] * 7 + [False]


def test_the_past_may_be_dated_vaguely() -> None:
    ledger = Ledger()
    ledger.look(*OLD[:5], coverage=PARTIAL)
    old = words("old", posted=Moment("2 months ago", START - 50 * DAY, Precision.RELATIVE))
    young = words("young", posted=Moment("3 hours ago", after(237), Precision.RELATIVE))
    changes = ledger.look(old, young, *OLD[:5], at=after(240), coverage=PARTIAL)
    assert [arrival.past for arrival in changes.arrivals] == [True, False]


def test_a_review_that_a_complete_look_did_not_show_is_news_though_it_is_dated_back(ledger: Ledger) -> None:
    """Some sites publish after days of moderation, under the day it was sent in."""
    assert not ledger.look(*OLD, words("late", posted=on(-6, Precision.DAY)), at=after(48)).arrivals[0].past
    assert ledger.look(*OLD, words("dug", posted=on(-400)), at=after(72)).arrivals[0].past


def test_a_review_dated_by_its_last_edit_alone_is_judged_by_that() -> None:
    ledger = Ledger()
    ledger.look(*OLD[:5], coverage=PARTIAL)
    old = words("old", posted=None, edited=Moment("5 months ago", START - 150 * DAY, Precision.RELATIVE))
    young = words("young", posted=None, edited=on(3))
    changes = ledger.look(old, young, *OLD[:5], at=after(96), coverage=PARTIAL)
    assert [arrival.past for arrival in changes.arrivals] == [True, False]


def test_undated_reviews_are_news_where_all_was_seen_before(ledger: Ledger) -> None:
    undated = [words(f"u{number}", posted=None) for number in range(9)]
    changes = ledger.look(*OLD, *undated, at=after(1))
    assert not any(arrival.past for arrival in changes.arrivals)


def test_few_undated_reviews_ring_and_many_are_a_deeper_page() -> None:
    ledger = Ledger()
    ledger.look(*OLD, coverage=PARTIAL)
    undated = [words(f"u{number}", posted=None) for number in range(12)]
    assert not any(
        one.past for one in ledger.look(*OLD, *undated[:3], at=after(1), coverage=PARTIAL).arrivals
    )
    assert all(one.past for one in ledger.look(*OLD, *undated, at=after(2), coverage=PARTIAL).arrivals)


def test_the_first_hearing_by_another_route_is_the_past_too(ledger: Ledger) -> None:
    edited = replace(OLD[0], ids=(("town", "anna"), ("town.api", "a")), rating=Decimal(1))
    unseen = words("unseen", posted=on(-0.5))
    changes = ledger.look(edited, unseen, route=Route.API)
    assert changes.changes == ()
    assert changes.arrivals[0].past
    assert changes.summary is not None
    assert changes.summary.unanswered == (0,)


def test_a_first_hearing_by_another_route_still_ends_work_that_is_done() -> None:
    ledger = Ledger()
    ledger.look(words("anna", posted=on(0)), route=Route.MAIL)
    ledger.look(words("anna", posted=on(0), reply=reply()), at=after(1))
    assert ledger.kinds() == [ChangeKind.NEW, ChangeKind.REPLIED]


def test_an_empty_first_hearing_begins_too() -> None:
    ledger = Ledger()
    assert ledger.look(site_total=0).summary is None
    ledger.look(words("anna", posted=on(-1, Precision.DAY)), at=after(5))
    assert ledger.kinds() == [ChangeKind.NEW]


def test_the_first_entries_of_a_feed_are_its_past_dated_or_not() -> None:
    ledger = Ledger()
    first = ledger.look(words("anna", posted=None), words("ben", posted=on(-0.1)), route=Route.FEED)
    assert first.summary is not None
    assert ledger.kinds() == []
    ledger.look(words("cleo", posted=None), at=after(1), route=Route.FEED)
    assert ledger.kinds() == [ChangeKind.NEW]


def test_a_mail_rings_at_once_unless_it_is_older_than_our_watch() -> None:
    ledger = Ledger(watched_since=START - DAY)
    assert ledger.look(words("anna", posted=None), route=Route.MAIL).asks_for_a_look
    ledger.look(words("ben", posted=None), at=START - 9 * DAY, route=Route.MAIL)
    ledger.look(words("cleo", posted=on(-9)), at=START, route=Route.HAND)
    assert [row.past for row in ledger.reviews.values()] == [False, True, True]


@pytest.mark.parametrize("undated", [3, 4], ids=["a few are news", "many are the past"])
def test_what_a_person_brings_is_news_where_it_is_young_or_bears_no_date(undated: int) -> None:
    ledger = Ledger(watched_since=START - 60 * DAY)
    dated = [words("anna", posted=on(-9)), words("ben", posted=on(-31)), words("cleo", posted=on(-70))]
    pasted = [words(f"n{number}", posted=None) for number in range(undated)]
    changes = ledger.look(*dated, *pasted, route=Route.HAND, coverage=PARTIAL)
    assert [arrival.past for arrival in changes.arrivals] == [False, True, True, *[undated > 3] * undated]
    assert changes.summary is None


def test_what_was_posted_before_the_listing_was_watched_is_no_news_by_hand() -> None:
    ledger = Ledger(watched_since=START - DAY)
    (arrival,) = ledger.look(words("anna", posted=on(-9)), route=Route.HAND, coverage=PARTIAL).arrivals
    assert arrival.past


def test_a_first_import_is_the_past_whatever_its_dates_and_asks_for_no_look() -> None:
    ledger = Ledger()
    young = [words("anna", posted=on(-0.1)), words("ben", posted=None)]
    changes = ledger.look(*young, route=Route.HAND, coverage=PARTIAL, past=True)
    assert all(arrival.past for arrival in changes.arrivals)
    assert (changes.changes, changes.summary, changes.asks_for_a_look) == ((), None, False)
    again = [replace(item, text="Other words, as the file has them.") for item in young]
    assert ledger.look(*again, at=after(1), route=Route.HAND, coverage=PARTIAL, past=True).changes == ()


def test_a_mailbox_connected_later_begins_then() -> None:
    ledger = Ledger(routes={Route.MAIL: RouteState(START)})
    assert ledger.look(words("anna", posted=None), at=START - DAY, route=Route.MAIL).arrivals[0].past


# New, edited, answered


def test_the_same_look_again_changes_nothing(ledger: Ledger) -> None:
    changes = ledger.look(*OLD, at=after(1))
    assert (changes.arrivals, changes.updates, changes.changes, changes.missed) == ((), (), (), ())
    assert len(changes.sightings) == 12


def test_another_text_or_rating_is_an_edit(ledger: Ledger) -> None:
    angry = replace(OLD[0], text="Never again, I have changed my mind.", rating=Decimal(1))
    changes = ledger.look(angry, replace(OLD[1], rating=Decimal(2)), *OLD[2:], at=after(1))
    assert [(change.kind, change.fields) for change in changes.changes] == [
        (ChangeKind.EDITED, ("text", "rating")),
        (ChangeKind.EDITED, ("rating",)),
    ]
    assert (changes.changes[0].before, changes.changes[0].after) == (OLD[0], angry)


@pytest.mark.parametrize(
    "same",
    [
        {"translated": True, "text": "Lo que Anna pensó del lugar."},
        {"text": "(Translated by Google) Nice.\n\n(Original)\n" + str(OLD[0].text)},
        {"text": str(OLD[0].text)[:30] + "… More", "text_complete": False},
        {"posted": Moment("2 months ago", START - 60 * DAY, Precision.RELATIVE)},
        {"posted": None},
        {"author": "Anna E."},
        {"permalink": "https://town.example/anna?session=7"},
        {"text": str(OLD[0].text).replace(" ", "\n")},
        {"title": "A title"},
        {"rating": Decimal("4.0")},
    ],
)
def test_these_are_no_edits(ledger: Ledger, same: dict[str, Any]) -> None:
    for hours in (1, 2):
        ledger.look(replace(OLD[0], **same), *OLD[1:], at=after(hours))
    assert ledger.kinds() == []


def test_a_fuller_text_is_kept_though_it_is_no_event() -> None:
    ledger = Ledger()
    cut = words("anna", text="What anna thought of the place, told", text_complete=False, posted=on(0))
    ledger.look(cut, route=Route.MAIL)
    changes = ledger.look(words("anna", posted=on(0)), at=after(1))
    assert changes.updates[0].merged.item.text_complete
    assert changes.updates[0].judge_again
    assert ledger.kinds() == [ChangeKind.NEW]


def test_a_reply_alone_is_no_reason_to_judge_a_review_again(ledger: Ledger) -> None:
    (update,) = ledger.look(replace(OLD[0], reply=reply()), *OLD[1:], at=after(1)).updates
    assert not update.judge_again


def test_going_back_and_forth_is_told_each_time_and_repeats_are_not(ledger: Ledger) -> None:
    other = replace(OLD[0], text="Something else altogether.")
    for hour, shown in enumerate([other, other, OLD[0], OLD[0], other, other], start=1):
        ledger.look(shown, *OLD[1:], at=after(hour))
    assert ledger.kinds() == [ChangeKind.EDITED] * 3


def test_a_look_that_comes_late_edits_nothing_that_a_file_told_since() -> None:
    ledger = Ledger()
    ledger.look(at=START, site_total=0)
    ledger.look(words("anna", posted=on(0.1), text="A second thought."), at=after(9), route=Route.HAND)
    ledger.look(words("anna", posted=on(0.1)), at=after(5))
    assert ledger.kinds() == [ChangeKind.NEW]


def test_another_scale_is_no_other_rating(ledger: Ledger) -> None:
    told = replace(OLD[0], rating=Decimal(8), best=Decimal(10), text="Quite other words now.")
    changes = ledger.look(told, *OLD[1:], at=after(1))
    assert [change.fields for change in changes.changes] == [("text",)]


def test_a_mail_never_edits_what_looks_have_seen_but_asks_for_one(ledger: Ledger) -> None:
    changes = ledger.look(replace(OLD[0], text="Something else."), at=after(1), route=Route.MAIL)
    assert changes.asks_for_a_look
    assert ledger.kinds() == []
    assert ledger.reviews[1].item().text == OLD[0].text
    ledger.look(replace(OLD[0], text="Something else."), *OLD[1:], at=after(2))
    assert ledger.kinds() == [ChangeKind.EDITED]


def test_where_only_mails_tell_a_second_mail_can_be_an_edit() -> None:
    ledger = Ledger()
    ledger.look(words("anna", posted=on(0)), route=Route.MAIL)
    ledger.look(words("anna", posted=on(0), text="Something else."), at=after(1), route=Route.MAIL)
    assert ledger.kinds() == [ChangeKind.NEW, ChangeKind.EDITED]


def test_when_everything_reads_differently_our_reading_has_changed(ledger: Ledger) -> None:
    changes = ledger.look(*(replace(item, text=f"Nav {item.text}") for item in OLD), at=after(1))
    assert [alarm.kind for alarm in changes.alarms] == [AlarmKind.MASS_EDIT]
    assert changes.changes == ()
    assert ledger.look(*OLD, at=after(2)).changes == ()


def test_a_reply_comes_changes_and_vanishes(ledger: Ledger) -> None:
    shown = [reply(), reply("Sorry, and thank you."), None, reply("Sorry, and thank you."), None, None]
    for hour, answer in enumerate(shown, start=1):
        ledger.look(replace(OLD[0], reply=answer), *OLD[1:], at=after(hour))
    assert ledger.kinds() == [
        ChangeKind.REPLIED,
        ChangeKind.REPLY_EDITED,
        ChangeKind.REPLY_VANISHED,
        ChangeKind.REPLIED,
        ChangeKind.REPLY_VANISHED,
    ]


def test_a_reply_refused_by_the_site_is_told() -> None:
    ledger = Ledger()
    ledger.look(words("anna"), route=Route.API)
    ledger.look(words("anna", reply=reply(state="pending")), at=after(1), route=Route.API)
    ledger.look(words("anna", reply=reply(state="rejected")), at=after(2), route=Route.API)
    assert [(change.kind, change.fields) for change in ledger.events.values()] == [
        (ChangeKind.REPLIED, ("reply",)),
        (ChangeKind.REPLY_EDITED, ("reply.state",)),
    ]


def test_a_mail_about_our_reply_does_not_prove_it_public(ledger: Ledger) -> None:
    ledger.look(replace(OLD[0], reply=reply()), at=after(1), route=Route.MAIL)
    assert ledger.kinds() == []
    ledger.look(replace(OLD[0], reply=reply()), *OLD[1:], at=after(2))
    assert ledger.kinds() == [ChangeKind.REPLIED]


def test_replies_that_vanish_all_at_once_are_an_alarm_about_us() -> None:
    ledger = Ledger()
    ledger.look(*(replace(item, reply=reply()) for item in OLD))
    changes = ledger.look(*OLD, at=after(1))
    assert [alarm.kind for alarm in changes.alarms] == [AlarmKind.MASS_REPLY_LOSS]
    assert changes.changes == ()
    assert all(row.item().reply for row in ledger.reviews.values())


def test_an_edit_is_told_though_the_same_look_shows_no_replies() -> None:
    ledger = Ledger()
    ledger.look(*(replace(item, reply=reply()) for item in OLD[:8]), *OLD[8:])
    ledger.look(*OLD[:8], replace(OLD[8], rating=Decimal(1)), *OLD[9:], at=after(1))
    assert ledger.kinds() == [ChangeKind.EDITED]


def test_one_review_shown_twice_in_one_look_is_one() -> None:
    ledger = Ledger()
    cut = words("anna", text="What anna thought", text_complete=False)
    changes = ledger.look(cut, words("anna"), words("anna", ids=(("town", "anna"), ("town.b", "1"))))
    assert len(changes.arrivals) == 1
    assert ledger.reviews[1].item().text_complete


def test_another_sites_words_are_never_stored() -> None:
    ledger = Ledger()
    assert ledger.look(words("anna", syndicated_from="yelp"), words("ben", syndicated_from="town")).arrivals[
        0
    ]
    assert len(ledger.reviews) == 1


def test_two_candidates_are_asked_about_once_and_stay_two() -> None:
    ledger = Ledger()
    twins = [words("anna", ids=(), posted=on(-40)), words("anna", ids=(), posted=on(-39))]
    ledger.look(*twins)
    third = words("anna", ids=(), posted=None)
    asked = [ledger.look(third, at=after(hour), route=Route.MAIL).questions for hour in (1, 2)]
    assert asked[0][0].candidates == (1, 2)
    assert asked[0][0].dedupe_key == asked[1][0].dedupe_key
    assert len(ledger.reviews) == 2


def test_an_item_with_the_ids_of_two_reviews_is_a_question() -> None:
    ledger = Ledger()
    ledger.look(words("anna"), words("ben"))
    changes = ledger.look(
        words("anna", ids=(("town", "anna"), ("town", "ben"))), at=after(1), coverage=PARTIAL
    )
    assert [question.candidates for question in changes.questions] == [(1, 2)]


def test_erased_words_do_not_come_back_by_any_route(ledger: Ledger) -> None:
    ledger.erase(1)
    without_ids = replace(OLD[0], ids=())
    for hour, (item, route) in enumerate(
        [(OLD[0], Route.PAGE), (without_ids, Route.API), (without_ids, Route.MAIL)]
    ):
        changes = ledger.look(item, at=after(hour), route=route, coverage=PARTIAL)
        assert (changes.arrivals, changes.updates, changes.changes) == ((), (), ())


# Removed, restored


def test_one_miss_is_remembered_and_two_remove(ledger: Ledger) -> None:
    assert ledger.look(*OLD[1:], at=after(1)).missed == (1,)
    assert ledger.kinds() == []
    ledger.look(*OLD[1:], at=after(2))
    assert ledger.kinds() == [ChangeKind.REMOVED]
    assert ledger.look(*OLD[1:], at=after(3)).changes == ()


def test_the_same_look_applied_twice_is_one_miss(ledger: Ledger) -> None:
    ledger.look(*OLD[1:], at=after(1))
    ledger.look(*OLD[1:], at=after(1))
    assert ledger.kinds() == []


def test_a_sighting_by_any_look_clears_a_miss(ledger: Ledger) -> None:
    ledger.look(*OLD[1:], at=after(1))
    assert ledger.look(OLD[0], at=after(2), coverage=PARTIAL, route=Route.CAPTURE).cleared == (1,)
    ledger.look(*OLD[1:], at=after(3))
    assert ledger.kinds() == []


def test_a_mail_clears_no_miss(ledger: Ledger) -> None:
    ledger.look(*OLD[1:], at=after(1))
    assert ledger.look(OLD[0], at=after(2), route=Route.MAIL, coverage=PARTIAL).cleared == ()


def test_a_partial_look_removes_nothing(ledger: Ledger) -> None:
    for hour in range(1, 6):
        ledger.look(*OLD[:3], at=after(hour), coverage=PARTIAL)
    assert ledger.kinds() == []


def test_all_that_is_fewer_than_the_site_counts_is_not_all(ledger: Ledger) -> None:
    for hour in range(1, 4):
        assert ledger.look(*OLD[1:], at=after(hour), site_total=12).missed == ()


def test_a_look_speaks_for_what_was_posted_since_and_for_nothing_older(ledger: Ledger) -> None:
    """OLD is posted on the days -40, -41, … -51: the look reaches back to -44, two are missing."""
    shown = [*OLD[1:5]]
    for hour in (1, 2):
        ledger.look(*shown, at=after(hour), coverage=since(-44))
    assert [change.review for change in ledger.told(ChangeKind.REMOVED)] == [1]


def test_a_day_at_the_edge_of_the_look_is_not_surely_inside() -> None:
    ledger = Ledger()
    days = [replace(item, posted=on(-number, Precision.DAY)) for number, item in enumerate(OLD[:8], start=1)]
    ledger.look(*days)
    shown = [days[0], *days[2:4]]  # day 2 is missing; of the days 4 and 5 one could be cut off by the page
    for hour in (1, 2):
        ledger.look(*shown, at=after(hour), coverage=since(-4.375))
    assert [change.review for change in ledger.told(ChangeKind.REMOVED)] == []
    for hour in (3, 4):
        ledger.look(*shown, *days[4:7], at=after(hour), coverage=since(-7.375))
    assert [change.review for change in ledger.told(ChangeKind.REMOVED)] == [2]


def test_vague_dates_widen_the_edge() -> None:
    def ago(name: str, days: float, shown: str) -> Item:
        return words(name, posted=Moment(shown, START - days * DAY, Precision.RELATIVE))

    items = [ago("anna", 2, "2 days ago"), ago("ben", 35, "a month ago"), ago("cleo", 62, "2 months ago")]
    ledger = Ledger()
    ledger.look(*items)
    for hour in (1, 2):
        ledger.look(items[0], items[2], at=after(hour), coverage=since(-62))
    assert ledger.kinds() == []


def test_a_review_never_seen_on_this_route_is_never_missed_by_it(ledger: Ledger) -> None:
    ledger.look(words("hidden", posted=on(-0.5)), route=Route.MAIL)
    for hour in (1, 2, 3):
        ledger.look(*OLD, at=after(hour))
    assert ChangeKind.REMOVED not in ledger.kinds()


def test_a_removed_review_that_is_shown_again_is_restored(ledger: Ledger) -> None:
    for hour, items in enumerate([OLD[1:], OLD[1:], OLD, OLD[1:], OLD[1:]], start=1):
        ledger.look(*items, at=after(hour))
    assert ledger.kinds() == [ChangeKind.REMOVED, ChangeKind.RESTORED, ChangeKind.REMOVED]


def test_what_another_route_never_lost_it_cannot_bring_back(ledger: Ledger) -> None:
    ledger.look(*OLD, route=Route.API)
    for hour in range(1, 9):
        ledger.look(*OLD[1:], at=after(hour))
        if hour % 3 == 0:
            ledger.look(*OLD, at=after(hour + 0.5), route=Route.API)
    assert ledger.kinds() == [ChangeKind.REMOVED]


def test_a_look_that_comes_late_neither_misses_nor_restores(ledger: Ledger) -> None:
    for hour, items in ((3, OLD), (1, OLD[1:]), (2, OLD[1:]), (5, OLD[1:]), (6, OLD[1:]), (4, OLD)):
        ledger.look(*items, at=after(hour))
    assert ledger.kinds() == [ChangeKind.REMOVED]


def test_mass_disappearance_is_an_alarm_about_us_and_removes_nothing(ledger: Ledger) -> None:
    for hour in (1, 2, 3):
        changes = ledger.look(*OLD[4:], at=after(hour))
        assert [alarm.kind for alarm in changes.alarms] == [AlarmKind.MASS_DISAPPEARANCE]
        assert changes.missed == ()
    assert ledger.kinds() == []
    assert len({ledger.look(*OLD[4:], at=after(hour)).alarms[0].dedupe_key for hour in (4, 5)}) == 1


def test_a_count_that_falls_to_far_less_is_not_believed_at_once() -> None:
    ledger = Ledger()
    ledger.look(*OLD, site_total=90, coverage=since(-60))
    changes = ledger.look(*OLD[1:], site_total=40, coverage=since(-60), at=after(1))
    assert [alarm.kind for alarm in changes.alarms] == [AlarmKind.TOTAL_FELL]
    assert changes.missed == ()


@pytest.mark.parametrize("total", [90, None])
def test_nothing_shown_is_an_alarm_and_never_an_empty_listing(ledger: Ledger, total: int | None) -> None:
    changes = ledger.look(at=after(1), site_total=total)
    assert [alarm.kind for alarm in changes.alarms] == [AlarmKind.NOTHING_SHOWN]
    assert changes.missed == ()


def test_strangers_alone_are_another_business_and_ring_no_bell(ledger: Ledger) -> None:
    strangers = [words(f"stranger{number}", posted=on(0)) for number in range(12)]
    changes = ledger.look(*strangers, at=after(1))
    assert [alarm.kind for alarm in changes.alarms] == [AlarmKind.MASS_DISAPPEARANCE]
    assert (changes.arrivals, changes.changes, changes.state) == ((), (), ledger.routes[Route.PAGE])


def test_a_first_look_that_shows_none_of_ninety_begins_nothing() -> None:
    ledger = Ledger()
    assert ledger.look(site_total=90).alarms
    assert ledger.look(*OLD, at=after(1)).summary is not None


def test_the_last_two_reviews_may_go_when_the_site_says_so() -> None:
    ledger = Ledger()
    ledger.look(*OLD[:2], site_total=2)
    for hour in (1, 2):
        ledger.look(at=after(hour), site_total=0)
    assert ledger.kinds() == [ChangeKind.REMOVED] * 2


def test_an_unchanged_page_confirms_what_it_did_not_show(ledger: Ledger) -> None:
    ledger.look(*OLD[1:], at=after(1))
    ledger.unchanged(after(2))
    assert ledger.kinds() == [ChangeKind.REMOVED]
    assert ledger.unchanged(after(3)).changes == ()


def test_an_unchanged_partial_page_confirms_nothing(ledger: Ledger) -> None:
    ledger.look(*OLD[1:], at=after(1))
    ledger.look(*OLD[1:4], at=after(2), coverage=PARTIAL)
    assert ledger.unchanged(after(3)).changes == ()


def test_an_unchanged_page_does_not_outweigh_a_later_sighting(ledger: Ledger) -> None:
    ledger.look(*OLD[1:], at=after(1))
    ledger.look(OLD[0], at=after(2), coverage=PARTIAL, route=Route.CAPTURE)
    assert ledger.unchanged(after(3)).changes == ()


def test_how_far_back_a_route_has_seen_is_remembered() -> None:
    ledger = Ledger()
    assert ledger.look(*OLD[:3], coverage=PARTIAL).state == RouteState(START, None, None)
    reached = ledger.look(*OLD[:3], coverage=since(-42), site_total=12, at=after(1)).state
    assert reached == RouteState(START, START - 42 * DAY, 12)
    assert ledger.look(*OLD, at=after(2)).state == RouteState(START, EVER, 12)
    assert ledger.look(*OLD[:2], coverage=since(-41), at=after(3)).state == RouteState(START, EVER, 12)


def test_a_look_that_is_not_believed_proves_nothing_about_how_far_back_it_saw() -> None:
    ledger = Ledger()
    ledger.look(*OLD, coverage=PARTIAL)
    changes = ledger.look(*OLD[:5], at=after(1))
    assert changes.alarms
    assert changes.state == RouteState(START, None, None)


def test_a_look_that_comes_late_may_be_the_first_sight_of_a_review(ledger: Ledger) -> None:
    ledger.look(words("new", posted=on(0)), *OLD, at=after(5))
    ledger.look(words("new", posted=on(0)), *OLD, at=after(2))
    assert next(iter(ledger.reviews[13].heard.values())).first_seen_at == after(2)


# Crashes and facts


def test_applying_the_same_changes_twice_is_harmless(ledger: Ledger) -> None:
    changes = ledger.changes_of(
        seen(words("new", posted=on(0)), replace(OLD[0], rating=Decimal(1)), *OLD[2:], at=after(1))
    )
    ledger.keep(changes)
    before = (dict(ledger.events), len(ledger.reviews), ledger.known())
    ledger.keep(changes)
    assert (dict(ledger.events), len(ledger.reviews), ledger.known()) == before


def _facts(at: float, **facts: str) -> Observation:
    return replace(seen(*OLD, at=after(at)), business=Business(**facts))


def test_a_fact_has_drifted_when_it_is_seen_differently_twice_running(ledger: Ledger) -> None:
    shown = [
        "North Street",
        "Shopbell test heading",
        "North Street",
        "South Street",
        "South Street",
        "South Street",
    ]
    for hour, address in enumerate(shown, start=1):
        ledger.keep(ledger.changes_of(_facts(hour, address=address)))
    (drifted,) = ledger.told(ChangeKind.FACTS_DRIFTED)
    assert drifted.fields == ("address",)
    assert drifted.fact is not None
    assert drifted.fact_before is not None
    assert (drifted.fact_before.value, drifted.fact.value) == ("North Street", "South Street")


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("phone", "+44 113 496 0000", "0113 496 0000"),
        ("phone", "(215) 555-0100", "+1 215.555.0100"),
        ("name", "Anna\u2019s Kitchen", "ANNA'S  KITCHEN"),
        ("address", "1 North St., Leeds", "1 North St, Leeds"),
    ],
)
def test_the_same_fact_printed_in_two_ways_has_not_drifted(
    ledger: Ledger, field: str, one: str, other: str
) -> None:
    for hour, value in enumerate([one, other, other, one], start=1):
        ledger.keep(ledger.changes_of(_facts(hour, **{field: value})))
    assert ledger.kinds() == []


def test_a_fact_that_is_not_shown_says_nothing(ledger: Ledger) -> None:
    for hour, facts in enumerate([{"phone": "0113 496 0000"}, {}, {}, {"name": "North"}], start=1):
        ledger.keep(ledger.changes_of(_facts(hour, **facts)))
    assert ledger.kinds() == []
    assert {fact.value for fact in ledger.facts.values()} == {"0113 496 0000", "North"}
