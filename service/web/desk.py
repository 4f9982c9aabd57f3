"""What every screen stands on: settings, database, clock, and one consistent view of the rows per request."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, g
from sqlmodel import Session

from service.db import Database
from service.settings import Settings

EXTENSION = "shopbell"


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts a screen may use. ``clock`` answers aware UTC; ``started_at`` is when the app was made."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    secret: bytes
    started_at: datetime


def install(app: Flask, parts: Desk) -> None:
    """Make ``parts`` the app's, and close each request's view of the rows when the request ends."""
    app.extensions[EXTENSION] = parts
    app.teardown_appcontext(_close)


def desk() -> Desk:
    """The parts of the app that serves this request."""
    parts: Desk = current_app.extensions[EXTENSION]
    return parts


def now() -> datetime:
    """The moment of this request: the same wherever one page asks."""
    if "now" not in g:
        g.now = desk().clock()
    moment: datetime = g.now
    return moment


def rows() -> Session:
    """A view of the rows for this request: it writes nothing and blocks nobody."""
    if "rows" not in g:
        g.open = ExitStack()
        g.rows = g.open.enter_context(desk().database.reading())
    session: Session = g.rows
    return session


def look_again() -> None:
    """What ``rows`` shows from here on is what stands there now: something was just found to have changed."""
    _close(None)


def _close(_error: BaseException | None) -> None:
    opened: ExitStack | None = g.pop("open", None)
    g.pop("rows", None)
    if opened:
        opened.close()
