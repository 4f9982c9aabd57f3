"""Whom a review names: she is not the one to be told of what is held against her."""

from __future__ import annotations

import pytest

from service.alerts import media
from service.alerts.compose import compose
from service.alerts.named import is_against, names
from service.alerts.outbox import deliver
from service.alerts.ring import NAMED_ALONE, ring
from service.alerts.rules import Occasion
from service.alerts.unclaimed import tell_again
from service.db import Database
from service.domain import EventKind, Flag, Urgency
from service.errors import DeliveryFailed
from service.models import Delivery
from tests import ringing
from tests.ringing import NOW, Clock, Recorder, judged, packing, post

PACKING = packing()


def occasion(words: str, *flags: str) -> Occasion:
    return Occasion(EventKind.NEW, words=words, flags=frozenset(flags))


@pytest.mark.parametrize(
    ("words", "person", "named"),
    [
        ("Marta shouted at us.", "Marta Kowalska", True),
        ("the manager, ms KOWALSKA, lied", "Marta Kowalska", True),
        ("Martas Imbiss", "Marta Kowalska", False),
        ("Nobody came.", "Marta Kowalska", False),
        ("I was ill. Al laughed.", "Al Ng", False),
        ("Al Ng laughed.", "Al Ng", True),
        ("Marta", "", False),
    ],
)
def test_a_person_is_named_by_her_first_or_last_name(words: str, person: str, named: bool) -> None:
    assert names(occasion(words), person) is named


@pytest.mark.parametrize(
    ("flags", "against"),
    [
        (("safety",), True),
        (("safety", "praise"), True),
        (("staff_named",), True),
        (("staff_named", "praise"), False),
        ((), False),
    ],
)
def test_only_what_is_held_or_complains_of_staff_is_against_somebody(
    flags: tuple[str, ...], against: bool
) -> None:
    assert is_against(occasion("Marta", *flags)) is against


def complained_of(database: Database, *people: str) -> list[int]:
    """A held review that names Marta; answers the people's channels."""
    with database.transaction() as session:
        channels = [ringing.channel(session, ringing.person(session, name)) for name in people]
        where = ringing.listing(session, ringing.branch(session))
        about = ringing.review(
            session,
            where,
            text="Marta called us names.",
            urgency="held",
            due_claim_at=NOW,
            triage=judged(Urgency.HELD, flags=(Flag.DISCRIMINATION, Flag.STAFF_NAMED)),
        )
        ringing.event(session, where, about)
    ring(database, PACKING, NOW)
    return channels


def told(database: Database) -> list[int]:
    from sqlalchemy import select
    from sqlmodel import col

    with database.reading() as session:
        return list(session.scalars(select(col(Delivery.channel_id)).order_by(col(Delivery.id))))


def test_a_held_review_never_alerts_the_person_it_names(database: Database) -> None:
    _marta, lee = complained_of(database, "Marta", "Lee")
    assert told(database) == [lee]


def test_not_even_where_the_others_cannot_be_reached(database: Database) -> None:
    _marta, lee = complained_of(database, "Marta", "Lee")
    deliver(database, post(mail=Recorder([DeliveryFailed("550", permanent=True)])), Clock())
    tell_again(database, PACKING, NOW)
    assert set(told(database)) == {lee}


def test_where_there_is_nobody_else_she_hears_that_one_waits_and_nothing_of_it(database: Database) -> None:
    """A silence would leave an injury lying; the words are for the desk, where she may read them anyway."""
    (marta,) = complained_of(database, "Marta")
    assert told(database) == [marta]
    sent = Recorder()
    deliver(database, post(mail=sent), Clock())
    (parcel,) = sent.parcels
    message = compose(parcel.facts, media.MAIL, parcel.ways)
    said = f"{message.subject} {message.text} {parcel.facts.model_dump_json()}"
    assert "A review waits at Northside" in message.text
    assert NAMED_ALONE in message.text
    assert [word for word in ("called us names", "Ann L.", "2 of 5", "discrimination") if word in said] == []
    assert parcel.ways.desk == "https://bell.example.com/"


def test_she_is_told_once_more_where_nobody_takes_it(database: Database) -> None:
    (marta,) = complained_of(database, "Marta")
    deliver(database, post(mail=Recorder()), Clock())
    assert tell_again(database, PACKING, NOW) == 1
    assert told(database) == [marta, marta]
