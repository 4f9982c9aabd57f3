"""What is known of a listing, and of its site's other listings, before a look."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from service.db import Database
from service.domain import Look, Route
from service.models import Event, Review
from service.watch.check import Asked, Watch
from tests.builders import NOW, Town, a_look, a_planner, a_review, judged

HOUR = timedelta(hours=1)
OLD = [a_review("anna"), a_review("bert")]


def homes(database: Database) -> dict[str | None, int]:
    """Under which listing each review is stored; two of one name would be one too few."""
    with database.reading() as session:
        rows = session.execute(select(col(Review.author), col(Review.listing_id))).all()
        assert session.execute(select(func.count()).select_from(Review)).scalar_one() == len(rows)
    assert len({author for author, _ in rows}) == len(rows)
    return dict(rows)  # type: ignore[arg-type]


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(col(Event.kind)).order_by(col(Event.id))).scalars())


def test_a_review_moves_to_the_finer_listing_and_never_back(database: Database) -> None:
    domain = Town(database, key="north.example")
    branch = Town(database, key="north.example#leeds", url="https://town.example/leeds")
    domain.look(a_look(*OLD))
    branch.look(a_look(OLD[0]))
    for hour in (1, 2):
        domain.look(a_look(*OLD, at=NOW + hour * HOUR), NOW + hour * HOUR)
    assert homes(database) == {"Anna Example": branch.listing_id, "Bert Example": domain.listing_id}
    assert kinds(database) == ["baseline"]


def test_a_review_that_two_listings_show_is_one_and_stays_where_it_was(database: Database) -> None:
    one, other = Town(database, key="one"), Town(database, key="other", url="https://town.example/other")
    one.look(a_look(*OLD))
    other.look(a_look(OLD[0], a_review("cleo")))
    assert homes(database) == {
        "Anna Example": one.listing_id,
        "Bert Example": one.listing_id,
        "Cleo Example": other.listing_id,
    }


def test_a_review_of_another_listing_is_never_missed_here(database: Database) -> None:
    one, other = Town(database, key="one"), Town(database, key="other", url="https://town.example/other")
    one.look(a_look(*OLD))
    other.look(a_look(OLD[0], a_review("cleo")))
    for hour in (1, 2, 3):
        other.look(a_look(a_review("cleo"), at=NOW + hour * HOUR), NOW + hour * HOUR)
    assert "removed" not in kinds(database)


def test_who_proved_a_review_gone_is_remembered_and_alone_brings_it_back(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    town.told(a_look(*OLD, route=Route.CAPTURE))
    for hour in (1, 2):
        town.look(a_look(OLD[0], at=NOW + hour * HOUR), NOW + hour * HOUR)
    with database.reading() as session:
        gone = select(Review).where(col(Review.removed_at).is_not(None))
        assert session.execute(gone).scalar_one().removed_by == Route.PAGE
    town.told(a_look(*OLD, at=NOW + 3 * HOUR, route=Route.CAPTURE), NOW + 3 * HOUR)
    assert kinds(database)[-1] == "removed"
    town.look(a_look(*OLD, at=NOW + 4 * HOUR), NOW + 4 * HOUR)
    assert kinds(database)[-1] == "restored"
    with database.reading() as session:
        assert set(session.execute(select(col(Review.removed_by))).scalars()) == {None}


@pytest.mark.postgres
def test_two_workers_that_read_one_review_at_once_store_it_once(postgres_database: Database) -> None:
    database = postgres_database
    towns = [Town(database, key=key, url=f"https://town.example/{key}") for key in ("a", "b", "c", "d")]
    together = Barrier(len(towns))

    def hear(_asked: Asked, _now: object) -> Look:
        together.wait()
        return a_look(*(a_review(f"guest{number}") for number in range(30)))

    watch = Watch(database, hear, lambda *_facts: judged, a_planner())
    threads = [Thread(target=watch.check, args=(town.listing_id, NOW, lambda: NOW)) for town in towns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(homes(database)) == 30
