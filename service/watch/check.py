"""One look at one listing, from hearing to rows: the chapter on one screen.

The slow part, hearing, happens while no transaction is open. What came of it is reconciled with what is known
and written in one transaction together with its events, the listing's health and the next look's time, so a
process that dies at any line loses nothing: the claim lapses and the listing is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from service.db import Database
from service.domain import Look, Observation, Outcome, Route, Validators
from service.models import Branch, Listing
from service.watch import store
from service.watch.alike import candidates
from service.watch.changes import Changes
from service.watch.holding import hold, hold_reviews
from service.watch.identity import KnownReview
from service.watch.joined import join
from service.watch.known import anything_missed, known_reviews, listing_state
from service.watch.lately import Recall, lately
from service.watch.reconcile import reconcile, reconfirmed
from service.watch.record import Planner, record_look, source_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What a source must know to look: read before, so that no transaction is open while it looks.

    ``account_id`` is the account that keeps the listing's address where that is secret.
    """

    listing_id: int
    url: str
    site: str
    route: Route
    cache: Validators
    known_total: int | None
    language: str | None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping came to: the changes, None where nothing was read, and the ids of their arrivals."""

    changes: Changes | None = None
    arrived: tuple[int, ...] = ()


Hear = Callable[[Asked, datetime], Look]
JudgeFor = Callable[[Listing, Branch | None, datetime, Recall], store.Judge]
RouteOf = Callable[[str], Route]


def by_page(_site: str) -> Route:
    """Every site is looked at by its page."""
    return Route.PAGE


class Watch:
    """Looks at listings and keeps what came of it.

    ``route_of`` answers by which route a site's listings are looked at, whatever the name; it never raises.
    """

    def __init__(
        self,
        database: Database,
        hear: Hear,
        judge_for: JudgeFor,
        planner: Planner,
        route_of: RouteOf = by_page,
    ) -> None:
        self._database = database
        self._hear = hear
        self._judge_for = judge_for
        self._planner = planner
        self._route_of = route_of

    def check(self, listing_id: int, now: datetime, clock: Callable[[], datetime]) -> Look | None:
        """Look once at a listing; None where it is no longer watched. ``clock`` tells when the look ended."""
        asked = self._asked(listing_id)
        if asked is None:
            return None
        look = self._hear(asked, now)
        with self._database.transaction() as session:
            self.keep(session, listing_id, asked.route, look, now, clock())
        return look

    def keep(
        self, session: Session, listing_id: int, route: Route, look: Look, began: datetime, now: datetime
    ) -> Kept:
        """Write what ``route`` told, or what a look by it came to; in the caller's transaction.

        What comes of itself (a capture, a mail, a file) is kept as a look that was ``ok``.
        """
        listing = (hold_reviews if look.observation else hold)(session, listing_id)
        if listing is None:
            return Kept()
        source = source_of(session, listing, route)
        known = _known(session, listing, look)
        changes = _changes(session, listing, route, look, known, source.read_at, now)
        arrived = self._apply(session, listing, known, changes, now)
        record_look(session, listing, source, look, changes, self._planner, began, now)
        return Kept(changes, arrived)

    def settle(self, session: Session, listing_id: int, observation: Observation, now: datetime) -> Kept:
        """Store what was heard before and waited for a person's word; nobody looked, so none is recorded."""
        listing = hold_reviews(session, listing_id)
        if listing is None:
            return Kept()
        known = _known_to(session, listing, observation)
        changes = reconcile(known, observation, listing_state(session, listing), now)
        arrived = self._apply(session, listing, known, changes, now)
        if changes.asks_for_a_look:
            self._planner.hint(listing, now)
        return Kept(changes, arrived)

    def join(
        self, session: Session, listing_id: int, into: int, others: Sequence[int], now: datetime
    ) -> None:
        """A person says that these reviews are one: ``into`` has all that was heard of them."""
        listing = hold_reviews(session, listing_id)
        if listing is None:
            return
        for other in others:
            join(session, into, other, self._judge(session, listing, now))

    def hint(self, session: Session, listing_id: int, now: datetime) -> None:
        """Somebody says that there is news at a listing: look as soon as politeness allows."""
        listing = hold(session, listing_id)
        if listing is not None:
            self._planner.hint(listing, now)

    def failed(self, listing_id: int, now: datetime) -> None:
        """Record that we failed at a listing ourselves; it is looked at again later, the others go on."""
        with self._database.transaction() as session:
            listing = hold(session, listing_id)
            if listing is not None:
                source = source_of(session, listing, self._route_of(listing.site))
                record_look(session, listing, source, None, None, self._planner, now, now)

    def _apply(
        self,
        session: Session,
        listing: Listing,
        known: Sequence[KnownReview],
        changes: Changes | None,
        now: datetime,
    ) -> tuple[int, ...]:
        if changes is None:
            return ()
        return store.apply(session, listing, known, changes, self._judge(session, listing, now), now)

    def _judge(self, session: Session, listing: Listing, now: datetime) -> store.Judge:
        branch = session.get(Branch, listing.branch_id) if listing.branch_id else None
        return self._judge_for(listing, branch, now, partial(lately, session, listing, branch, now))

    def _asked(self, listing_id: int) -> Asked | None:
        with self._database.reading() as session:
            row = session.execute(_ASKED, {"its_id": listing_id}).first()
        if row is None:
            return None
        validators = Validators(row.etag, row.last_modified, row.body_sha256, row.records_sha256)
        return Asked(
            listing_id=listing_id,
            url=row.url,
            site=row.site,
            route=self._route_of(row.site),
            cache=validators,
            known_total=row.site_total,
            language=row.language,
            account_id=row.account_id,
        )


_ASKED = (
    select(
        col(Listing.url),
        col(Listing.site),
        col(Listing.etag),
        col(Listing.last_modified),
        col(Listing.body_sha256),
        col(Listing.records_sha256),
        col(Listing.site_total),
        col(Listing.account_id),
        col(Branch.language),
    )
    .join(Branch, col(Branch.id) == col(Listing.branch_id), isouter=True)
    .where(col(Listing.id) == bindparam("its_id"), col(Listing.active))
)


def _known_to(session: Session, listing: Listing, observation: Observation) -> Sequence[KnownReview]:
    """What reconciling needs."""
    of_a_message = observation.route in (Route.MAIL, Route.HAND)
    among = candidates(session, listing, observation.items) if of_a_message else None
    return known_reviews(session, listing, observation.items, among)


def _known(session: Session, listing: Listing, look: Look) -> Sequence[KnownReview]:
    if look.observation is not None:
        return _known_to(session, listing, look.observation)
    if look.outcome is Outcome.UNCHANGED and anything_missed(session, listing):
        return known_reviews(session, listing)
    return ()


def _changes(
    session: Session,
    listing: Listing,
    route: Route,
    look: Look,
    known: Sequence[KnownReview],
    repeats: datetime | None,
    now: datetime,
) -> Changes | None:
    if look.observation is not None:
        return reconcile(known, look.observation, listing_state(session, listing), now)
    if known and repeats is not None:
        return reconfirmed(known, route, repeats, now)
    return None
