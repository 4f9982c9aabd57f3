"""Addresses that are told by machine, and a receiver of our own on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.domain import EventKind
from service.hooks import outbox, targets
from service.hooks.kinds import HookKind
from service.hooks.queue import queue
from service.models import HookDelivery, HookTarget
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from tests.desk_rows import Rows
from tests.loopback import Loopback
from tests.ringing import VAULT, Clock

DESK = "https://bell.example.com"
DOCS = Path(__file__).parents[1] / "docs" / "webhooks.md"


def the_documented_verify() -> Callable[..., bool]:
    """``verify`` as docs/webhooks.md gives it to receivers."""
    (example,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    made: dict[str, Any] = {}
    exec(example, made)  # the documentation's own example is what is tested
    return made["verify"]  # type: ignore[no-any-return]


@dataclass
class Hooks:
    """Tells ``receiver`` of things, as the engine's two jobs do."""

    rows: Rows
    receiver: Loopback
    clock: Clock
    allow: tuple[str, ...] = ("127.0.0.1",)
    secrets: list[str] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.rows.database

    @property
    def guard(self) -> Guard:
        return Guard(AllowList.parse(self.allow))

    def target(self, *kinds: HookKind, path: str = "/in?token=t", **more: Any) -> int:
        """An address that is told of these, else of everything."""
        url = more.pop("url", f"{self.receiver.url}{path}")
        wanted = targets.Wanted(url, more.pop("title", "Till"), kinds or tuple(HookKind), **more)
        address = targets.read_address(self.guard, url)
        with self.database.transaction() as session:
            target, secret = targets.add(session, VAULT, address, wanted, "Olga Owner", self.clock.at)
            self.secrets.append(secret)
            return target.id or 0

    def new_review(self, **facts: Any) -> int:
        """A review that has just come, with its event; answers the review's number."""
        review = self.rows.review(self.rows.listing(self.rows.branch()), **facts)
        self.rows.event(EventKind.NEW, review_id=review, subject=f"review:{review}", at=self.clock.at)
        return review

    def run(self) -> int:
        """Queue and send once; answers how many were taken."""
        queue(self.database, self.clock.at)
        client = Client(self.guard, "Shopbell/0 (test)")
        try:
            return outbox.deliver(self.database, outbox.Courier(client, VAULT, DESK), self.clock)
        finally:
            client.close()

    @property
    def deliveries(self) -> list[HookDelivery]:
        with self.database.reading() as session:
            return list(session.scalars(select(HookDelivery).order_by(col(HookDelivery.id))))

    @property
    def states(self) -> list[str]:
        return [delivery.state for delivery in self.deliveries]

    def stored(self, number: int) -> HookTarget:
        with self.database.reading() as session:
            return session.get_one(HookTarget, number)

    @property
    def told(self) -> list[dict[str, Any]]:
        """What the receiver was sent, in order."""
        return [json.loads(asked.body) for asked in self.receiver.asked]

    @property
    def keys(self) -> list[str]:
        return [asked.headers["webhook-id"] for asked in self.receiver.asked]
