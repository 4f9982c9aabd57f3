"""What ``shopbell status`` says: each listing and route, with evidence, and what needs a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from service.approval.freshness import stale_feeds
from service.domain import Health
from service.models import (
    Branch,
    Delivery,
    DeliveryState,
    InboundState,
    Listing,
    ListingSource,
    Review,
    SourceAccount,
)
from service.sources.inbound import counts
from service.watch.questions import open_count

MAILS = {
    InboundState.WAITING.value: "wait to be read",
    InboundState.UNKNOWN.value: "come in a shape that nobody has taught",
    InboundState.WHICH_LISTING.value: "wait for somebody to say whose they are",
    InboundState.CONFIRM.value: "ask whether forwarding is wanted (open their link)",
    InboundState.FAILED.value: "could not be read, for an error of ours (the log says where)",
}
WELL = (Health.OK.value, Health.NEVER.value)


@dataclass(frozen=True, slots=True)
class RouteTold:
    """How one way of hearing one listing is doing. ``feed`` is its title, where the listing is one."""

    branch: str
    site: str
    feed: str | None
    url: str
    route: str
    health: str
    evidence: list[str]
    last_ok_at: datetime | None
    next_look_at: datetime | None


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a person asks first."""

    routes: list[RouteTold]
    waiting: int
    overdue: int
    failed_messages: int
    questions: int = 0
    mails: dict[str, int] = field(default_factory=dict)  # how many stand in each state
    stale: list[str] = field(
        default_factory=list
    )  # a sentence for each brand whose packs bring nothing fresh

    @property
    def all_is_well(self) -> bool:
        """Whether everything can be heard and everybody was told."""
        failed = self.failed_messages or self.mails.get(InboundState.FAILED.value) or self.stale
        return not failed and all(told.health in WELL for told in self.routes)


def statement(session: Session, now: datetime) -> Statement:
    """The state of everything that is watched."""
    waits = (
        col(Review.due_public_at).is_not(None),
        col(Review.removed_at).is_(None),
        col(Review.state).in_(("new", "seen", "claimed", "inserted", "vanished", "rejected")),
    )
    return Statement(
        routes=_routes(session),
        waiting=session.execute(select(func.count()).where(*waits)).scalar_one(),
        overdue=session.execute(
            select(func.count()).where(*waits, col(Review.due_public_at) < now)
        ).scalar_one(),
        failed_messages=session.execute(
            select(func.count()).where(col(Delivery.state) == DeliveryState.FAILED.value)
        ).scalar_one(),
        questions=open_count(session),
        mails=counts(session),
        stale=["; ".join(one.told(now)) for one in stale_feeds(session, now)],
    )


def _routes(session: Session) -> list[RouteTold]:
    rows = session.execute(
        select(Listing, Branch, ListingSource, col(SourceAccount.title))
        .join(Branch, col(Branch.id) == col(Listing.branch_id), isouter=True)
        .join(ListingSource, col(ListingSource.listing_id) == col(Listing.id), isouter=True)
        .join(SourceAccount, col(SourceAccount.id) == col(Listing.account_id), isouter=True)
        .where(col(Listing.active))
        .order_by(col(Branch.name), col(Listing.site), col(Listing.key))
    )
    return [
        RouteTold(
            branch.name if branch else "(the brand)",
            listing.site,
            feed,
            listing.url,
            source.route if source else "page",
            source.health if source else Health.NEVER.value,
            list(source.evidence) if source else [],
            source.last_ok_at if source else None,
            listing.next_look_at,
        )
        for listing, branch, source, feed in rows
    ]


def as_json(told: Statement) -> str:
    """``told`` as one JSON object."""
    import orjson

    whole = asdict(told) | {"all_is_well": told.all_is_well}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


def as_text(told: Statement) -> str:
    """``told`` for people."""
    stale = [f"{said[:1].upper()}{said[1:]}." for said in told.stale]
    if not told.routes:
        begin = 'Nothing is watched yet. Begin: shopbell add https://… --branch "High Street"'
        return "\n".join([begin, *stale])
    lines = [_line(route) for route in told.routes]
    lines.append(f"Reviews that need a reply: {told.waiting}, overdue: {told.overdue}.")
    if told.failed_messages:
        lines.append(
            f"Messages that could not be delivered: {told.failed_messages}; the alerts screen says why."
        )
    if told.questions:
        lines.append(f"Questions that wait (one review, or two?): {told.questions}.")
    lines += [
        f"Mails that {why}: {told.mails[state]}." for state, why in MAILS.items() if told.mails.get(state)
    ]
    return "\n".join(lines)


def _line(route: RouteTold) -> str:
    heard = f"last heard {route.last_ok_at:%Y-%m-%d %H:%M} UTC" if route.last_ok_at else "never heard yet"
    after = f", next look {route.next_look_at:%H:%M} UTC" if route.next_look_at else ""
    why = f" ({'; '.join(route.evidence)})" if route.evidence and route.health not in WELL else ""
    return (
        f"{route.branch} · {route.feed or route.site} by {route.route}: {route.health}{why}, {heard}{after}"
    )
