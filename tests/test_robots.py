"""robots.txt, fetched from real servers on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from service.errors import Limited, Refused, Unreachable
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from tests.loopback import Asked, Loopback, answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Say = Callable[[Asked], bytes]


@contextmanager
def robots_of(say: Say | bytes, gap: float = 0) -> Iterator[tuple[Robots, Loopback, Politeness]]:
    allow = AllowList.parse(["127.0.0.1"])
    client = Client(Guard(allow), "Shopbell/0.1")
    politeness = Politeness(timedelta(seconds=gap))
    with closing(client), Loopback(say if callable(say) else lambda _asked: say) as server:
        yield Robots(client, politeness), server, politeness


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/biz/x", True),
        ("User-agent: *\nDisallow: /private", "/biz/x", True),
        ("User-agent: *\nDisallow: /biz", "/biz/x", False),
        ("User-agent: *\nDisallow: /biz\nAllow: /biz/x", "/biz/x", True),
        ("User-agent: *\nDisallow: /*?sort=", "/biz/x?sort=new", False),
        ("User-agent: *\nDisallow: /*.html$", "/biz/x.html?p=1", True),
        ("User-agent: *\nDisallow: /", "/biz/x", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Shopbell\nDisallow:", "/biz/x", True),
        ("User-agent: shopbell\nDisallow: /", "/biz/x", False),
        ("User-agent: Googlebot\nDisallow: /", "/biz/x", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/biz/x", False),
        ("<html><body>Not found, but with status 200</body></html>", "/biz/x", True),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf%C3%A9", False),
    ],
)
def test_it_is_obeyed(text: str, path: str, allowed: bool) -> None:
    with robots_of(answer(text)) as (robots, server, _):
        if allowed:
            robots.require(server.url + path, NOW)
        else:
            with pytest.raises(Refused, match=r"robots\.txt asks programs to keep out"):
                robots.require(server.url + path, NOW)


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"])
def test_where_there_is_none_all_is_allowed(status: str) -> None:
    with robots_of(answer("Disallow: /", status=status)) as (robots, server, _):
        robots.require(f"{server.url}/biz/x", NOW)


def test_where_it_cannot_be_had_nothing_is_allowed_for_now() -> None:
    with robots_of(answer(status="500 Oops")) as (robots, server, _):
        for _ in range(2):
            with pytest.raises(Refused, match="could not be read: HTTP 500") as refused:
                robots.require(f"{server.url}/biz/x", NOW)
        assert refused.value.retry_after == NOW + timedelta(minutes=15)
        assert len(server.asked) == 1
        with pytest.raises(Refused):
            robots.require(f"{server.url}/biz/x", NOW + timedelta(minutes=16))
        assert len(server.asked) == 2


def test_an_older_copy_serves_while_it_cannot_be_had() -> None:
    answers = [answer("User-agent: *\nDisallow: /private"), answer(status="503 Busy")]
    with robots_of(lambda _asked: answers.pop(0)) as (robots, server, _):
        robots.require(f"{server.url}/biz/x", NOW)
        later = NOW + timedelta(hours=25)
        robots.require(f"{server.url}/biz/x", later)
        with pytest.raises(Refused, match="keep out"):
            robots.require(f"{server.url}/private", later)
        assert answers == []


def test_a_host_that_is_down_is_unreachable() -> None:
    with robots_of(answer()) as (robots, server, _):
        server.__exit__()
        with pytest.raises(Unreachable):
            robots.require(f"{server.url}/biz/x", NOW)


def test_being_told_to_slow_down_is_heard() -> None:
    with robots_of(answer(status="429 Slow", retry_after="60")) as (robots, server, politeness):
        with pytest.raises(Limited) as limited:
            robots.require(f"{server.url}/biz/x", NOW)
        assert limited.value.retry_after == NOW + timedelta(minutes=1)
        assert politeness.ready_at(server.url, NOW) == NOW + timedelta(minutes=1)


def test_it_is_read_once_a_day() -> None:
    with robots_of(answer("User-agent: *\nDisallow:")) as (robots, server, _):
        for hours in (0, 1, 23):
            robots.require(f"{server.url}/biz/{hours}", NOW + timedelta(hours=hours))
        assert server.paths == ["/robots.txt"]
        robots.require(f"{server.url}/biz/x", NOW + timedelta(hours=24))
        assert len(server.asked) == 2


def test_two_threads_read_it_once() -> None:
    def slow(_asked: Asked) -> bytes:
        time.sleep(0.05)
        return answer("User-agent: *\nDisallow:")

    with robots_of(slow) as (robots, server, _):
        looks = [threading.Thread(target=robots.require, args=(f"{server.url}/{n}", NOW)) for n in range(4)]
        for look in looks:
            look.start()
        for look in looks:
            look.join()
        assert len(server.asked) == 1


def test_a_redirected_one_is_followed() -> None:
    def say(asked: Asked) -> bytes:
        if asked.path == "/robots.txt":
            return answer(status="301 Moved", location="/elsewhere.txt")
        return answer("User-agent: *\nDisallow: /biz")

    with robots_of(say) as (robots, server, _), pytest.raises(Refused, match="keep out"):
        robots.require(f"{server.url}/biz/x", NOW)


def test_one_redirected_inside_a_network_is_refused() -> None:
    inward = answer(status="302 Found", location="http://10.0.0.1/")
    with robots_of(inward) as (robots, server, _), pytest.raises(Refused, match="inside a network"):
        robots.require(f"{server.url}/biz/x", NOW)


def test_only_the_first_500_kib_are_read() -> None:
    text = "User-agent: *\nDisallow: /biz\n" + "# padding\n" * 100_000 + "Disallow: /late\n"
    with robots_of(answer(text)) as (robots, server, _):
        with pytest.raises(Refused, match="keep out"):
            robots.require(f"{server.url}/biz", NOW)
        robots.require(f"{server.url}/late", NOW)


@pytest.mark.parametrize(
    ("rule", "seconds"),
    [("Crawl-delay: 10", 10), ("Crawl-delay: 0.5", 3), ("Request-rate: 1/20", 20), ("Crawl-delay: 1e9", 600),
     ("Crawl-delay: nan", 3), ("Crawl-delay: -1", 3), ("Crawl-delay: soon", 3), ("Request-rate: 0/5", 3)],
)  # fmt: skip
def test_the_delay_it_asks_for_is_kept(rule: str, seconds: float) -> None:
    with robots_of(answer(f"User-agent: *\n{rule}\nDisallow:"), gap=3) as (robots, server, politeness):
        robots.require(f"{server.url}/biz/x", NOW)
        politeness._sleep = lambda _seconds: None
        with robots.visit(f"{server.url}/biz/x", NOW):
            pass
        left = politeness.ready_at(server.url, NOW) - NOW
        assert timedelta(seconds=seconds - 1) < left <= timedelta(seconds=seconds)


def test_a_visit_holds_the_hosts_turn() -> None:
    with robots_of(answer("User-agent: *\nDisallow: /private"), gap=0.1) as (robots, server, politeness):
        with robots.visit(f"{server.url}/biz/x", NOW):
            time.sleep(0.2)
            assert politeness.ready_at(server.url, NOW) == NOW + timedelta(seconds=0.1)
        with pytest.raises(Refused), robots.visit(f"{server.url}/private", NOW):
            raise AssertionError("entered")
