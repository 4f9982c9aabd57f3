"""What a site is: its addresses, how its pages read, what can serve it today, its limits on replies.

Adding a site is one module that exports ``SITE`` and a fixture pair in ``tests/pages``; ``README.md`` beside
this file lists the steps. Everything in this package is pure: text in, facts out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import SplitResult

from service.domain import (
    PARTIAL,
    Business,
    Coverage,
    Item,
    Moment,
    Observation,
    ReplyRules,
    Route,
)
from service.sentences import say
from service.sites import dates
from service.sites.page import Page


@dataclass(frozen=True, slots=True)
class ListingAddress:
    """One branch's page on one site: ``key`` is the site's own name for it, ``url`` what to look at."""

    site: str
    key: str
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hear a site today: what it takes, in words for the owner.

    ``minutes`` is what setting it up costs a person; ``needs`` is what is still missing, "" where nothing is.
    """

    route: Route
    minutes: int
    needs: str
    note: str


MAILBOX = say(
    "connecting a mailbox: `shopbell mail add`, or a mail provider's hook: `shopbell mail hook add`"
)
"""What hearing by mail needs where we know how the site's mails read."""

TO_TEACH = say("your help with the first mail, for none of this site was ever shown to us")

MAILBOX_TO_TEACH = say("%(mailbox)s; and %(taught)s", mailbox=MAILBOX, taught=TO_TEACH)
"""The same where we know the sender alone: its first mail is shown to a person, who marks it once."""

EXTENSION = say("the browser extension, paired once with this desk")
"""What hearing from a person's own browser needs, on sites whose pages the extension reads."""

READ_BY_EXTENSION = Way(
    Route.CAPTURE,
    5,
    EXTENSION,
    say(
        "your own signed-in browser shows every review, each with its approved reply beside "
        "it; at your press Shopbell keeps those on the screen"
    ),
)

WRITTEN_BY_EXTENSION = Way(
    Route.CAPTURE,
    0,
    say("an extension that reads this site's pages: ours does not yet, so no review is heard this way"),
    say("to answer, the extension works here today: put the cursor into the reply box, press its button"),
)
"""The same on sites of which no owner's page is known to us: a reply goes in, and nothing comes out."""


@dataclass(frozen=True, slots=True)
class Politeness:
    """How often a site may be looked at, per listing."""

    gap: timedelta = timedelta(hours=1)  # shortest time between two page looks
    budget: float = 4.0  # mean page looks a day


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts in one page's text; who looked, and when, is the caller's to add."""

    site: str
    listing_key: str | None = None
    business: Business | None = None
    site_total: int | None = None
    rating: Decimal | None = None
    best: Decimal | None = None
    items: tuple[Item, ...] = ()
    coverage: Coverage = PARTIAL
    evidence: tuple[str, ...] = ()

    def observed(self, route: Route, at: datetime) -> Observation:
        """This reading as heard by ``route`` at ``at`` (aware UTC)."""
        return Observation(
            site=self.site,
            route=route,
            observed_at=at,
            coverage=self.coverage,
            listing_key=self.listing_key,
            business=self.business,
            site_total=self.site_total,
            rating=self.rating,
            best=self.best,
            items=self.items,
        )


def plain_day(shown: str, _host: str, now: datetime | None) -> Moment | None:
    """A shown date as most sites print it."""
    return dates.parse(shown, now=now)


@dataclass(frozen=True, slots=True)
class Site:
    """A platform.

    ``hosts`` are the registrable names whose subdomains belong to it ("yelp.com"); ``listing`` recognises
    and normalises an address on one of them, or answers None; ``read`` turns a page into a reading, raising
    one of ``errors.LookFailed``; its ``now`` is when the page was fetched or saved, None where nobody knows,
    and then relative dates stay unresolved. ``owns`` recognises a saved page that tells no address; ``day``
    reads one date as it is shown on a page of that host.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    listing: Callable[[SplitResult], ListingAddress | None]
    read: Callable[[Page, datetime | None], Reading]
    ways: tuple[Way, ...]
    reply: ReplyRules = field(default_factory=ReplyRules)
    politeness: Politeness = field(default_factory=Politeness)
    owns: Callable[[Page], bool] = lambda _page: False
    day: Callable[[str, str, datetime | None], Moment | None] = plain_day
    alias_of: str | None = None
    route: Route = Route.PAGE  # how its listings are looked at
    needs_browser: bool = False  # the page shows its reviews only after scripts have run
