"""A desk with packs on it: stored versions, files, keys, and the forms that act on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.approval.versions import add_version, approve
from service.db import Database
from service.models import PackVersion
from tests.test_versions import Keys, Made, body, keep
from tests.web.reading import form_token


@dataclass
class Packing:
    """Packs in a database of its own and in a folder of its own; ``made`` people have keys."""

    database: Database
    home: Path
    client: FlaskClient
    now: datetime
    made: Made
    keys: Keys

    def people(self) -> None:
        """Ada, Grace and Lee have keys."""
        with self.database.transaction() as session:
            keep(session, self.made)

    def store(self, *signers: str, **facts: Any) -> PackVersion:
        """One version, signed by those people."""
        with self.database.transaction() as session:
            version = add_version(session, body(**facts), self.now)
            for name in signers:
                approve(session, version.sha256, self.keys[name], self.now)
            return version

    def file(self, **facts: Any) -> bytes:
        """One pack in templates_local."""
        written = body(**facts)
        path = self.home / "templates_local" / facts.get("name", "test") / "pack.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written)
        return written

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form of ours."""
        token = form_token(self.client.get("/read"))
        return self.client.post(path, data={"form_token": token} | fields)
