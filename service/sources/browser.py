"""A page that shows its reviews only after scripts have run: opened in a real browser, one at a time.

The browser lives in a child process (``sources.browser_child``) that ends when idle and is killed when it
hangs; this process never imports Playwright.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from service.domain import Look, Outcome, Validators
from service.errors import LookFailed, NotAListing, Refused, Unreachable
from service.net.allow import AllowList
from service.net.answer import Response
from service.net.retry_after import read_retry_after
from service.sentences import say
from service.sites.base import Site
from service.sites.reading import read
from service.sources.browser_page import Orders
from service.sources.browser_process import Child
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from service.sources.verdict import Read, failed, look_of

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")

_KEPT = ("content-type", "retry-after", "cf-mitigated", "x-amzn-waf-action")
_FAILURES = {kind.outcome: kind for kind in (NotAListing, Refused, Unreachable)}


@dataclass(frozen=True, slots=True)
class BrowserLimits:
    """Seconds, bytes and pages."""

    idle: float = 60.0  # the child ends after so long without a page
    load: float = 30.0  # until a page's document is there
    settle: float = 6.0  # for its scripts to fetch and show the reviews
    total: float = 120.0  # with the browser's start; then the child is taken for hung, and killed
    size: int = 4_000_000  # the page as its scripts left it
    traffic: int = 30_000_000  # all that the page loads
    pages: int = 25  # then a fresh browser: one grows by some 20 MB a page


class Browser:
    """The child process and its one page. Safe to share between threads; two pages never load at once.

    ``executable`` is the browser to start; without one, the first of ``NAMES`` on the PATH, else Playwright's
    own. ``sandbox`` is on unless we are root, for whom Chromium has none.
    """

    def __init__(
        self,
        allow: AllowList,
        user_agent: str,
        executable: str | None = None,
        limits: BrowserLimits | None = None,
        *,
        sandbox: bool | None = None,
    ) -> None:
        self._allow = allow
        self._user_agent = user_agent
        self._executable = executable
        self._limits = limits or BrowserLimits()
        self._sandbox = not _is_root() if sandbox is None else sandbox
        self._turn = Lock()
        self._child: Child | None = None
        self._pages = 0

    def missing(self) -> str | None:
        """What is missing before a browser could be used, and how to mend it; ``None`` where nothing is."""
        if find_spec("playwright") is None:
            return say("this page needs a browser, and Playwright is not installed; `make browser` adds it")
        if self._executable and not Path(self._executable).is_file():
            return say("this page needs a browser, and there is none where SHOPBELL_BROWSER says")
        return None

    def open(self, url: str, *, now: datetime, language: str | None = None) -> Response:
        """The page as its scripts left it. Raises ``Refused``, ``Unreachable`` and ``NotAListing``."""
        with self._turn:
            if missing := self.missing():
                raise Refused(missing)
            answer = self._ask({"url": url, "language": language})
        if "failed" in answer:
            raise _FAILURES[Outcome(answer["failed"])](answer["why"])
        headers = {name: answer["headers"][name] for name in _KEPT if name in answer["headers"]}
        media_type = headers.get("content-type", "text/html").partition(";")[0]
        return Response(
            answer["status"],
            answer["url"],
            headers | {"content-type": f"{media_type}; charset=utf-8"},  # what Playwright hands over is text
            answer["html"].encode("utf-8", "replace"),
            read_retry_after(headers.get("retry-after"), now),
        )

    def close(self) -> None:
        """End the child process."""
        with self._turn:
            self._end()

    def _ask(self, page: dict[str, Any]) -> dict[str, Any]:
        for _ in range(2):
            child = self._running()
            answer = child.ask(page, self._limits.total)
            if answer is not None:
                self._pages += 1
                if self._pages >= self._limits.pages:
                    self._end()
                return answer
            if self._end() != 0:
                break
            # It ended by itself, idle, in the moment between our look at it and our question.
        if child.hung:
            raise Unreachable(
                say("the browser did not answer within %(total)s seconds", total=f"{self._limits.total:g}")
            )
        raise Unreachable(say("the browser ended before the page was read"))

    def _running(self) -> Child:
        if self._child and self._child.is_running():
            return self._child
        self._end()
        self._pages = 0
        self._child = Child(self._orders())
        return self._child

    def _end(self) -> int | None:
        child, self._child = self._child, None
        return child.end() if child else None

    def _orders(self) -> Orders:
        limits = self._limits
        return Orders(
            allow=list(self._allow.written()),
            user_agent=self._user_agent,
            executable=self._executable or next(filter(None, map(shutil.which, NAMES)), None),
            sandbox=self._sandbox,
            idle=limits.idle,
            load=limits.load,
            settle=limits.settle,
            size=limits.size,
            traffic=limits.traffic,
        )


class BrowserSource:
    """Looks with a browser; the same promise as ``PageSource``, one look at a time."""

    def __init__(self, browser: Browser, robots: Robots, politeness: Politeness, read: Read = read) -> None:
        self._browser = browser
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
        """Look once; every look ends in exactly one outcome."""
        cache = cache or Validators()
        try:
            with self._robots.visit(url, now):
                response = self._browser.open(url, now=now, language=language)
            self._politeness.heed(response, now)
            self._require_allowed_end(url, response.url, now)
            return look_of(
                response, url, site, read=self._read, cache=cache, known_total=known_total, now=now
            )
        except LookFailed as error:
            return failed(error)

    def _require_allowed_end(self, asked: str, final: str, now: datetime) -> None:
        """A browser follows redirects by itself; where they ended must be a place we may look at."""
        if final == asked:
            return
        if urlsplit(asked).scheme == "https" and urlsplit(final).scheme != "https":
            raise Refused(say("redirected from https to http"))
        self._robots.require(final, now)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
