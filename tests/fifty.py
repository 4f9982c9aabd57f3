"""Fifty reviews as they truly are, and how five routes tell of them: cut, translated, re-dated, without ids.

What is told is fixed by one number, in which order and in which batches it comes by another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from service.domain import PARTIAL, Item, Moment, Observation, Precision, Proof, Reply, Route
from service.watch.hearing import Heard, hear
from service.watch.merge import merged
from tests.ledger import DAY, START

HOUR = timedelta(hours=1)
HOW_MANY = 50
EDITED_AT = START + 12 * DAY + 12 * HOUR

FIRST = ("Anna", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hope", "Ivo", "Jane", "Kim", "Lou", "Mia")
LAST = ("Amber", "Brook", "Clay", "Dell")
DISHES = (
    "soup",
    "bread",
    "fish",
    "salad",
    "coffee",
    "pie",
    "rice",
    "stew",
    "tea",
    "cake",
    "ham",
    "plum",
    "egg",
)


@dataclass(frozen=True, slots=True)
class Truth:
    """One review as its site has it. ``twin``: another one has the same author, stars and words."""

    number: int
    author: str
    stars: int
    text: str | None
    posted: datetime
    edited_to: str | None = None
    reply: str | None = None
    twin: bool = False

    def text_at(self, at: datetime) -> str | None:
        return self.edited_to if self.edited_to and at >= EDITED_AT else self.text

    def ids(self, *kinds: str) -> tuple[tuple[str, str], ...]:
        return tuple((kind, f"{kind}-{self.number}") for kind in kinds)


@dataclass(frozen=True, slots=True)
class Told:
    """One review as one route tells it at one moment."""

    truth: Truth
    route: Route
    at: datetime
    item: Item
    proof: Proof = Proof.NONE

    @property
    def heard(self) -> Heard:
        return hear(self.route, self.at, self.item, proven=self.proof is not Proof.UNPROVEN)


def truths() -> list[Truth]:
    """Forty-six that nobody could mistake, and two pairs of near-twins; four are stars alone."""
    found = [_truth(number) for number in range(HOW_MANY - 2)]
    twins = [replace(one, twin=True) for one in found[:2]]
    again = [replace(one, number=HOW_MANY - 2 + at, posted=one.posted + DAY) for at, one in enumerate(twins)]
    return [*twins, *found[2:], *again]


def _truth(number: int) -> Truth:
    author = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST)]}"
    dish = DISHES[number % len(DISHES)]
    text = (
        f"We came one wet evening and asked for the {dish} that table {number} had praised; “Jo”, the waiter,"
        f" brought it at once, and it was as warm as he said. We shall see whether number {number} stays so."
    )
    facts = Truth(number, author, 1 + number % 5, text, START + timedelta(hours=24 + 4.5 * number))
    if number in (5, 6, 7, 8):
        return replace(facts, text=None)
    if number in (10, 11, 12):  # an edit in the middle, behind the opening
        return replace(facts, edited_to=f"{text} A second visit was worse.")
    if number in (20, 21):  # the reviewer of the one before wrote again
        before = _truth(number - 13)
        other = f"Another day, another {dish}: this time nobody came to our table for {number} minutes."
        return replace(facts, author=before.author, text=other)
    return replace(facts, reply="Thank you for coming by.") if number % 7 == 0 else facts


def tellings(chance: Random) -> list[Told]:
    """All that is told of them, by every route that can."""
    return [told for truth in truths() for told in _of(truth, chance)]


def _of(truth: Truth, chance: Random) -> Iterator[Told]:
    sent = truth.posted + timedelta(minutes=chance.randint(1, 90))
    proof = chance.choice([Proof.PROVEN, Proof.UNPROVEN])
    yield Told(truth, Route.MAIL, sent, _by_mail(truth, sent, chance), proof)
    for day, route in (
        (11, Route.PAGE),
        (12, Route.CAPTURE),
        (13, Route.HAND),
        (15, Route.PAGE),
        (16, Route.API),
    ):
        at = START + day * DAY
        if route is Route.HAND and truth.text is None:
            continue  # stars without words and without an id are nobody's
        if route is not Route.API and chance.random() < 0.2:
            continue
        yield Told(truth, route, at, _WAYS[route](truth, at, chance))


def _plain(truth: Truth, at: datetime) -> Item:
    return Item(
        rating=Decimal(truth.stars),
        best=Decimal(5),
        author=truth.author,
        text=truth.text_at(at),
    )


def _by_mail(truth: Truth, at: datetime, chance: Random) -> Item:
    """Cut, undated, and with an id only where the link holds one."""
    with_id = truth.text is None or (chance.random() < 0.5 and not truth.twin)
    item = replace(_plain(truth, at), ids=truth.ids("town") if with_id else (), text_complete=False)
    return replace(item, text=item.text and item.text[: chance.randint(60, 110)] + "…")


def _by_page(truth: Truth, at: datetime, chance: Random) -> Item:
    """With an id, sometimes cut or with its translation, dated "a week ago" or by the day."""
    item = replace(
        _plain(truth, at),
        ids=truth.ids("town"),
        permalink=f"https://town.example/{truth.number}",
        posted=_vague(truth, at) if chance.random() < 0.5 else _day(truth),
    )
    if item.text is None:
        return item
    text = item.text.replace("“", '"').replace("”", '"')  # this route draws them so, always
    if chance.random() < 0.3:
        return replace(item, text=text[:90] + "… More", text_complete=False)
    if chance.random() < 0.3:
        return replace(item, text=f"(Translated by Google) Vinimos una noche. (Original) {text}")
    return replace(item, text=text)


def _by_capture(truth: Truth, at: datetime, chance: Random) -> Item:
    """What the manager's own browser shows: an id, a vague date, the owner's reply, perhaps a translation."""
    reply = Reply(truth.reply) if truth.reply else None
    item = replace(_plain(truth, at), ids=truth.ids("town"), posted=_vague(truth, at), reply=reply)
    if item.text and chance.random() < 0.2:
        return replace(item, text="Vinimos una noche lluviosa.", translated=True, language="es")
    return item


def _by_hand(truth: Truth, at: datetime, chance: Random) -> Item:
    """A row of somebody's file: no id, a day in some time zone, points out of ten, a title."""
    day = truth.posted + timedelta(hours=chance.choice([-11, 0, 13]))
    item = replace(_plain(truth, at), posted=_day(replace(truth, posted=day)), title=f"Visit {truth.number}")
    return replace(
        item, title=None if truth.twin else item.title, rating=Decimal(truth.stars * 2), best=Decimal(10)
    )


