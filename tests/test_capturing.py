"""Whether browsers may send what they see: on from the start, off for a site or for all, and audited once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import AuditBody
from service.people import capturing
from service.people.capturing import EVERYWHERE, is_on


def test_it_is_on_until_somebody_switches_it_off() -> None:
    assert is_on(())
    assert is_on(("yelp",))
    assert is_on(("yelp",), "facebook")
    assert not is_on(("yelp",), "yelp")
    assert not is_on((EVERYWHERE,))
    assert not is_on((EVERYWHERE,), "facebook")


def test_a_switch_replaces_the_one_before_and_is_audited_where_it_changes_something(
    database: Database, now: datetime
) -> None:
    for off in ({"yelp"}, {"yelp"}, {"facebook", EVERYWHERE}, set(), set()):
        with database.transaction() as session:
            capturing.switch(session, off, by="Olga Owner", now=now)
            assert capturing.switched_off(session) == off
    with database.reading() as session:
        told = session.scalars(select(col(AuditBody.body)).where(col(AuditBody.kind) == "capture")).all()
    assert [body and body["off"] for body in told] == [["yelp"], ["*", "facebook"], []]
