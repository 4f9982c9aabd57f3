"""Looking at public pages: real servers on loopback, from robots.txt to the outcome."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from service.domain import Look, Outcome, Route, Validators
from service.net.allow import AllowList
from service.net.client import Client, Limits
from service.net.guard import Guard
from service.sites.base import Site
from service.sites.registry import site_for
from service.sources.page import PageSource
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from tests.loopback import Asked, Loopback, answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
QUICK = Limits(connect=1, silence=0.5, total=1.0)
REVIEW = """<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "LocalBusiness", "name": "Corner Shop",
"aggregateRating": {"@type": "AggregateRating", "ratingValue": "4", "reviewCount": "1"},
"review": [{"@type": "Review", "author": {"@type": "Person", "name": "Ann Sample"},
"datePublished": "2026-11-20", "reviewRating": {"@type": "Rating", "ratingValue": "4"},
"reviewBody": "%s"}]}</script>"""


def page(words: str = "Good bread.", nonce: str = "1") -> str:
    return (
        f"<html><head><title>Corner Shop</title>{REVIEW % words}</head><body data-n='{nonce}'></body></html>"
    )


@dataclass
class Town:
    """A server with a listing at ``/biz/corner-shop``, and a source that looks at it."""

    server: Loopback
    source: PageSource
    politeness: Politeness

    @property
    def url(self) -> str:
        return f"{self.server.url}/biz/corner-shop"

    @property
    def pages(self) -> list[str]:
        return [path for path in self.server.paths if path != "/robots.txt"]

    def look(self, cache: Validators | None = None, known_total: int | None = None, path: str = "") -> Look:
        url = self.server.url + path if path else self.url
        site = site_for(url)
        assert isinstance(site, Site)
        return self.source.look(url, site, now=NOW, cache=cache, known_total=known_total)


@contextmanager
def town(
    say: Callable[[Asked], bytes | Iterable[bytes]] | bytes, robots: str = "", limits: Limits | None = None
) -> Iterator[Town]:
    def answered(asked: Asked) -> bytes | Iterable[bytes]:
        if asked.path == "/robots.txt":
            return answer(robots)
        return say(asked) if callable(say) else say

    client = Client(Guard(AllowList.parse(["127.0.0.1"])), "Shopbell/0.1", limits)
    politeness = Politeness(gap=timedelta(0))
    with closing(client), Loopback(answered) as server:
        yield Town(server, PageSource(client, Robots(client, politeness), politeness), politeness)


def test_a_page_of_reviews_is_read() -> None:
    with town(answer(page())) as there:
        look = there.look()
    assert look.outcome is Outcome.OK
    assert look.observation is not None
    assert look.observation.route is Route.PAGE
    assert look.observation.observed_at == NOW
    assert [item.text for item in look.observation.items] == ["Good bread."]
    assert there.server.paths == ["/robots.txt", "/biz/corner-shop"]
    assert there.server.connections == 1


def test_a_second_look_asks_whether_it_changed() -> None:
    def say(asked: Asked) -> bytes:
        if asked.headers.get("if-none-match") == '"v1"':
            return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
        return answer(page(), etag='"v1"')

    with town(say) as there:
        first = there.look()
        second = there.look(first.cache)
        third = there.look(second.cache)
    assert [look.outcome for look in (first, second, third)] == [
        Outcome.OK,
        Outcome.UNCHANGED,
        Outcome.UNCHANGED,
    ]
    assert third.cache == first.cache
    assert there.server.connections == 1


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        (page(), Outcome.UNCHANGED),
        (page(nonce="2"), Outcome.UNCHANGED),
        (page("Good bread, bad coffee."), Outcome.OK),
    ],
)
def test_only_what_reviews_say_is_a_change(second: str, outcome: Outcome) -> None:
    pages = [answer(page()), answer(second)]
    with town(lambda _asked: pages.pop(0)) as there:
        assert there.look(there.look().cache).outcome is outcome


def test_robots_txt_is_asked_first_and_obeyed() -> None:
    with town(answer(page()), robots="User-agent: *\nDisallow: /biz/") as there:
        look = there.look()
    assert look.outcome is Outcome.REFUSED
    assert "robots.txt" in look.evidence[0]
    assert there.pages == []


def test_a_redirect_into_what_robots_txt_forbids_is_not_followed() -> None:
    moved = answer(status="301 Moved", location="/private/corner-shop")
    with town(moved, robots="User-agent: *\nDisallow: /private/") as there:
        look = there.look()
    assert look.outcome is Outcome.REFUSED
    assert there.pages == ["/biz/corner-shop"]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (answer("no", status="401 Unauthorized"), Outcome.WALLED),
        (answer("no", status="403 Forbidden"), Outcome.WALLED),
        (answer("a moment...", status="403 Forbidden", cf_mitigated="challenge"), Outcome.WALLED),
        (answer("gone", status="404 Not Found"), Outcome.GONE),
        (answer("gone", status="410 Gone"), Outcome.GONE),
        (answer("oops", status="500 Oops"), Outcome.UNREACHABLE),
        (answer(b"%PDF-1.7", content_type="application/pdf"), Outcome.NOT_A_LISTING),
        (answer(b""), Outcome.CHANGED_SHAPE),
        (answer(page().replace("<body", "<body>" + "x" * 5_000_000 + "<p")), Outcome.REFUSED),
        (answer(gzip.compress(bytes(50_000_000)), content_encoding="gzip"), Outcome.REFUSED),
        (answer(status="302 Found", location="http://10.0.0.1/biz/corner-shop"), Outcome.REFUSED),
        (answer(status="302 Found", location="/biz/corner-shop"), Outcome.REFUSED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", Outcome.UNREACHABLE),
    ],
)  # fmt: skip
def test_each_bad_answer_is_one_outcome(said: bytes, outcome: Outcome) -> None:
    with town(lambda _asked: iter([said])) as there:
        look = there.look()
    assert (look.outcome, look.observation, look.cache) == (outcome, None, Validators())
    assert look.evidence[0]


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/login?next=%2Fbiz%2Fcorner-shop", Outcome.SIGNED_OUT),
        ("/", Outcome.NOT_A_LISTING),
        ("/biz/another-shop", Outcome.NOT_A_LISTING),
        ("/captcha?x=1", Outcome.WALLED),
    ],
)
def test_being_sent_elsewhere_is_an_outcome_even_with_reviews_there(path: str, outcome: Outcome) -> None:
    def say(asked: Asked) -> bytes:
        moved = asked.path == "/biz/corner-shop"
        return answer(status="302 Found", location=path) if moved else answer(page())

    with town(say) as there:
        assert there.look().outcome is outcome


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Busy"])
@pytest.mark.parametrize("retry_after", ["600", "Sun, 22 Nov 2026 09:10:00 GMT"])
def test_being_told_to_wait_keeps_every_look_away_from_the_host(status: str, retry_after: str) -> None:
    with town(answer("slow", status=status, retry_after=retry_after)) as there:
        first, second = there.look(), there.look(path="/biz/another-shop")
    assert (first.outcome, second.outcome) == (Outcome.LIMITED, Outcome.LIMITED)
    assert first.retry_after == second.retry_after == NOW + timedelta(minutes=10)
    assert there.pages == ["/biz/corner-shop"]


def test_a_server_that_drips_is_unreachable() -> None:
    def say(_asked: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        for _ in range(60):
            yield b"<p>"
            time.sleep(0.05)

    with town(say, limits=QUICK) as there:
        assert there.look().outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    "body", [page("Caf\xe9").encode("latin-1"), b"\xff\xfe\x00", b"\x80" * 300, bytes(1000)]
)
def test_a_broken_encoding_breaks_nothing(body: bytes) -> None:
    with town(answer(body, content_type="text/html; charset=utf-7-nonsense")) as there:
        look = there.look()
    assert look.outcome in (Outcome.OK, Outcome.CHANGED_SHAPE, Outcome.NOT_A_LISTING)


def test_none_where_ninety_were_known_is_an_alarm() -> None:
    empty = page().replace('"reviewCount": "1"', '"reviewCount": "0"').split('"review": [')[0].rstrip(",\n ")
    with town(answer(f"{empty}}}</script></head></html>")) as there:
        assert there.look(known_total=90).outcome is Outcome.CHANGED_SHAPE


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/biz/x", "http://localhost:1/biz/x", "ftp://example.com/biz/x"]
)
def test_an_address_inside_a_network_is_refused(url: str) -> None:
    with town(answer(page())) as there:
        site = site_for(there.url)
        assert site
        assert there.source.look(url, site, now=NOW).outcome is Outcome.REFUSED
        assert there.server.asked == []


def test_two_looks_at_a_host_never_run_at_once() -> None:
    def say(_asked: Asked) -> bytes:
        time.sleep(0.03)
        return answer(page())

    with town(say) as there:
        looks = [threading.Thread(target=there.look) for _ in range(5)]
        for look in looks:
            look.start()
        for look in looks:
            look.join()
        assert len(there.pages) == 5
        assert there.server.at_once == 1


def test_a_fault_of_our_own_is_not_taken_for_an_outcome() -> None:
    def broken(_text: str, _url: str, _now: datetime) -> object:
        raise ZeroDivisionError

    with town(answer(page())) as there:
        there.source._read = broken  # type: ignore[assignment]
        with pytest.raises(ZeroDivisionError):
            there.look()
