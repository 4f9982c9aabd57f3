"""The real service: paired at the desk, the reply goes into the page, she posts it, and it is kept."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.demo.signers import sign_all
from service.models import Posting
from service.settings import CHECKOUT, Settings
from service.web.app import create_app
from service.web.server import make_server
from tests.accounts import People
from tests.desk_rows import WORDS, Rows
from tests.extension.browsers import Browser
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, ask
from tests.extension.pages import google
from tests.extension.pages.reviews import Written
from tests.paired import approve

pytestmark = [pytest.mark.browser, pytest.mark.server]

MARTA = Written("Ch1marta", "Marta K.", 2, WORDS)
MARTAS = f"document.querySelector('[data-review-id={MARTA.key}]')"
FIXED = "put two more cooks on at lunch"


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk, with one review on Google that waits."""

    base: str
    database: Database
    owner: int
    review: int


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'shopbell.db'}")
    settings = Settings(data=tmp_path, port=free_port())
    rows = Rows(database, datetime.now(UTC))
    people = People(database, rows.now)
    owner = people.owner()
    with database.transaction() as session:
        sign_all(session, CHECKOUT, rows.now)
    branch = rows.branch("Harbour Street", vertical="restaurant", sign_off="Dana and the team")
    review = rows.review(rows.listing(branch, "google_maps"), posted_at=rows.now - timedelta(days=14))
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(settings.public_url, database, owner, review)
    server.close()
    thread.join(5)
    database.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_from_pairing_to_a_reply_that_was_posted(browser: Browser, sites: LookAlikes, desk: Desk) -> None:
    ask(browser, "disconnect")
    begun = ask(browser, "pair_start", origin=desk.base, label="Till")
    approve(desk.database, begun["value"]["user_code"], desk.owner, datetime.now(UTC))
    assert ask(browser, "pair_poll") == {"ok": True, "value": "paired"}
    tab = browser.open(sites.put(google.LIST, google.reviews([MARTA])))
    card = OurCard(tab, MARTAS)
    card.wait_for("Approved reply")
    tab.press(f"{MARTAS}.querySelector('[data-open]')")
    card.write(FIXED)
    card.press("insert")
    card.wait_for("Inserted.")
    assert FIXED in tab.evaluate(f"{MARTAS}.querySelector('textarea').value")
    tab.press(f"{MARTAS}.querySelector('[data-post]')")
    card.wait_for("Noted as posted.")
    assert kept(desk, "submitted") == ("submitted", "within_bounds")
    tab.close()


def kept(desk: Desk, state: str) -> tuple[str, str | None]:
    """The posting's state and class, once the outbox has told of it."""
    until = monotonic() + 5
    while True:
        with desk.database.reading() as session:
            mine = col(Posting.review_id) == desk.review, col(Posting.state) != "shown"
            posting = session.scalars(select(Posting).where(*mine)).one_or_none()
        if (posting and posting.state == state) or monotonic() > until:
            return (posting.state, posting.reply_class) if posting else ("", None)
        sleep(0.05)
