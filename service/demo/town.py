"""The demo town: three small web servers of our own on loopback, one for each invented site.

What they serve is a function of the time since the town began, and of nothing else. It begins when somebody
first looks at one of its pages, so that a slow start misses none of the story; a restarted town tells it on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from service.demo import markup
from service.demo.plot import Place
from service.demo.story import places

LOOPBACK = "127.0.0.1"
HTML = "text/html; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a town server."""

    status: int
    content_type: str
    body: bytes

    @property
    def etag(self) -> str:
        """Its validator."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


ROBOTS = Answered(200, PLAIN, b"User-agent: *\nDisallow: /account/\n")
NOTHING_HERE = Answered(404, PLAIN, b"There is no such page in this town.\n")


def town_at(place: Place, elapsed: float, began: datetime, origin: str) -> Answered:
    """The page of ``place`` as its server at ``origin`` shows it ``elapsed`` seconds after ``began``."""
    if place.walled(elapsed):
        return Answered(403, HTML, markup.wall(place).encode())
    return Answered(200, HTML, markup.page(place, elapsed, began, origin).encode())


class Calendar:
    """The town's own time. ``remember`` is told, once, when it began. Safe to share between threads."""

    def __init__(
        self, clock: Callable[[], datetime], began: datetime | None, remember: Callable[[datetime], object]
    ) -> None:
        self._clock = clock
        self._began = began
        self._remember = remember
        self._lock = Lock()

    def today(self) -> tuple[float, datetime]:
        """Seconds since the town began, and when that was; the first who asks begins it."""
        now = self._clock()
        with self._lock:
            if self._began is None:
                self._began = now
                self._remember(now)
            return max(0.0, (now - self._began).total_seconds()), self._began


class Town:
    """The running servers.

    ``began`` and ``ports`` are what an earlier run had, so that a restarted town is the same one: its story
    goes on, and its addresses stay where nobody else has taken the port.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        began: datetime | None = None,
        ports: Mapping[str, int] | None = None,
        remember: Callable[[datetime], object] = lambda _began: None,
    ) -> None:
        calendar = Calendar(clock, began, remember)
        self._servers = {
            place.site: _serve(place, calendar, (ports or {}).get(place.site, 0)) for place in places()
        }

    @property
    def allowed(self) -> tuple[str, ...]:
        """The hosts with their ports that the guard on addresses must let through, and nothing more."""
        return tuple(f"{LOOPBACK}:{server.server_port}" for server in self._servers.values())

    def address(self, place: Place) -> str:
        """Where the page of ``place`` is."""
        return f"http://{LOOPBACK}:{self._servers[place.site].server_port}{place.path}"

    def close(self) -> None:
        """Stop the servers."""
        for server in self._servers.values():
            server.shutdown()
            server.server_close()


def _serve(place: Place, calendar: Calendar, port: int) -> _Server:
    try:
        server = _Server(place, calendar, port)
    except OSError:  # somebody else has the port now
        server = _Server(place, calendar, 0)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name=place.site, daemon=True).start()
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, place: Place, calendar: Calendar, port: int) -> None:
        self.place = place
        self.calendar = calendar
        super().__init__((LOOPBACK, port), _Site)

    def answer(self, path: str) -> Answered:
        """What stands at ``path`` now."""
        if path == "/robots.txt":
            return ROBOTS
        if path != self.place.path:
            return NOTHING_HERE
        elapsed, began = self.calendar.today()
        return town_at(self.place, elapsed, began, f"http://{LOOPBACK}:{self.server_port}")


class _Site(BaseHTTPRequestHandler):
    """Answers for one place; keeps connections alive, as real sites do."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        """A page, or 304 where the visitor has it."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """What a page would be."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the log is Shopbell's own."""

    def _answer(self, *, with_body: bool) -> None:
        answer = self.server.answer(urlsplit(self.path).path)
        known = answer.status == 200 and answer.etag in self.headers.get("If-None-Match", "")
        self.send_response(304 if known else answer.status)
        self.send_header("ETag", answer.etag)
        if not known:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and not known:
            self.wfile.write(answer.body)
