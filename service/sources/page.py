"""The public page, looked at politely: robots.txt, patience, one conditional request, then reading."""

from __future__ import annotations

from datetime import datetime

from service.domain import Look, Validators
from service.net.client import Client
from service.sites.base import Site
from service.sources.politeness import Politeness
from service.sources.robots import Robots


class PageSource:
    """Looks by plain HTTP. Safe to share between threads."""

    def __init__(self, client: Client, robots: Robots, politeness: Politeness) -> None:
        raise NotImplementedError

    def look(
        self,
        url: str,
        site: Site,
        *,
        now: datetime,
        cache: Validators | None = None,
        known_total: int | None = None,
        language: str | None = None,
    ) -> Look:
        """Look once; every look ends in exactly one outcome, and no expected failure escapes as an exception.

        ``known_total`` is how many reviews we know the listing to have; "none" is then never believed.
        """
        raise NotImplementedError
