"""Alerts: what went out, to whom, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from service.alerts.compose import Ways, outline_of
from service.alerts.digest_lines import with_lines
from service.alerts.facts import Facts
from service.alerts.outline import Outline
from service.models import (
    Alert,
    Branch,
    Channel,
    Delivery,
    DeliveryState,
    DigestItem,
    Listing,
    Person,
    Review,
)
from service.web import fresh
from service.web.desk import rows
from service.web.me import is_of_hers
from service.web.phrases import counted

screen = Blueprint("alerts", __name__)

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Carried:
    """One delivery: to whom, over what, and how it stands."""

    delivery: Delivery
    person: str
    channel: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """One digest that carries the alert instead of a message of its own; not ``sent``: it still waits."""

    person: str
    every: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One alert, what it said, all its deliveries, and the digests that carry it."""

    alert: Alert
    outline: Outline
    told_because: str
    review: Review | None
    zone: str
    deliveries: tuple[Carried, ...]
    gathered: tuple[Gathered, ...]


@screen.get("/alerts")
def alerts() -> str:
    """The newest first."""
    page, session, in_part = _page_wanted(), rows(), fresh.is_asked_for()
    total: int = session.execute(select(func.count()).select_from(Alert).where(_is_hers())).scalar_one()
    return render_template(
        "alerts_list.html" if in_part else "alerts.html",
        alone=in_part,
        known=session.scalar(select(func.max(col(Alert.id)))) or 0,
        told=newest(session, PAGE_SIZE, (page - 1) * PAGE_SIZE),
        total=total,
        failed=_count(session, DeliveryState.FAILED),
        sent=_count(session, DeliveryState.SENT),
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
        channels=session.execute(select(func.count()).select_from(Channel)).scalar_one(),
        address=lambda page: "/alerts" + (f"?{urlencode({'page': page})}" if page > 1 else ""),
    )


@screen.get("/alerts/fresh")
def rung() -> Response:
    """How many rang since the page was shown."""
    since = select(func.count()).select_from(Alert).where(_is_hers(), col(Alert.id) > fresh.known())
    new: int = rows().execute(since).scalar_one()
    told = counted("%(n)s new alert", "%(n)s new alerts", new)
    return fresh.told(new, told, url_for(".alerts"), in_place=_page_wanted() == 1)


def _page_wanted() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 100_000))


def newest(session: Session, limit: int, offset: int = 0, review_id: int | None = None) -> list[Told]:
    """The newest alerts, of one review where it is given."""
    query = (
        select(Alert, Review, Branch)
        .outerjoin(Review, col(Alert.review_id) == col(Review.id))
        .outerjoin(Listing, col(Listing.id) == func.coalesce(col(Alert.listing_id), col(Review.listing_id)))
        .outerjoin(Branch, col(Listing.branch_id) == col(Branch.id))
        .where(_is_hers())
        .order_by(col(Alert.created_at).desc(), col(Alert.id).desc())
        .limit(limit)
        .offset(offset)
    )
    if review_id is not None:
        query = query.where(col(Alert.review_id) == review_id)
    found = session.execute(query).all()
    ids = [alert.id for alert, *_ in found]
    deliveries, gathered = _deliveries(session, ids), _gathered(session, ids)
    told = [_told(session, alert, review, branch) for alert, review, branch in found]
    return [
        replace(one, deliveries=tuple(deliveries[one.alert.id]), gathered=tuple(gathered[one.alert.id]))
        for one in told
    ]


def _is_hers() -> ColumnElement[bool]:
    """Alerts about what whoever looks may read; one about no listing is for those who may read all."""
    reviewed = select(col(Review.id)).where(is_of_hers(Review.listing_id))
    return is_of_hers(Alert.listing_id) | col(Alert.review_id).in_(reviewed)


def _told(session: Session, alert: Alert, review: Review | None, branch: Branch | None) -> Told:
    facts = with_lines(session, Facts.model_validate(alert.body))
    return Told(
        alert=alert,
        outline=outline_of(facts, Ways(), personal=False),
        told_because=facts.told_because,
        review=review,
        zone=branch.tz if branch else "UTC",
        deliveries=(),
        gathered=(),
    )


def _deliveries(session: Session, alerts: list[int | None]) -> defaultdict[int | None, list[Carried]]:
    query = (
        select(Delivery, Channel, Person)
        .join(Channel, col(Delivery.channel_id) == col(Channel.id))
        .join(Person, col(Channel.person_id) == col(Person.id))
        .where(col(Delivery.alert_id).in_(alerts))
        .order_by(col(Delivery.id))
    )
    found: defaultdict[int | None, list[Carried]] = defaultdict(list)
    for delivery, channel, person in session.execute(query).all():
        found[delivery.alert_id].append(Carried(delivery, person.name, channel.title))
    return found


def _gathered(session: Session, alerts: list[int | None]) -> defaultdict[int | None, list[Gathered]]:
    query = (
        select(DigestItem, col(Person.name))
        .join(Channel, col(DigestItem.channel_id) == col(Channel.id))
        .join(Person, col(Channel.person_id) == col(Person.id))
        .where(col(DigestItem.alert_id).in_(alerts))
        .order_by(col(DigestItem.id))
    )
    found: defaultdict[int | None, list[Gathered]] = defaultdict(list)
    for item, name in session.execute(query).all():
        found[item.alert_id].append(Gathered(name, item.every, item.digest_id is not None))
    return found


def _count(session: Session, state: DeliveryState) -> int:
    n: int = session.execute(
        select(func.count())
        .select_from(Delivery)
        .join(Alert, col(Alert.id) == col(Delivery.alert_id))
        .where(col(Delivery.state) == state.value, _is_hers())
    ).scalar_one()
    return n
