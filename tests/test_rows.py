"""Rows: an item written down is read back as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Item, Kind, Moment, Precision, Reply, Scale
from service.watch.rows import item_json, item_of, judgement_columns

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
moments = st.builds(
    Moment,
    shown=words,
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    precision=st.sampled_from(Precision),
)
items = st.builds(
    Item,
    ids=st.lists(st.tuples(words, words), max_size=2).map(tuple),
    kind=st.sampled_from(Kind),
    scale=st.sampled_from(Scale),
    rating=st.none() | st.decimals(0, 10, places=2),
    best=st.none() | st.sampled_from([Decimal(5), Decimal(10), Decimal(100)]),
    recommends=st.none() | st.booleans(),
    author=st.none() | words,
    title=st.none() | words,
    text=st.none() | words,
    text_complete=st.booleans(),
    translated=st.booleans(),
    posted=st.none() | moments,
    reply=st.none() | st.builds(Reply, text=words, text_complete=st.booleans(), at=st.none() | moments),
    keep_until=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(items)
def test_an_item_written_down_is_read_back_as_it_was(item: Item) -> None:
    assert item_of(orjson.loads(orjson.dumps(item_json(item)))) == item


def test_what_is_absent_takes_no_room() -> None:
    assert item_json(Item(text="Lovely")) == {"text": "Lovely"}


def test_an_erased_item_is_an_empty_one() -> None:
    assert item_of({}) == Item()


def test_a_time_keeps_its_zone() -> None:
    posted = Moment("May 2", datetime(2026, 5, 2, tzinfo=UTC), Precision.DAY)
    assert item_of(item_json(Item(posted=posted))).posted == posted


def test_a_judgement_is_asked_for_by_name() -> None:
    told = {"topics": [{"topic": "wait"}, {"topic": "food"}], "flags": ["staff_named", "illness"]}
    assert judgement_columns(told) == {"triage": told, "topics": "food wait", "flags": "illness staff_named"}


def test_what_was_not_judged_has_no_names() -> None:
    assert judgement_columns({"topics": [], "flags": None}) | {"triage": 0} == {
        "triage": 0,
        "topics": "",
        "flags": "",
    }
