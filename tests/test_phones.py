"""Phones of one's own: added by their owner, never more than she may see, and ended for good."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts import phones
from service.alerts.outbox import deliver
from service.alerts.reach import ChannelKind, open_channels, target_of
from service.alerts.roster import listed
from service.alerts.rulebook import stored_rules
from service.db import Database
from service.domain import Role
from service.errors import AnswerRefused, ChannelEnded, LastRecipient, UnusableChannel
from service.models import Channel, Delivery, Person, Rule
from service.people import leaving
from tests import ringing
from tests.accounts import People
from tests.pushing import Phone
from tests.ringing import NOW, VAULT, Clock, Recorder, post

GONE = ChannelEnded("That browser takes no more messages (its push service answered 410).")


def ring(session: Session, who: Person, phone: Phone, *, reads_all: bool = False) -> Channel:
    to = phone.subscription
    return phones.ring_here(session, VAULT, who, to, "Firefox on Android", NOW, reads_all=reads_all)


def open_ids(session: Session) -> list[int]:
    return [reach.channel for reach in open_channels(session)]


def test_whoever_reads_everything_is_rung_at_once(database: Database) -> None:
    phone = Phone()
    with database.transaction() as session:
        added = ring(session, ringing.person(session), phone, reads_all=True)
        assert open_ids(session) == [added.id]
        assert target_of(VAULT, added) == phone.subscription.written()
        assert phone.endpoint.encode() not in added.target_enc
        assert phones.mark_of(VAULT, added) == phone.subscription.mark


def test_whoever_is_told_of_nothing_yet_waits_for_somebody_who_may_say_so(database: Database) -> None:
    with database.transaction() as session:
        kim = ringing.person(session)
        ring(session, kim, Phone())
        assert open_ids(session) == []
        assert [one.is_open for one in phones.owned(session, kim.id or 0)] == [False]


def test_rules_that_name_her_mail_name_her_phone_too(database: Database) -> None:
    with database.transaction() as session:
        kim, lee = ringing.person(session), ringing.person(session, "Lee")
        mail, other = ringing.channel(session, kim), ringing.channel(session, lee)
        session.add(Rule(position=1, title="Hers", match={}, to=[mail], timing={}))
        session.add(Rule(position=2, title="Lee's", match={}, to=[other], timing={"then": [mail]}))
        added = ring(session, kim, Phone())
        assert added.id in open_ids(session)
        hers, others = stored_rules(session)
        assert hers.to == (mail, added.id)
        assert (others.to, others.timing.then) == ((other,), (mail, added.id))


def test_pressing_twice_is_pressing_once(database: Database) -> None:
    phone = Phone()
    with database.transaction() as session:
        kim = ringing.person(session)
        mail = ringing.channel(session, kim)
        session.add(Rule(position=1, title="Hers", match={}, to=[mail], timing={}))
        first, again = ring(session, kim, phone), ring(session, kim, phone)
        assert first.id == again.id
        assert stored_rules(session)[0].to == (mail, first.id)


def test_a_browser_rings_for_one_person_only(database: Database) -> None:
    phone = Phone()
    with database.transaction() as session:
        kim, lee = ringing.person(session), ringing.person(session, "Lee")
        before = ring(session, kim, phone, reads_all=True)
        after = ring(session, lee, phone, reads_all=True)
        assert open_ids(session) == [after.id]
        assert before.paused_at == NOW


def test_there_is_an_end_to_how_many_ring(database: Database) -> None:
    with database.transaction() as session:
        kim = ringing.person(session)
        for number in range(phones.MOST):
            ring(session, kim, Phone(f"https://push.example.net/{number}"), reads_all=True)
        with pytest.raises(UnusableChannel, match="Remove one"):
            ring(session, kim, Phone(), reads_all=True)


def test_nobody_removes_anybody_elses_and_the_last_one_stays(database: Database) -> None:
    with database.transaction() as session:
        kim, lee = ringing.person(session), ringing.person(session, "Lee")
        added = ring(session, kim, Phone(), reads_all=True)
        with pytest.raises(AnswerRefused):
            phones.remove(session, added.id or 0, lee, NOW)
        with pytest.raises(LastRecipient):
            phones.remove(session, added.id or 0, kim, NOW)
        ringing.channel(session, lee)
        phones.remove(session, added.id or 0, kim, NOW)
        assert added.target_enc == b""
        assert phones.owned(session, kim.id or 0) == []


def test_a_browser_that_wants_no_more_is_ended_and_somebody_else_is_told(database: Database) -> None:
    with database.transaction() as session:
        kim, lee = ringing.person(session), ringing.person(session, "Lee")
        added = ring(session, kim, Phone(), reads_all=True).id or 0
        ringing.channel(session, lee)
        ringing.alert(session, [added])
    mail = Recorder()
    deliver(database, post(push=Recorder([GONE]), mail=mail), Clock())
    assert [parcel.name for parcel in mail.parcels] == ["Lee"]
    with database.reading() as session:
        assert added not in open_ids(session)
        kept = next(one for one in listed(session) if one.channel.id == added)
        assert (kept.channel.paused_at, kept.channel.verified_at) == (NOW, None)
        assert "takes no more messages" in (kept.last_error or "")
        states = session.scalars(select(col(Delivery.state)).order_by(col(Delivery.id))).all()
        assert states == ["failed", "sent"]


def test_whoever_leaves_is_rung_no_more(database: Database) -> None:
    people = People(database, NOW)
    people.owner()
    number = people.person("Kim", Role.BRANCH)
    with database.transaction() as session:
        ring(session, session.get_one(Person, number), Phone(), reads_all=True)
    with database.transaction() as session:
        assert leaving.leave(session, number, by="Olga Owner", now=NOW).channels == 1
    with database.reading() as session:
        assert open_ids(session) == []
        assert session.scalars(select(col(Channel.kind))).all() == [ChannelKind.PUSH]