def _by_api(truth: Truth, at: datetime, chance: Random) -> Item:
    """Whole and to the second; where likeness could not tell, under the page's name for it as well."""
    both = truth.twin or truth.text is None or chance.random() < 0.5
    ids = truth.ids("town", "town.api") if both else truth.ids("town.api")
    return replace(
        _plain(truth, at), ids=ids, posted=Moment(truth.posted.isoformat(), truth.posted, Precision.SECOND)
    )


_WAYS = {Route.PAGE: _by_page, Route.CAPTURE: _by_capture, Route.HAND: _by_hand, Route.API: _by_api}


def _day(truth: Truth) -> Moment:
    at = truth.posted.replace(hour=0, minute=0, second=0)
    return Moment(f"{at:%d/%m/%Y}", at, Precision.DAY)


def _vague(truth: Truth, at: datetime) -> Moment:
    days = (at - truth.posted).days
    if days < 7:
        return Moment(f"{days} days ago", at - days * DAY, Precision.RELATIVE)
    return Moment(f"{days // 7} weeks ago", at - 7 * (days // 7) * DAY, Precision.RELATIVE)


def in_batches(told: Sequence[Told], chance: Random) -> list[Observation]:
    """The same in random batches (a mail by itself) and in random order; when it was seen stays as it was."""
    left: dict[tuple[object, ...], list[Told]] = {}
    for number, one in enumerate(told):
        alone = number if one.route is Route.MAIL else None
        left.setdefault((one.route, one.at, alone), []).append(one)
    observations = [_observed(batch) for group in left.values() for batch in _split(group, chance)]
    chance.shuffle(observations)
    return observations


def _split(group: list[Told], chance: Random) -> Iterator[list[Told]]:
    chance.shuffle(group)
    while group:
        size = chance.randint(1, 20)
        yield group[:size]
        group = group[size:]


def _observed(batch: Sequence[Told]) -> Observation:
    first = batch[0]
    return Observation(
        "town", first.route, first.at, PARTIAL, items=tuple(one.item for one in batch), proof=first.proof
    )


def best_of(told: Sequence[Told]) -> dict[int, Item]:
    """What all that was told of each review comes to, had nobody ever mistaken one for another."""
    return {
        truth.number: merged([one.heard for one in told if one.truth == truth]).item for truth in truths()
    }
