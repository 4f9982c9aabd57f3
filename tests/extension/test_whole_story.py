"""The whole story, against the real service: heard in her browser, rung, answered there, seen in public."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from service.alerts.claim import Packing
from service.alerts.ring import ring
from service.approval.versions import still_approved
from service.db import Database
from service.demo.signers import sign_all
from service.domain import EventKind
from service.models import Alert, ListingSource, Posting
from service.outcomes.seen import follow
from service.settings import CHECKOUT, Settings
from service.web.app import create_app
from service.web.server import make_server
from tests import ringing
from tests.accounts import People
from tests.desk_rows import WORDS, Rows
from tests.extension.anywhere import front
from tests.extension.browsers import PATIENCE, Browser, Tab
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, Popup, ask
from tests.extension.pages import google
from tests.extension.pages.reviews import BERT, ENGLISH, Written
from tests.paired import approve

pytestmark = [pytest.mark.browser, pytest.mark.server]

MARTA = Written("ChZDSUhNMG9nS0VJQ0FnSURtYXJ0YUVn", "Marta K.", 2, WORDS)
MARTAS = f"document.querySelector('[data-review-id={MARTA.key}]')"
FIXED = "put two more cooks on at lunch"
JUST_NOW = replace(ENGLISH, ago="2 hours ago")


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk of one restaurant, its listing on Google, and somebody who is told of reviews."""

    base: str
    database: Database
    rows: Rows
    owner: int

    def all(self, row: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(row).order_by(col(row.id))))

    def wait_for_posting(self, state: str) -> Posting:
        """The one posting of which more is known than that it was shown, once it is so far."""
        until = monotonic() + PATIENCE
        while True:
            found = [one for one in self.all(Posting) if one.state == state]
            if found or monotonic() > until:
                (posting,) = found
                return posting  # type: ignore[no-any-return]
            sleep(0.05)


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'shopbell.db'}")
    settings = Settings(data=tmp_path, port=free_port())
    rows = Rows(database, datetime.now(UTC))
    owner = People(database, rows.now).owner()
    with database.transaction() as session:
        sign_all(session, CHECKOUT, rows.now)
    rows.installation()
    rows.listing(rows.branch("Harbour Street", vertical="restaurant", sign_off="Dana"), "google_maps")
    rows.channel(owner, "mail")
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(settings.public_url, database, rows, owner)
    server.close()
    thread.join(5)
    database.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_from_hearing_a_review_to_its_reply_seen_in_public(
    browser: Browser, sites: LookAlikes, desk: Desk
) -> None:
    pair_at_the_desk(browser, desk)
    sites.put(google.LIST, google.reviews([BERT]))
    tab = browser.open(google.LIST)
    number = front(browser)
    capture(browser, tab, number)
    days_go_by(desk)
    sites.put(google.LIST, google.reviews([MARTA, BERT], JUST_NOW))
    tab.go(google.LIST)
    capture(browser, tab, number)
    ring(desk.database, Packing(ringing.VAULT, ringing.LINKS, still_approved), datetime.now(UTC))
    rung = [one for one in desk.all(Alert) if one.kind == EventKind.NEW]
    assert [one.posting_hint is not None for one in rung] == [True]

    tab.go(google.LIST)
    card = OurCard(tab, MARTAS)
    card.wait_for("Approved reply")
    tab.press(f"{MARTAS}.querySelector('[data-open]')")
    card.write(FIXED)
    card.press("insert")
    card.wait_for("Inserted.")
    tab.press(f"{MARTAS}.querySelector('[data-post]')")
    card.wait_for("Noted as posted.")
    posting = desk.wait_for_posting("submitted")
    assert (posting.reply_class, posting.item) == ("within_bounds", rung[0].posting_hint["item"])
    assert FIXED in posting.text
    tab.close()

    a_look_sees_the_reply(desk, posting)
    assert desk.wait_for_posting("seen_in_public").id == posting.id


def pair_at_the_desk(browser: Browser, desk: Desk) -> None:
    ask(browser, "disconnect")
    begun = ask(browser, "pair_start", origin=desk.base, label="Till")
    approve(desk.database, begun["value"]["user_code"], desk.owner, datetime.now(UTC))
    assert ask(browser, "pair_poll") == {"ok": True, "value": "paired"}


def capture(browser: Browser, tab: Tab, number: int) -> None:
    """She sends what she sees."""
    tab.wait_for("document.querySelector('shopbell-card') !== null")
    popup = Popup(browser, number)
    popup.press("Look over")
    popup.press("Send")
    popup.says("New: 1.")
    popup.tab.close()


def days_go_by(desk: Desk) -> None:
    """What was heard first is the listing's past; what is posted after it is news."""
    with desk.database.transaction() as session:
        session.execute(update(ListingSource).values(began_at=desk.rows.now - timedelta(days=3)))


def a_look_sees_the_reply(desk: Desk, posting: Posting) -> None:
    """The public page shows the words: what a look there writes, and the job that follows it."""
    told = {"reply_text": posting.text, "provenance": {"reply": ["page", desk.rows.now.isoformat()]}}
    desk.rows.set(posting.review_id, reply_state=None, **told)
    desk.rows.event(EventKind.REPLIED, review_id=posting.review_id)
    follow(desk.database, datetime.now(UTC))
