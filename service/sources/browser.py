"""A page that shows its reviews only after scripts have run: opened in a real browser, one at a time.

The browser lives in a child process that ends when idle; this process never imports Playwright.
"""

from __future__ import annotations

from datetime import datetime

from service.domain import Look, Validators
from service.net.allow import AllowList
from service.sites.base import Site
from service.sources.politeness import Politeness
from service.sources.robots import Robots


class Browser:
    """The child process and its one page. Safe to share between threads; two pages never load at once."""

    def __init__(self, allow: AllowList, user_agent: str, executable: str | None = None) -> None:
        raise NotImplementedError

    def missing(self) -> str | None:
        """What is missing before a browser could be used, and how to mend it; ``None`` where nothing is."""
        raise NotImplementedError

    def close(self) -> None:
        """End the child process."""
        raise NotImplementedError


class BrowserSource:
    """Looks with a browser; the same promise as ``PageSource``."""

    def __init__(self, browser: Browser, robots: Robots, politeness: Politeness) -> None:
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
        """Look once; every look ends in exactly one outcome."""
        raise NotImplementedError
