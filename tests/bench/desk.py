"""Every page of the desk, with 50,000 reviews of 2,000 branches, against the 200 ms that are promised.

What the server does for its owner, the median of five: CPU time on SQLite, which is in our process, and the
time on the wall on PostgreSQL, which is not. The slowest are told.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.bench.ratio import Ratio

PROMISED = 200.0  # ms
TOLD = 12  # pages
AGAIN = 5
INBOX = (
    *("", "page=100", "state=all", "state=all&page=1000", "state=answered", "state=past", "state=posted"),
    *("state=ended", "state=case", "state=mentions", "branch=b7", "site=yelp", "stars=1", "language=fr"),
    *("flag=illness", "flag=question", "mine=1", "q=waited", "branch=b7&state=all", "site=yelp&state=all"),
    *("stars=5&state=all", "language=fr&state=all", "flag=illness&state=all", "mine=1&state=all"),
    *("q=waited&state=all", "q=day&state=all"),
)
REPORTS = [f"days={days}&by={by}" for days in (30, 90, 365) for by in ("branch", "region", "site")]
NAMED = {"name": "general-en", "code": "en", "which": "chromium"}
NUMBER = "7"  # of the branch, the listing, the review that is looked at


def run(_peers_python: Path) -> list[Ratio]:
    """Measure on SQLite, and on PostgreSQL where it is installed."""
    from tests.provision import postgres

    with tempfile.TemporaryDirectory() as folder:
        found = _slowest(f"sqlite:///{folder}/shopbell.db", Path(folder), time.process_time, "ms CPU")
    if not postgres.is_here():
        return found
    server = postgres.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            address = server.fresh_database(lambda _database: None)
            return found + _slowest(address, Path(folder), time.perf_counter, "ms on PostgreSQL")
    finally:
        server.stop()


def _slowest(address: str, folder: Path, clock: Callable[[], float], unit: str) -> list[Ratio]:
    from service.db import Database
    from service.schema import migrate
    from service.settings import Settings
    from service.web.app import create_app
    from tests.accounts import People
    from tests.bench.brand import fill
    from tests.builders import NOW

    database = Database(address)
    migrate(database)
    fill(database, NOW)
    if not database.is_sqlite:
        with database.transaction() as session:  # as autovacuum, which tests leave out, does within a minute
            session.execute(text("ANALYZE"))
    app = create_app(Settings(data=folder), database, lambda: NOW)
    owner = app.test_client()
    owner.set_cookie("shopbell", People(database, NOW).token(1))
    gc.collect()
    gc.freeze()  # what filling left behind is no part of a service, and each full collection would walk it
    times = {page: _taken(owner, page, clock) for page in pages(app) if owner.get(page).status_code == 200}
    database.close()
    slowest = sorted(times.items(), key=lambda one: -one[1])[:TOLD]
    return [Ratio(page, taken, PROMISED, unit, 1.0) for page, taken in slowest]


def pages(app: Flask) -> Iterator[str]:
    """Every address that can be looked at, and what may be asked of the inbox and the reports."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            named = {name: NAMED.get(name, NUMBER) for name in rule.arguments}
            built = rule.build(named)
            if built:
                yield built[1]
    yield from (f"/?{asked}" for asked in INBOX)
    yield from (f"/reports?{asked}" for asked in REPORTS)
    yield from (f"/reports.csv?{asked}" for asked in REPORTS)


def _taken(client: FlaskClient, page: str, clock: Callable[[], float]) -> float:
    taken = []
    for _ in range(AGAIN):
        began = clock()
        client.get(page).get_data()
        taken.append((clock() - began) * 1000)
    return median(taken)
