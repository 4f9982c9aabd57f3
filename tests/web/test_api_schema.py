"""The API does what its own description says, whatever it is asked: schemathesis, within this process.

Every endpoint of the table is asked, those too that are added later: in the shape it describes and out of it,
by somebody who may everything, and by a desk station that nobody has unlocked.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from service.db import Database
from service.web.api import serving
from service.web.api.endpoint import Endpoint
from service.web.api.table import ENDPOINTS
from tests.accounts import People
from tests.conftest import NOW
from tests.desk_rows import Rows
from tests.paired import Browser, paired

pytestmark = pytest.mark.large

FEW = settings(
    max_examples=8, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture
def browsers(app: Flask, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Browser]:
    """The owner's, and a station, at a desk with a branch and a review; their rate is not counted."""
    monkeypatch.setattr(serving.Counting, "from_place", lambda *_asked: None)
    monkeypatch.setattr(serving.Counting, "from_browser", lambda *_asked: None)
    rows = Rows(sqlite_database, NOW)
    rows.review(rows.listing(rows.branch("Harbour Street", code="harbour")))
    owner = People(sqlite_database, NOW).owner()
    return {
        "owner": paired(app, sqlite_database, owner, NOW),
        "station": paired(app, sqlite_database, owner, NOW, branch=1),
    }


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("mode", "by"),
    [
        (GenerationMode.POSITIVE, "owner"),
        (GenerationMode.NEGATIVE, "owner"),
        (GenerationMode.POSITIVE, "station"),
    ],
    ids=str,
)
def test_every_answer_is_one_that_is_described(
    app: Flask, browsers: dict[str, Browser], endpoint: Endpoint, mode: GenerationMode, by: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Origin": browsers[by].origin, "Authorization": f"Bearer {browsers[by].access}"}

    @FEW
    @given(case=schema[endpoint.path]["POST"].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        is_well_formed = mode is GenerationMode.POSITIVE
        assert not (is_well_formed and answer.status_code == 400 and answer.json()["code"] == "bad_request")

    ask()
