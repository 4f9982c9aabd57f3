"""A listing and files on their way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from service.db import Database
from service.models import Event, ImportRun, Review
from service.sources import files
from service.sources.files import File
from service.watch import importing, imports
from tests.builders import NOW, Town


@dataclass
class Desk:
    """Brings files to one listing; ``now`` is when, ``key`` the site's own name for it."""

    database: Database
    now: datetime = NOW
    key: str = "north"

    def __post_init__(self) -> None:
        self.town = Town(self.database, key=self.key, url=f"https://town.example/{self.key}")

    def bring(self, file: File | bytes, *, start: bool = True, **more: Any) -> int:
        """Begin, and start; answers the run's number."""
        known = file if isinstance(file, File) else files.recognised(file)
        more = {"listing_id": self.town.listing_id} | more
        begun = imports.Begun("reviews.csv", known, files.extent(known, self.now), **more)
        with self.database.transaction() as session:
            run = imports.begin(session, begun, self.now)
            if start:
                assert imports.start(session, run, self.now)
        return run

    def step(self, run: int) -> bool:
        return importing.step(self.database, self.town.watch, run, self.now)

    def finish(self, run: int) -> ImportRun:
        """Work until nothing is left to do."""
        while self.step(run):
            pass
        return self.run(run)

    def run(self, run: int) -> ImportRun:
        with self.database.reading() as session:
            found = imports.the_run(session, run)
        assert found is not None
        return found

    def counts(self, run: int) -> dict[str, int]:
        counted: Mapping[str, Any] = self.run(run).counts
        return {name: n for name, n in counted.items() if name != "listings" and n}

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        with self.database.reading() as session:
            rows = session.execute(select(col(Event.kind), col(Event.payload)).order_by(col(Event.id)))
            return [(kind, payload) for kind, payload in rows]

    def reviews(self) -> int:
        with self.database.reading() as session:
            return session.execute(select(func.count()).select_from(Review)).scalar_one()
