"""A restaurant with one review on Google, and people whose browsers are paired."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Posting, Recall, Review
from service.settings import Settings
from service.web.app import create_app
from tests.accounts import People
from tests.conftest import NOW
from tests.desk_rows import Rows
from tests.paired import Browser, paired
from tests.signed import sign_shipped
from tests.web.on_a_page import a_card, a_page, confirming


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Shop:
    """A restaurant with one review on Google, two managers and the owner; ``clock`` is the desk's."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.clock = database, Clock()
        self.rows, people = Rows(database, NOW), People(database, NOW)
        with database.transaction() as session:
            sign_shipped(session, NOW)
        branch = self.rows.branch("Harbour Street", code="harbour", vertical="restaurant")
        self.listing = self.rows.listing(branch, "google_maps")
        self.review = self.rows.review(self.listing)
        self.app: Flask = create_app(settings, database, self.clock)
        people.owner()
        managers = [people.person(name, Role.BRANCH, ScopeKind.BRANCH, "harbour") for name in ("Kim", "Lou")]
        self.kim, self.lou = (paired(self.app, database, manager, NOW) for manager in managers)

    def offered(self, browser: Browser | None = None) -> dict[str, Any]:
        """The best reply that fits."""
        told = (browser or self.kim).ask("/suggest", a_page(a_card())).json
        best: dict[str, Any] = told["cards"][0]["offered"]["suggestions"][0]
        return best

    def confirm(
        self, browser: Browser, suggestion: dict[str, Any], **more: Any
    ) -> tuple[int, dict[str, Any]]:
        """The answer's status and what it tells."""
        answer = browser.ask("/confirm", confirming(suggestion, self.review, **more))
        return answer.status_code, answer.json

    def row(self) -> Review:
        with self.database.reading() as session:
            return session.get_one(Review, self.review)

    def postings(self) -> list[Posting]:
        with self.database.reading() as session:
            return list(session.scalars(select(Posting).order_by(col(Posting.id))))

    def recall(self, suggestion: dict[str, Any]) -> None:
        why = {"reason": "wrong", "key": "k", "statement": "s", "signature": b""}
        when = {"made_at": NOW, "taken_at": NOW}
        self.rows.add(
            Recall(pack=suggestion["pack"], item=suggestion["item"], up_to_serial=999, **when, **why)
        )
