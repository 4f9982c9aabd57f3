"""Paired browsers for tests: what an extension holds and sends, without a browser."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from service.db import Database
from service.models import Branch
from service.people import accounts, pair_codes, pairing

ORIGIN = "moz-extension://0b1cfe8e-4a2d-4a5c-9f0e-2f6c3a6d1b77"
VERSION = "0.1.0"


@dataclass
class Browser:
    """An extension that speaks to the service; it keeps what it is handed."""

    app: Flask
    origin: str = ORIGIN
    access: str = ""
    refresh: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    pair_id: str = ""
    code: str = ""

    def ask(self, path: str, asked: Any = None, **headers: str) -> TestResponse:
        """Send one request; ``headers`` replace what it would send."""
        sent = {"Origin": self.origin} | ({"Authorization": f"Bearer {self.access}"} if self.access else {})
        return self.app.test_client().post(f"/api/v1{path}", json=asked or {}, headers=sent | headers)

    def start(self, **asked: str) -> TestResponse:
        """Ask for a code."""
        made = base64.urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        said = {"challenge": made, "browser": "Firefox", "version": VERSION, "label": "Front desk laptop"}
        answer = self.ask("/pair/start", said | asked)
        if answer.status_code == 200:
            self.pair_id, self.code = answer.json["pair_id"], answer.json["user_code"]
        return answer

    def poll(self, verifier: str = "") -> TestResponse:
        """Ask whether it was approved; tokens are kept."""
        return self._kept(
            self.ask("/pair/token", {"pair_id": self.pair_id, "verifier": verifier or self.verifier})
        )

    def renew(self) -> TestResponse:
        """Take the next pair of tokens."""
        return self._kept(self.ask("/token", {"refresh": self.refresh}))

    def _kept(self, answer: TestResponse) -> TestResponse:
        if answer.status_code == 200:
            self.access, self.refresh = answer.json["access"], answer.json["refresh"]
        return answer


def approve(database: Database, code: str, person: int, now: datetime, branch: int | None = None) -> int:
    """Approve a code as the desk does; answers the device's id. ``branch``: as that branch's station."""
    with database.transaction() as session:
        typed, who = pair_codes.typed(code), accounts.who(session, person)
        assert typed and who
        request = pairing.find(session, typed, now)
        assert request
        station = session.get_one(Branch, branch) if branch else None
        return pairing.approve(session, request, who, station, now).id or 0


def paired(app: Flask, database: Database, person: int, now: datetime, branch: int | None = None) -> Browser:
    """A browser that is paired, as hers or as a branch's station."""
    browser = Browser(app)
    assert browser.start().status_code == 200
    approve(database, browser.code, person, now, branch)
    assert browser.poll().status_code == 200
    return browser
