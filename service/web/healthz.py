"""``/healthz``: whether this service does its work, for machines. It says nothing that is a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import DBAPIError

from service.doctor import TICK_LATE
from service.models import Installation
from service.schema import is_ready
from service.web.desk import Desk, desk, now

screen = Blueprint("healthz", __name__)


@screen.get("/healthz")
def healthz() -> Response:
    """200 while the database answers, its tables are this version's and the engine is at work; else 503."""
    found = examined(desk(), now())
    answer = jsonify(found)
    answer.status_code = 200 if found["status"] == "ok" else 503
    return answer


def examined(parts: Desk, moment: datetime) -> dict[str, Any]:
    """What was found; each part is "ok" or says what it is instead."""
    try:
        ready = is_ready(parts.database)
        found: dict[str, Any] = {"database": "ok", "schema": "ok" if ready else "another version's"}
        if ready:
            found |= _engine(parts, moment)
    except DBAPIError:
        found = {"database": "does not answer"}
    well = found.get("schema") == "ok" and found.get("engine") in ("ok", "starting")
    return {"status": "ok" if well else "failing", **found}


def _engine(parts: Desk, moment: datetime) -> dict[str, Any]:
    with parts.database.reading() as session:
        installation = session.get(Installation, 1)
    tick = installation.tick_at if installation else None
    if tick is not None and moment - tick <= TICK_LATE:
        state = "ok"
    else:
        state = "starting" if moment - parts.started_at <= TICK_LATE else "not at work"
    return {"engine": state, "tick_at": tick.isoformat() if tick else None}
