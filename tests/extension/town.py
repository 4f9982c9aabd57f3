"""A whole installation for one story: its desk served, its jobs stepped by a clock, and the world around it.

The world is a public page and a mail server on loopback, where every name leads; nothing else is pretended.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from service.alerts.reach import ChannelKind, add_channel
from service.db import Database
from service.demo.signers import sign_all
from service.engine import parts as engine_parts
from service.engine.jobs import Looking, all_jobs
from service.engine.parts import Parts
from service.models import LookRow
from service.net.guard import Guard
from service.people import sign_in
from service.secrets import Vault
from service.settings import CHECKOUT, Settings, the_secret
from service.web.app import create_app
from service.web.server import make_server
from tests.accounts import People
from tests.desk_rows import Rows
from tests.extension.browsers import PATIENCE
from tests.extension.pages import yelp
from tests.extension.pages.reviews import Written
from tests.loopback import Asked, Loopback, answer
from tests.postbox import Postbox

GAP = timedelta(hours=7)  # between two looks at Yelp; six is polite


@dataclass
class Clock:
    """The real time, moved by ``ahead``."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Town:
    """One branch on Yelp, its public page, and the owner who is told."""

    settings: Settings
    database: Database
    parts: Parts
    clock: Clock
    post: Postbox
    posted: date  # the day on which every review was written
    written: list[Written] = field(default_factory=list)  # what the public page shows
    listing: int = 0
    owner: int = 0

    @property
    def desk(self) -> str:
        """The desk's address."""
        return self.settings.public_url

    def page(self, asked: Asked) -> bytes:
        """The public page as it stands."""
        if not asked.path.startswith("/biz/"):
            return answer("", "404 Not Found")
        return answer(yelp.public(self.written, self.posted))

    def look(self) -> None:
        """The look that somebody at the desk asks for, done by the engine's own job."""
        with self.database.transaction() as session:
            self.parts.watch.hint(session, self.listing, self.clock())
        before, looking = self._looks(), Looking(self.parts, self.clock, 1)
        assert looking.round(self.clock()) == 1
        until = monotonic() + PATIENCE
        while self._looks() == before and monotonic() < until:
            sleep(0.02)
        looking.close()

    def run(self, *names: str) -> None:
        """These jobs of the engine, once each."""
        looking = Looking(self.parts, self.clock, 1)
        jobs = {job.name: job for job in all_jobs(self.parts, looking, self.clock)}
        for name in names:
            jobs[name].run(self.clock())
        looking.close()

    def way_in(self) -> str:
        """A link that signs the owner in."""
        with self.database.transaction() as session:
            token = sign_in.make_link(session, self.owner, timedelta(hours=1), self.clock())
        return f"{self.desk}/sign-in/{token}"

    def _looks(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(LookRow)) or 0


@contextmanager
def town(migrated: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town, with a branch that is watched and words that are signed; two looks ago by its clock."""
    here = partial(Guard, resolve=lambda _name, _port: ["127.0.0.1"])
    monkeypatch.setattr(engine_parts, "Guard", here)
    with ExitStack() as opened:
        post = opened.enter_context(Postbox())
        settings = _settings(folder, post)
        (folder / "shopbell.db").write_bytes(migrated.read_bytes())
        database = Database(settings.database_address)
        opened.callback(database.close)
        clock = Clock(ahead=-2 * GAP)
        allow = ("www.yelp.com", "127.0.0.1")
        parts = Parts.of(settings, database, the_secret(settings), allow=allow, host_gap=timedelta(0))
        opened.callback(parts.close)
        made = Town(settings, database, parts, clock, post, (clock() - GAP).date())
        public = opened.enter_context(Loopback(made.page))
        _furnish(made, yelp.PUBLIC.replace("https://www.yelp.com", f"http://www.yelp.com:{public.port}"))
        opened.enter_context(_served(made))
        yield made


def _settings(folder: Path, post: Postbox) -> Settings:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    mail = SecretStr(f"smtp://127.0.0.1:{post.port}")
    return Settings(data=folder, port=port, mail=mail, mail_from="bell@shops.example", browser="never")


def _furnish(made: Town, url: str) -> None:
    now = made.clock()
    rows, made.owner = Rows(made.database, now), People(made.database, now).owner()
    branch = rows.branch("Harbour Street", vertical="restaurant", sign_off="Dana and the team")
    made.listing = rows.listing(branch, "yelp", key="harbour-cakes", url=url)
    with made.database.transaction() as session:
        sign_all(session, CHECKOUT, now)
        add_channel(
            session,
            Vault(the_secret(made.settings)),
            person=made.owner,
            kind=ChannelKind.MAIL,
            target="olga@shops.example",
            title="Olga's mail",
            verified_at=now,
        )


@contextmanager
def _served(made: Town) -> Iterator[None]:
    server = make_server(create_app(made.settings, made.database, made.clock), made.settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield
    server.close()
    thread.join(5)
