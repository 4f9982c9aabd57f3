"""A watch for whoever keeps what others heard: a screen, a command. It never looks by itself."""

from __future__ import annotations

import random
from datetime import datetime

from service.db import Database
from service.domain import Look, Route
from service.sites.base import Site
from service.sites.generic import UNKNOWN
from service.sites.registry import site_named
from service.watch.check import Asked, Watch
from service.watch.judge import judge_for
from service.watch.record import Planner


def keeper(database: Database) -> Watch:
    """Keeps, hints and settles by each site's own politeness."""
    planner = Planner(lambda name: _site(name).politeness, random.random)
    return Watch(database, _never, judge_for, planner, _route)


def _site(name: str) -> Site:
    """A site that only another process knows (the demo town's) is treated as one we know nothing of."""
    return site_named(name) or UNKNOWN


def _route(name: str) -> Route:
    return _site(name).route


def _never(_asked: Asked, _now: datetime) -> Look:
    raise NotImplementedError("what keeps does not look")
