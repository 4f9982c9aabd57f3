"""A page that shows its reviews only after scripts have run: opened in a real browser, one at a time.

The browser lives in a child process (``sources.browser_child``) that ends when idle and is killed when it
hangs; this process never imports Playwright.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any
from urllib.parse import urlsplit

from service.domain import Look, Outcome, Validators
from service.errors import LookFailed, NotAListing, Refused, Unreachable
from service.net.allow import AllowList
from service.net.answer import Response
from service.net.retry_after import read_retry_after
from service.sites.base import Site
from service.sites.reading import read
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from service.sources.verdict import Read, failed, look_of

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")

_IMPORT_ROOT = Path(__file__).resolve().parents[2]
_INHERITED = ("HOME", "LANG", "PATH", "PLAYWRIGHT_BROWSERS_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
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
        self._child: subprocess.Popen[str] | None = None
        self._pages = 0

    def missing(self) -> str | None:
        """What is missing before a browser could be used, and how to mend it; ``None`` where nothing is."""
        if find_spec("playwright") is None:
            return "this page needs a browser, and Playwright is not installed; `make browser` adds it"
        if self._executable and not Path(self._executable).is_file():
            return "this page needs a browser, and there is none where SHOPBELL_BROWSER says"
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
            hung = Event()
            answer = self._exchange(self._running(), json.dumps(page), hung)
            if answer is not None:
                self._pages += 1
                if self._pages >= self._limits.pages:
                    self._end()
                return answer
            if self._end() != 0:
                break
            # It ended by itself, idle, in the moment between our look at it and our question.
        if hung.is_set():
            raise Unreachable(f"the browser did not answer within {self._limits.total:g} seconds")
        raise Unreachable("the browser ended before the page was read")

    def _exchange(self, child: subprocess.Popen[str], line: str, hung: Event) -> dict[str, Any] | None:
        assert child.stdin
        assert child.stdout

        def kill() -> None:
            hung.set()
            child.kill()

        timer = Timer(self._limits.total, kill)
        timer.daemon = True
        timer.start()
        try:
            child.stdin.write(f"{line}\n")
            child.stdin.flush()
            said = child.stdout.readline()
        except OSError:  # it is gone, or on its way
            return None
        finally:
            timer.cancel()
        answer: dict[str, Any] | None = json.loads(said) if said.endswith("\n") else None
        return answer

    def _running(self) -> subprocess.Popen[str]:
        if self._child and self._child.poll() is None:
            return self._child
        self._end()
        self._pages = 0
        self._child = child = subprocess.Popen(
            [sys.executable, "-m", "service.sources.browser_child", json.dumps(self._orders())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a page makes a browser say belongs in no log
            encoding="utf-8",
            env={name: os.environ[name] for name in _INHERITED if name in os.environ},  # none of our secrets
            cwd=_IMPORT_ROOT,
            start_new_session=True,
        )
        Thread(target=child.wait, daemon=True).start()  # so that one that ended idle leaves no zombie
        return child

    def _orders(self) -> dict[str, Any]:
        limits = self._limits
        return {
            "allow": self._allow.written(),
            "user_agent": self._user_agent,
            "executable": self._executable or next(filter(None, map(shutil.which, NAMES)), None),
            "sandbox": self._sandbox,
            "idle": limits.idle,
            "load": limits.load,
            "settle": limits.settle,
            "size": limits.size,
            "traffic": limits.traffic,
        }

    def _end(self) -> int | None:
        """End the child, by force if need be; its exit code, ``None`` where there was none."""
        child, self._child = self._child, None
        if child is None:
            return None
        assert child.stdin
        assert child.stdout
        with suppress(OSError):
            child.stdin.close()  # it ends by itself then, and takes the browser with it
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
        return child.returncode


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
            raise Refused("redirected from https to http")
        self._robots.require(final, now)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
