"""Asking for feeds: real servers on loopback, from robots.txt to the outcome, and no word of the address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain import PARTIAL, Kind, Look, Outcome, Route, Validators
from service.net.allow import AllowList
from service.net.client import Client
from service.net.guard import Guard
from service.sources.feed import FeedSource, Subscription, is_google_alert, shown_address
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from tests.feeds import ALERT, json_feed, post, rss
from tests.loopback import Asked, Loopback, answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "0417-secret-path"
BLOG = rss(post(1, "Rye"), post(2, "Oats"))
RSS = "application/rss+xml; charset=utf-8"

Say = Callable[[Asked], bytes | Iterable[bytes]]


@dataclass
class Blog:
    """A server with a feed at a secret path, and a source that asks for it."""

    server: Loopback
    source: FeedSource

    @property
    def subscription(self) -> Subscription:
        return Subscription(f"{self.server.url}/{SECRET}/feed", "key")

    def look(self, cache: Validators | None = None, *words: str, path: str = "") -> Look:
        asked = replace(self.subscription, words=words)
        if path:
            asked = replace(asked, url=self.server.url + path)
        look = self.source.look(asked, now=NOW, cache=cache)
        assert not any(SECRET in phrase for phrase in look.evidence)
        return look


@contextmanager
def blog(say: Say, robots: str = "") -> Iterator[Blog]:
    def all_of_it(asked: Asked) -> bytes | Iterable[bytes]:
        return answer(robots, content_type="text/plain") if asked.path == "/robots.txt" else say(asked)

    with Loopback(all_of_it) as server:
        guard = Guard(AllowList.parse([f"127.0.0.1:{server.port}"]))
        client = Client(guard, "Shopbell/test")
        politeness = Politeness(timedelta(0))
        yield Blog(server, FeedSource(client, Robots(client, politeness), politeness))
        client.close()


def feed(body: str = BLOG, **headers: str) -> bytes:
    return answer(body, **({"content_type": RSS} | headers))


def test_a_feed_is_read_as_mentions_by_the_feed_route() -> None:
    with blog(lambda _: feed()) as there:
        look = there.look()
        assert there.server.asked[-1].headers["accept"].startswith("application/atom+xml")
    assert (look.outcome, look.evidence) == (Outcome.OK, ("RSS 2.0: 2 entries",))
    assert look.observation is not None
    assert (look.observation.site, look.observation.route, look.observation.coverage) == (
        "web",
        Route.FEED,
        PARTIAL,
    )
    assert [(item.title, item.kind) for item in look.observation.items] == [
        ("Rye", Kind.MENTION),
        ("Oats", Kind.MENTION),
    ]
    assert look.observation.site_total is None


def test_an_unchanged_feed_costs_a_conditional_request_and_nothing_more() -> None:
    def say(asked: Asked) -> bytes:
        return answer(status="304 Not Modified") if "if-none-match" in asked.headers else feed(etag='"1"')

    with blog(say) as there:
        first = there.look()
        again = there.look(first.cache)
        assert there.server.asked[-1].headers["if-none-match"] == '"1"'
    assert (again.outcome, again.evidence, again.observation) == (Outcome.UNCHANGED, ("HTTP 304",), None)
    assert again.cache == first.cache


def test_without_validators_the_same_entries_are_unchanged_whatever_the_feed_says_of_its_date() -> None:
    with blog(lambda _: feed()) as there:
        first = there.look()
        assert there.look(first.cache).evidence == ("the same feed, byte for byte",)
        there.server.say = lambda _: feed(BLOG.replace("<title>Crumbs", "<ttl>5</ttl><title>Crumbs"))
        changed = there.look(first.cache)
    assert (changed.outcome, changed.evidence) == (
        Outcome.UNCHANGED,
        ("the same entries in a feed that changed",),
    )


def test_a_moved_feed_is_followed() -> None:
    def say(asked: Asked) -> bytes:
        moved = asked.path.endswith("/feed")
        return answer(status="301 Moved", location=f"/{SECRET}/new") if moved else feed()

    with blog(say) as there:
        assert there.look().outcome is Outcome.OK
        assert there.server.paths[-1] == f"/{SECRET}/new"


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest", "http://10.0.0.7/feed", "http://[::1]/", "file:///etc/passwd"],
)
def test_a_redirect_into_a_network_is_refused(location: str) -> None:
    with blog(lambda _: answer(status="302 Found", location=location)) as there:
        look = there.look()
        assert [path for path in there.server.paths if path != "/robots.txt"] == [f"/{SECRET}/feed"]
    assert look.outcome is Outcome.REFUSED


OUTCOMES = [
    (answer(status="404 Not Found"), Outcome.GONE),
    (answer(status="410 Gone"), Outcome.GONE),
    (answer(status="403 Forbidden"), Outcome.WALLED),
    (answer(status="401 Unauthorized"), Outcome.WALLED),
    (answer(status="500 Broken"), Outcome.UNREACHABLE),
    (answer(status="429 Slow", retry_after="3600"), Outcome.LIMITED),
    (answer("<!doctype html><title>Sign in</title><input type='password'>"), Outcome.SIGNED_OUT),
    (answer("<html><title>Just a moment...</title></html>"), Outcome.WALLED),
    (answer("<html><title>Crumbs</title>Hello</html>"), Outcome.CHANGED_SHAPE),
    (answer(b"\x89PNG\r\n", content_type="image/png"), Outcome.CHANGED_SHAPE),
    (answer(""), Outcome.CHANGED_SHAPE),
    (feed(rss()), Outcome.EMPTY),
    (feed(json_feed(), content_type="application/feed+json"), Outcome.EMPTY),
    (answer(b"<" * 10_000_000, content_type=RSS), Outcome.REFUSED),
    (answer(b"<" * 3_000_000, content_type=RSS), Outcome.REFUSED),
]


@pytest.mark.parametrize(
    ("said", "outcome"), OUTCOMES, ids=[f"{n}-{one[1]}" for n, one in enumerate(OUTCOMES)]
)
def test_every_answer_is_one_outcome(said: bytes, outcome: Outcome) -> None:
    with blog(lambda _: said) as there:
        look = there.look()
    assert look.outcome is outcome
    assert (look.observation is not None) is (outcome is Outcome.EMPTY)
    if outcome is Outcome.LIMITED:
        assert look.retry_after == NOW + timedelta(hours=1)
    if outcome is not Outcome.EMPTY:
        assert look.cache == Validators()


def test_a_redirect_to_a_sign_in_page_says_so() -> None:
    def say(asked: Asked) -> bytes:
        return feed() if asked.path == "/login" else answer(status="302 Found", location="/login")

    with blog(say) as there:
        assert there.look().outcome is Outcome.SIGNED_OUT


def test_robots_txt_is_obeyed() -> None:
    with blog(lambda _: feed(), f"User-agent: *\nDisallow: /{SECRET}/") as there:
        look = there.look()
        assert there.server.paths == ["/robots.txt"]
    assert look.outcome is Outcome.REFUSED


def test_only_a_google_alerts_own_feed_is_asked_without_robots_txt() -> None:
    assert is_google_alert("https://www.google.com/alerts/feeds/01/02")
    assert is_google_alert("https://www.google.co.uk/alerts/feeds/01/02")
    for other in (
        "https://www.google.com/alerts",
        "https://www.google.com/search?q=/alerts/feeds/",
        "https://www.google.evil.example/alerts/feeds/01/02",
        "http://www.google.com/alerts/feeds/01/02",
        "https://google.com/alerts/feeds/01/02",
    ):
        assert not is_google_alert(other)


def test_what_is_shown_of_an_address_opens_nothing() -> None:
    assert shown_address("https://www.google.com/alerts/feeds/01/02") == "https://www.google.com/alerts"
    assert shown_address("https://blog.example/f?token=s3") == "https://blog.example/"
    assert "s3cret" not in repr(Subscription("https://blog.example/s3cret", "key"))


def test_only_entries_with_a_wanted_word_are_kept_and_it_is_said_how_many() -> None:
    with blog(lambda _: feed()) as there:
        look = there.look(None, "RYE")
    assert look.evidence == ("RSS 2.0: 2 entries", "1 of them with a word you asked for")
    assert look.observation is not None
    assert [item.title for item in look.observation.items] == ["Rye"]


def test_a_google_alert_is_heard() -> None:
    with blog(lambda _: feed(ALERT, content_type="text/xml; charset=utf-8")) as there:
        look = there.look()
    assert look.observation is not None
    assert [item.permalink for item in look.observation.items] == ["https://crumbs.example/north?id=4"]


def test_the_address_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with blog(lambda _: feed()) as there:
        there.look()
        there.server.say = lambda _: answer(status="500 Broken")
        there.look()
    assert SECRET not in caplog.text
