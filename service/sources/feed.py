"""A feed, asked politely: one conditional request, then its entries as mentions.

A feed's address may be a secret (whoever knows a Google Alert's can read it), so it stands in no log, no
evidence and no representation.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from service.domain import Look, Outcome, Route, Validators
from service.errors import LookFailed, PageChanged, SignedOut, Walled
from service.net.answer import Response
from service.net.client import Client
from service.sentences import say
from service.sites.base import Reading
from service.sites.generic import UNKNOWN
from service.sources import entries
from service.sources.politeness import Politeness
from service.sources.records import records_sha256
from service.sources.robots import Robots
from service.sources.verdict import failed, is_challenge, is_sign_in, renewed, require_success

ACCEPT = (
    "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,"
    "application/json;q=0.8,*/*;q=0.5"
)
_ALERTS = re.compile(r"https://www\.google\.(com|[a-z]{2}|com?\.[a-z]{2})/alerts/feeds/")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is asked: ``key`` names the feed, and only entries that name one of ``words`` are kept, if any."""

    url: str = field(repr=False)
    key: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking. ``feed`` is there exactly where one was read anew.

    ``named`` is the address of the feed that a page names, where one stands in a feed's place.
    """

    look: Look
    feed: entries.Feed | None = None
    named: str | None = field(default=None, repr=False)


class FeedSource:
    """Asks for feeds. Safe to share between threads."""

    def __init__(self, client: Client, robots: Robots, politeness: Politeness) -> None:
        self._client = client
        self._robots = robots
        self._politeness = politeness

    def look(self, subscription: Subscription, *, now: datetime, cache: Validators | None = None) -> Look:
        """Look once; every look ends in exactly one outcome, and no expected failure escapes."""
        return self.ask(subscription, now=now, cache=cache).look

    def ask(self, subscription: Subscription, *, now: datetime, cache: Validators | None = None) -> Answer:
        """The same, with the feed itself. ``cache`` is what the look before gave."""
        cache = cache or Validators()
        try:
            response = self._client.fetch(
                subscription.url,
                now=now,
                validators=cache,
                accept=ACCEPT,
                visit=lambda url: self._visit(url, now),
            )
            self._politeness.heed(response, now)
            return _answer(response, subscription, cache, now)
        except LookFailed as error:
            return Answer(failed(error))

    @contextmanager
    def _visit(self, url: str, now: datetime) -> Iterator[None]:
        """Hold the host's turn, where robots.txt lets us.

        Google gives a person her alert's secret address so that a program of hers asks there: nobody crawls
        to it, and what robots.txt says to crawlers does not mean it. Every other feed's does.
        """
        if not is_google_alert(url):
            self._robots.require(url, now)
        with self._politeness.turn(url, now):
            yield


def is_google_alert(url: str) -> bool:
    """Whether ``url`` is the feed of a Google Alert."""
    return _ALERTS.match(url) is not None


def shown_address(url: str) -> str:
    """What may be shown of a feed's address: where it is, not what opens it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{'/alerts' if is_google_alert(url) else '/'}"


def _answer(response: Response, asked: Subscription, cache: Validators, now: datetime) -> Answer:
    if response.status == 304 and cache != Validators():
        return _unchanged("HTTP 304", renewed(cache, response))
    require_success(response)
    _require_no_gate(response.url, asked.url)
    body = hashlib.sha256(response.body).digest()
    if body == cache.body_sha256:
        return _unchanged(say("the same feed, byte for byte"), renewed(cache, response))
    base = shown_address(response.url)
    try:
        feed = entries.read(response.body, response.content_type, base, asked.key, now)
    except PageChanged as changed:
        named = entries.feed_named_in(response.body, response.content_type, response.url)
        return Answer(failed(changed), named=named)
    reading = _reading(feed, asked)
    records = records_sha256(reading)
    fresh = Validators(response.validators.etag, response.validators.last_modified, body, records)
    if records == cache.records_sha256:
        return _unchanged(say("the same entries in a feed that changed"), fresh)
    outcome = Outcome.OK if reading.items else Outcome.EMPTY
    return Answer(Look(outcome, reading.evidence, reading.observed(Route.FEED, now), fresh), feed)


def _unchanged(why: str, cache: Validators) -> Answer:
    return Answer(Look(Outcome.UNCHANGED, (why,), cache=cache))


def _require_no_gate(final: str, asked: str) -> None:
    there, here = urlsplit(final), urlsplit(asked)
    if (there.netloc, there.path) == (here.netloc, here.path):
        return
    if is_challenge(there):
        raise Walled(say("redirected to a challenge"))
    if is_sign_in(there):
        raise SignedOut(say("redirected to a sign-in page"))


def _reading(feed: entries.Feed, asked: Subscription) -> Reading:
    kept = entries.naming(feed.items, asked.words)
    number = len(feed.items)
    told = f"{feed.form}: {number} {'entry' if number == 1 else 'entries'}"
    named = (say("%(n)s of them with a word you asked for", n=len(kept)),) if asked.words else ()
    return Reading(UNKNOWN.name, asked.key, items=kept, evidence=(told, *named))
