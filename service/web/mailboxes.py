"""Mail: how it comes in, what waits for a person, and what became of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlmodel import Session, col

from service.models import AccountState, Inbound, InboundState
from service.sites.registry import site_named
from service.sources.mailboxes import FOR_A_PERSON, Told, listed
from service.watch.lessons import shapes
from service.watch.whose import Undecided, undecided
from service.web.desk import desk, now, rows

screen = Blueprint("mailboxes", __name__)

LATELY = timedelta(days=30)
SHOWN = 50
COUNTED = (
    *(InboundState.READ, InboundState.HINT, InboundState.ASIDE, InboundState.WAITING),
    *(InboundState.UNKNOWN, InboundState.WHICH_LISTING, InboundState.CONFIRM, InboundState.FAILED),
)

GIVEN_UP = (col(Inbound.state) == InboundState.FAILED.value) & col(Inbound.next_try_at).is_(None)
"""Mails that we failed to read, and that are not tried again by themselves."""


@dataclass(frozen=True, slots=True)
class Asks:
    """One thing a person is asked: about the oldest of ``mails`` alike."""

    inbound_id: int
    state: InboundState
    sender: str
    mails: int
    since: datetime
    name: str | None = None


@screen.get("/mailboxes")
def mailboxes() -> str:
    """The mailboxes with their health, what waits for somebody, and what came in lately."""
    session = rows()
    return render_template(
        "mailboxes.html",
        told=listed(session),
        asks=asked(session),
        counts=_counts(session),
        shapes=len(shapes(session)),
        mail_in=desk().settings.mail_in,
        unwell=unwell,
    )


def asked(session: Session) -> list[Asks]:
    """All that waits for a person, the oldest first; mails alike are asked about once."""
    whose = [_whose(one) for one in undecided(session, limit=SHOWN)]
    return sorted([*whose, *_alone(session), *_unread(session)], key=lambda one: one.since)


def asked_count(session: Session) -> int:
    """How many mails wait for a person; one query, for the screens that only say so."""
    asks = col(Inbound.state).in_([state.value for state in FOR_A_PERSON])
    count: int = session.execute(select(func.count()).where(asks | GIVEN_UP)).scalar_one()
    return count


def unwell(told: Told) -> bool:
    """Whether a mailbox needs somebody."""
    return told.account.state in (AccountState.FAILING.value, AccountState.SIGN_IN.value)


def _whose(one: Undecided) -> Asks:
    site = site_named(one.site)
    sender = site.title if site else one.site
    return Asks(one.inbound_id, InboundState.WHICH_LISTING, sender, one.mails, one.since, one.name)


def _alone(session: Session) -> list[Asks]:
    """Mails that are each a question of their own."""
    found = session.scalars(
        select(Inbound)
        .where((col(Inbound.state) == InboundState.CONFIRM.value) | GIVEN_UP)
        .order_by(col(Inbound.id))
        .limit(SHOWN)
    )
    return [
        Asks(mail.id or 0, InboundState(mail.state), mail.sender_domain or "", 1, mail.received_at)
        for mail in found
    ]


def _unread(session: Session) -> list[Asks]:
    """Mails in a shape that nobody has taught: one question for each sender and shape."""
    found = session.execute(
        select(
            func.min(col(Inbound.id)),
            col(Inbound.sender_domain),
            func.count(),
            func.min(col(Inbound.received_at)),
        )
        .where(col(Inbound.state) == InboundState.UNKNOWN.value)
        .group_by(col(Inbound.sender_domain), col(Inbound.shape_sha256))
        .limit(SHOWN)
    )
    return [
        Asks(number, InboundState.UNKNOWN, domain or "", mails, since)
        for number, domain, mails, since in found
    ]


def _counts(session: Session) -> list[tuple[InboundState, int]]:
    """How many mails of the last 30 days stand where; what there is none of is left out."""
    found = session.execute(
        select(col(Inbound.state), func.count())
        .where(col(Inbound.received_at) >= now() - LATELY)
        .group_by(col(Inbound.state))
    )
    numbers: dict[str, int] = dict(found.all())
    return [(state, numbers[state.value]) for state in COUNTED if numbers.get(state.value)]
