"""The desk as a whole: nobody's words act, on any screen, on any database."""

from __future__ import annotations

import re
from datetime import datetime

from flask.testing import FlaskClient

from service.db import Database
from service.domain import Outcome
from service.people.links import Links, Purpose
from service.settings import Settings
from service.web.app import create_app
from tests.desk_rows import Rows, triage

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def test_no_words_of_strangers_become_markup(client: FlaskClient, rows: Rows, links: Links) -> None:
    listing = rows.listing(rows.branch(EVIL, code="evil"), rating=4.0, best=5.0)
    rows.source(listing, health="walled", evidence=[EVIL])
    rows.look(listing, Outcome.WALLED, evidence=[EVIL])
    review = rows.review(
        listing,
        author=EVIL,
        title=EVIL,
        text=EVIL,
        reply_text=EVIL,
        posted_shown=EVIL,
        posted_precision="relative",
        language='en" onmouseover="x',
        triage=triage("high", ["illness"], EVIL) | {"language": EVIL},
        permalink="javascript:alert(1)",
    )
    rows.version(review, 1, EVIL, EVIL)
    rows.version(review, 2, EVIL + "2", EVIL)
    channel = rows.channel(rows.person(EVIL), title=EVIL)
    alert = rows.alert(review, listing)
    rows.delivery(alert, channel, state="failed", last_error=EVIL)
    token = links.token(Purpose.REVIEW, review, rows.now)
    place = links.token(Purpose.LISTING, listing, rows.now)
    for path in ("/", f"/reviews/{review}", "/alerts", "/health", f"/r/{token}", f"/l/{place}"):
        page = client.get(path)
        assert page.status_code == 200
        assert page.text.count("<script") == len(
            re.findall(r'<script src="/static/[\w.-]+\.js" defer>', page.text)
        )
        assert "<img src=x" not in page.text
        assert "javascript:" not in page.text
        assert ' onmouseover="x' not in page.text


def test_the_screens_read_the_same_on_every_database(
    database: Database, settings: Settings, now: datetime
) -> None:
    rows = Rows(database, now)
    listing = rows.listing(rows.branch())
    rows.source(listing, health="ok", last_ok_at=now)
    rows.look(listing, Outcome.OK)
    review = rows.review(listing)
    rows.version(review, 1, "It was awful.")
    rows.delivery(rows.alert(review, listing), rows.channel(rows.person()))
    client = create_app(settings, database, lambda: now).test_client()
    for path in ("/", "/?state=all", "/alerts", "/health", f"/reviews/{review}"):
        assert client.get(path).status_code == 200
    assert client.get("/healthz").json == {
        "status": "ok",
        "database": "ok",
        "schema": "ok",
        "engine": "starting",
        "tick_at": None,
    }
