"""Sifting: what is remembered of some packs is what a walk over every item of theirs finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Flag, Item, Kind, Scale, Topic, Urgency
from service.models import Branch
from service.replies import sifting
from service.replies.case import Case
from service.replies.fit import Misfit, close_misfit, item_misfit, pack_misfit
from service.replies.pack import CaseStep, Pack
from service.replies.sifting import Missed, in_force, nearest, sift
from service.replies.spoken import TopicScore
from service.replies.triage import Triage

DAY = date(2026, 11, 22)
SOME_FLAGS = (Flag.ILLNESS, Flag.LEGAL, Flag.PRAISE, Flag.QUESTION)
SOME_TOPICS = (Topic.WAIT, Topic.FOOD, Topic.PRICE)
BANDS = ((1.0, 2.0), (1.0, 3.0), (4.0, 5.0), (5.0, 5.0))


def pack(
    *items: dict[str, Any],
    name: str = "test",
    scope: dict[str, Any] | None = None,
    begins: date = date(2026, 1, 1),
    **facts: Any,
) -> Pack:
    """A pack without a hash of its own, as whoever builds one in memory has it."""
    head = {"format": 1, "pack": name, "serial": 1, "title": "Test", "risk": "routine", "author": "Ada"}
    dates = {"from": begins, "until": date(2027, 12, 31)}
    return Pack.model_validate({**head, **dates, "scope": scope or {}, "item": items, **facts})


def item(id: str, **when: Any) -> dict[str, Any]:
    not_for = {"topics": when.pop("never", ())}
    return {"id": id, "when": when, "not_for": not_for, "variants": ("One", "Two", "Three")}


def judged(**facts: Any) -> Triage:
    plain = {"language": "en", "has_words": True, "sentiment": None, "topics": (), "flags": ()}
    rest = {"urgency": Urgency.NORMAL, "due_hours": 72, "reasons": ()}
    return Triage(**{**plain, **rest, **facts})


def case(triage: Triage | None = None, *, day: date = DAY, **facts: Any) -> Case:
    step, vertical = facts.pop("step", None), facts.pop("vertical", "restaurant")
    review = Item(**{"text": "x", "rating": Decimal(5), "best": Decimal(5), **facts})
    branch = Branch(code="north", name="Northside", brand="North", vertical=vertical)
    return Case(review, triage or judged(), branch, "yelp", day, step)


Outcome = tuple[list[tuple[str, int, str]], tuple[str, int, str, str] | None]


def sifted(packs: Sequence[Pack], case: Case) -> Outcome:
    """What fits, and the nearest of the rest with why, as suggesting finds them."""
    found = sift(packs, case)
    return _told(
        found.left, [found.nearest] if found.nearest else [], lambda _, item: close_misfit(item, case)
    )


def walked(packs: Sequence[Pack], case: Case) -> Outcome:
    """The same, with every rule asked of every item."""
    every = [(one, item) for one in in_force(packs, case.day) for item in one.items]
    return _told(every, [], lambda one, item: pack_misfit(one, case.where) or item_misfit(item, case))


def _told(left: Any, missed: list[Missed], misfit_of: Callable[[Any, Any], Misfit | None]) -> Outcome:
    fits = []
    for one, item in left:
        if misfit := misfit_of(one, item):
            missed.append(Missed(one, item, misfit))
        else:
            fits.append((one.name, one.serial, item.id))
    lost = nearest(missed)
    return fits, lost and (lost.pack.name, lost.pack.serial, lost.item.id, lost.misfit.why)


def some(values: Sequence[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


WHENS = st.fixed_dictionaries(
    {},
    optional={
        "stars": st.sampled_from(BANDS),
        "points10": st.sampled_from(BANDS),
        "recommends": st.booleans(),
        "kind": some(tuple(Kind)),
        "topics": some(SOME_TOPICS),
        "also": some(SOME_TOPICS),
        "never": some(SOME_TOPICS),
        "flags": some(SOME_FLAGS),
        "text": st.booleans(),
        "suspected": st.booleans(),
        "case": st.sampled_from(CaseStep),
    },
)
PACKS = st.builds(
    lambda whens, name, scope, serial, begins: pack(
        *(item(f"i{n}", **when) for n, when in enumerate(whens)),
        name=name,
        scope=scope,
        serial=serial,
        begins=begins,
    ),
    st.lists(WHENS, min_size=1, max_size=4),
    st.sampled_from("abc"),
    st.sampled_from(
        ({}, {"language": ["en"]}, {"language": ["de"]}, {"brand": ["NORTH"]}, {"site": ["bbb"]})
    ),
    st.integers(1, 2),
    st.sampled_from((DAY - timedelta(days=1), DAY + timedelta(days=1))),
)
RATINGS = st.sampled_from(
    (
        {"rating": None, "best": None, "scale": Scale.NONE},
        {"rating": None, "best": None, "scale": Scale.RECOMMEND, "recommends": False},
        {"rating": Decimal(3), "best": Decimal(10), "scale": Scale.POINTS10},
        *({"rating": Decimal(stars)} for stars in ("1", "4.5", "5")),
    )
)
JUDGED = st.builds(
    judged,
    sentiment=st.sampled_from((None, -0.5, 0.5)),
    has_words=st.booleans(),
    topics=some(SOME_TOPICS).map(lambda topics: tuple(TopicScore(topic, 0.5) for topic in topics)),
    flags=st.none() | some(SOME_FLAGS),
    suspected=some(SOME_FLAGS).map(frozenset),
    language=st.sampled_from(("en", "de", None)),
)
CASES = st.builds(
    lambda triage, rating, **facts: case(triage, **rating, **facts),
    JUDGED,
    RATINGS,
    kind=st.sampled_from(Kind),
    step=st.none() | st.sampled_from(CaseStep),
    vertical=st.sampled_from(("restaurant", "dental", "bank")),
    day=st.sampled_from((DAY, DAY + timedelta(days=1))),
)


@given(st.lists(PACKS, min_size=1, max_size=4), st.lists(CASES, min_size=1, max_size=6))
@settings(max_examples=60)
def test_what_is_remembered_is_what_a_walk_over_every_item_finds(
    packs: list[Pack], cases: list[Case]
) -> None:
    recalled = [one.without({"i0"}) or one for one in packs]
    for asked in (*cases, *cases):
        for shelf in (packs, recalled, packs[::-1]):
            assert sifted(shelf, asked) == walked(shelf, asked)


THANKS = item("thanks", stars=(4.0, 5.0))
GLAD = item("glad", stars=(5.0, 5.0))


def test_a_recalled_item_is_not_remembered_by_its_packs_hash() -> None:
    whole = pack(THANKS, GLAD)
    left = whole.without({"glad"})
    assert left and left.sha256 == whole.sha256
    assert [found.id for _, found in sift([whole], case()).left] == ["thanks", "glad"]
    assert [found.id for _, found in sift([left], case()).left] == ["thanks"]


def test_two_packs_that_say_the_same_are_two() -> None:
    one, other = pack(THANKS), pack(THANKS)
    assert one == other
    assert sift([one], case()).left[0][0] is one
    assert sift([other], case()).left[0][0] is other


def test_a_pack_that_is_not_in_force_yet_speaks_on_its_first_day() -> None:
    new = pack(THANKS, begins=DAY + timedelta(days=1))
    assert sift([new], case()).left == ()
    assert len(sift([new], case(day=DAY + timedelta(days=1))).left) == 1


def test_reviews_of_one_outline_are_sifted_once() -> None:
    packs = [pack(THANKS, GLAD)]
    sift(packs, case(text="Lovely", author="Ada"))
    before = sifting._left.cache_info()
    sift(packs, case(text="Superb", author="Lee"))
    after = sifting._left.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
