"""The public page, looked at politely: robots.txt, patience, one conditional request, then reading."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from service.domain import Look, Validators
from service.errors import LookFailed
from service.net.client import Client
from service.sites.base import Site
from service.sites.reading import read
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from service.sources.verdict import Read, failed, look_of


class PageSource:
    """Looks by plain HTTP. Safe to share between threads."""

    def __init__(self, client: Client, robots: Robots, politeness: Politeness, read: Read = read) -> None:
        self._client = client
        self._robots = robots
        self._politeness = politeness
        self._read = read

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

        ``known_total`` is how many reviews we know the listing to have: "none" is then never believed.
        ``language`` is an Accept-Language. The look's ``cache`` is what the next one is to be given; it is
        empty after a failure, so that a wall is never "unchanged".
        """
        cache = cache or Validators()
        visit = partial(self._robots.visit, now=now)
        try:
            response = self._client.fetch(url, now=now, validators=cache, language=language, visit=visit)
            self._politeness.heed(response, now)
            return look_of(
                response, url, site, read=self._read, cache=cache, known_total=known_total, now=now
            )
        except LookFailed as error:
            return failed(error)
