"""Everything the jobs work with, built once from the settings, and closed when the work ends."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Self
from uuid import uuid4

from service.alerts.claim import Packing
from service.alerts.outbox import Post
from service.alerts.senders import senders
from service.approval.versions import still_approved
from service.db import Database
from service.domain import Look, Route, Validators
from service.engine.collecting import Collecting
from service.errors import Gone
from service.net.allow import AllowList
from service.net.client import Client, user_agent
from service.net.guard import Guard
from service.people.links import Links
from service.secrets import Vault
from service.settings import Settings
from service.sites import base
from service.sites.registry import site_named
from service.sources.browser import Browser, BrowserSource
from service.sources.collect import Collector
from service.sources.feed import FeedSource, Subscription
from service.sources.page import PageSource
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from service.sources.sign_in import SignIn
from service.sources.verdict import failed
from service.watch import feeds
from service.watch.check import Asked, Watch
from service.watch.judge import judge_for
from service.watch.mailroom import Mailroom
from service.watch.record import Planner

HOST_GAP = timedelta(seconds=3)  # facts: 2,400 listings of one site every two hours, at most


class Sites:
    """The sites we know, and those that only this process does (the demo town's)."""

    def __init__(self, more: Iterable[base.Site] = ()) -> None:
        self._more = {site.name: site for site in more}

    def named(self, name: str) -> base.Site:
        """The site of that name. Raises ``KeyError`` for a name that no listing was ever stored under."""
        site = self._more.get(name) or site_named(name)
        if site is None:
            raise KeyError(name)
        return site

    def route_of(self, name: str) -> Route:
        """How listings of that site are looked at; by their page, where nobody knows the name."""
        site = self._more.get(name) or site_named(name)
        return site.route if site else Route.PAGE


class Hearing:
    """Looks at a listing by the way that shows its reviews: a feed, the plain page, or a browser.

    ``subscription`` opens the account of a feed, or answers None where it was removed.
    """

    def __init__(
        self,
        sites: Sites,
        page: PageSource,
        feed: FeedSource,
        subscription: Callable[[int], Subscription | None],
        browser: Browser | None,
        robots: Robots,
        politeness: Politeness,
    ) -> None:
        self._sites = sites
        self._page = page
        self._feed = feed
        self._subscription = subscription
        self._browser = browser
        self._by_browser = BrowserSource(browser, robots, politeness) if browser else None

    def __call__(self, asked: Asked, now: datetime) -> Look:
        """One look; every one ends in exactly one outcome."""
        if asked.account_id is not None:
            return self._ask_feed(asked.account_id, asked.cache, now)
        site = self._sites.named(asked.site)
        source: PageSource | BrowserSource = self._page
        if site.needs_browser and self._by_browser and self._browser and not self._browser.missing():
            source = self._by_browser
        return source.look(
            asked.url,
            site,
            now=now,
            cache=asked.cache,
            known_total=asked.known_total,
            language=asked.language,
        )

    def _ask_feed(self, account_id: int, cache: Validators, now: datetime) -> Look:
        subscription = self._subscription(account_id)
        if subscription is None:
            return failed(Gone("its address is no longer kept here"))
        return self._feed.look(subscription, now=now, cache=cache)


@dataclass(frozen=True, slots=True)
class Parts:
    """What one process works with. ``close`` ends connections and the browser's process."""

    settings: Settings
    database: Database
    client: Client
    feed: FeedSource
    browser: Browser | None
    politeness: Politeness
    watch: Watch
    mailroom: Mailroom
    post: Post
    links: Links
    mail: Collecting

    @classmethod
    def of(
        cls,
        settings: Settings,
        database: Database,
        secret: bytes,
        *,
        sites: Iterable[base.Site] = (),
        allow: Iterable[str] = (),
        host_gap: timedelta = HOST_GAP,
    ) -> Self:
        """Build the parts. ``sites`` and ``allow`` are what only this process knows (the demo town's)."""
        allowed = AllowList.parse([*settings.allow_hosts, *allow])
        guard = Guard(allowed)
        agent = user_agent(version("shopbell"), settings.contact)
        client, politeness = Client(guard, agent), Politeness(host_gap)
        robots = Robots(client, politeness)
        browser = _browser(settings, allowed, agent)
        known = Sites(sites)
        page, feed = PageSource(client, robots, politeness), FeedSource(client, robots, politeness)
        vault = Vault(secret)
        opened = partial(feeds.opened, database, vault)
        hearing = Hearing(known, page, feed, opened, browser, robots, politeness)
        planner = Planner(lambda name: known.named(name).politeness, random.random)
        links = Links(secret, settings.public_url)
        sign_in = SignIn(settings, database, vault, client)
        collector = Collector(database, sign_in, guard, _senders, settings.mail_in)
        watch = Watch(database, hearing, judge_for, planner, known.route_of)
        return cls(
            settings=settings,
            database=database,
            client=client,
            feed=feed,
            browser=browser,
            politeness=politeness,
            watch=watch,
            mailroom=Mailroom(database, watch),
            post=Post(
                senders(settings, secret, guard, client),
                Packing(vault, links, still_approved, settings.mail_from),
            ),
            links=links,
            mail=Collecting(database, collector, _now, uuid4().hex),
        )

    def host_is_free(self, url: str, now: datetime) -> bool:
        """Whether a look at ``url`` would not have to wait for its host."""
        return self.politeness.ready_at(url, now) <= now

    def close(self) -> None:
        """Let go of connections and mailboxes, and end the browser where one runs."""
        self.mail.close()
        self.client.close()
        if self.browser:
            self.browser.close()


def _senders() -> Iterable[str]:
    from service.sites.mail.registry import sender_domains

    return sender_domains()


def _now() -> datetime:
    return datetime.now(UTC)


def _browser(settings: Settings, allowed: AllowList, agent: str) -> Browser | None:
    if settings.browser == "never":
        return None
    return Browser(allowed, agent, None if settings.browser == "auto" else settings.browser)
