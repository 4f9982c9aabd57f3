"""Feeds that are listened to: adding one, opening it, and letting it go.

A feed is a listing of the site ``web``. Its address is a secret: it lies encrypted in an account of its own,
is found again by its hash, and is shown to nobody. What a person may see of it is its host.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from service.db import Database
from service.domain import Look, Route
from service.errors import Refused, UnwatchableAddress
from service.models import AccountKind, AccountState, Listing, SourceAccount
from service.net.guard import Guard
from service.secrets import Vault
from service.sentences import say
from service.sites.generic import UNKNOWN
from service.sources.entries import Feed
from service.sources.feed import FeedSource, Subscription, shown_address
from service.watch.feed_rows import Wanted, account_of, key_of, listing_of, place_of, store
from service.watch.keeping import keeper

MOST_WORDS = 50
LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class Begun:
    """What adding came to. ``listing_id`` is None where the first look brought no feed: nothing is stored.

    ``look`` is None where the feed was listened to already: nobody asked it again.
    """

    listing_id: int | None
    title: str
    look: Look | None
    form: str = ""


class Listening:
    """Begins to listen to feeds."""

    def __init__(self, database: Database, vault: Vault, guard: Guard, source: FeedSource) -> None:
        self._database = database
        self._vault = vault
        self._guard = guard
        self._source = source

    def begin(self, wanted: Wanted, now: datetime, clock: Callable[[], datetime]) -> Begun:
        """Listen to a feed from now on: ask it once, and keep its entries as the past.

        Doing so twice is doing it once; then only what was said of it (whose, title, words) is taken anew.
        Where a web page stands there that names a feed of its own, that feed is meant. Raises
        ``UnwatchableAddress`` for no web address.
        """
        begun, named = self._begin(wanted, now, clock)
        if named is None:
            return begun
        meant, _ = self._begin(replace(wanted, url=named), now, clock)
        return meant

    def _begin(
        self, wanted: Wanted, now: datetime, clock: Callable[[], datetime]
    ) -> tuple[Begun, str | None]:
        """What came of it, and the feed that a page in the feed's place names."""
        subscription = _subscription(self._vault, self._guard, wanted)
        if self._is_listened_to(subscription):
            with self._database.transaction() as session:
                listing = store(session, self._vault, subscription, wanted, "", now)
                return Begun(listing.id, account_of(session, listing).title, None), None
        answer = self._source.ask(subscription, now=now)
        if answer.feed is None:
            return Begun(None, "", answer.look), answer.named
        return self._kept(subscription, wanted, answer.look, answer.feed, now, clock()), None

    def _is_listened_to(self, subscription: Subscription) -> bool:
        with self._database.reading() as session:
            known = listing_of(session, subscription.key)
            return known is not None and known.active

    def _kept(
        self, asked: Subscription, wanted: Wanted, look: Look, feed: Feed, began: datetime, now: datetime
    ) -> Begun:
        own_title = feed.title or shown_address(asked.url)
        with self._database.transaction() as session:
            listing = store(session, self._vault, asked, wanted, own_title, began)
            assert listing.id is not None
            keeper(self._database).keep(session, listing.id, Route.FEED, look, began, now)
            return Begun(listing.id, account_of(session, listing).title, look, feed.form)


def opened(database: Database, vault: Vault, account_id: int) -> Subscription | None:
    """What a look needs; None where the feed was removed. Raises ``WrongSecret``."""
    with database.reading() as session:
        account = session.get(SourceAccount, account_id)
        if account is None or account.secret_enc is None:
            return None
        url = vault.decrypt(account.secret_enc, place=place_of(account.external_id))
        return Subscription(url, key_of(account.external_id), tuple(account.settings.get("words") or ()))


def remove(session: Session, listing_id: int) -> str | None:
    """Listen to a feed no longer; answers its title, None where it is no feed that is listened to.

    Its address is forgotten; the mentions heard by it stay.
    """
    listing = session.get(Listing, listing_id, with_for_update=True)
    if listing is None or listing.site != UNKNOWN.name or listing.account_id is None or not listing.active:
        return None
    account = account_of(session, listing)
    listing.active, listing.next_look_at = False, None
    account.secret_enc, account.state = None, AccountState.PAUSED.value
    return account.title


def _subscription(vault: Vault, guard: Guard, wanted: Wanted) -> Subscription:
    try:
        url = guard.read(wanted.url.strip()).url
    except Refused as refused:
        raise UnwatchableAddress(
            say(
                "That is no address a feed could be read at: %(evidence)s. Copy it from where the "
                "feed is offered: it begins with https://. Nothing was stored.",
                evidence=refused.evidence[0],
            )
        ) from None
    name = vault.target_hash(AccountKind.FEED.value, url).hex()
    return Subscription(url, key_of(name), wanted.words)


def read_words(written: str) -> tuple[str, ...]:
    """The words of a comma-separated list, at most ``MOST_WORDS`` of them."""
    words = (" ".join(word.split())[:LONGEST_WORD] for word in written.split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]
