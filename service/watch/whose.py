"""Whose a mail is, from the rows; and a person's word where they do not tell. Asked once, and remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, select, update
from sqlmodel import Session, col

from service.db import insert, insert_new
from service.errors import AnswerRefused
from service.models import Branch, Inbound, InboundState, Listing, ListingFact, MailPlace, SourceAccount
from service.sentences import say
from service.sites.mail.base import Clues
from service.sites.registry import site_named
from service.watch.folding import folded
from service.watch.placing import OF_MAILS, Placed, Spot, place

BACK = {"state": InboundState.WAITING.value, "tries": 0, "next_try_at": None}
"""What a row becomes that is to be read once more."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Mails of one site that bear one name (or one mail without any), for a person to say whose they are."""

    inbound_id: int  # the oldest of them; her answer about it is one about all
    site: str
    name: str | None
    mails: int
    since: datetime


def placed(session: Session, site: str, clues: Clues, recipients: Sequence[str]) -> Placed:
    """Whose a mail of ``site`` is, as far as its clues tell."""
    return place(clues, recipients, _spots(session, site), _branches(session), _remembered(session, site))


def undecided(session: Session, *, limit: int = 50) -> tuple[Undecided, ...]:
    """The mails that wait for a person's word, the oldest first."""
    group = func.coalesce(col(Inbound.place_folded), cast(col(Inbound.id), String))
    oldest = func.min(col(Inbound.id))
    rows = session.execute(
        select(
            oldest,
            col(Inbound.site),
            col(Inbound.place_folded),
            func.count(),
            func.min(col(Inbound.received_at)),
        )
        .where(col(Inbound.state) == InboundState.WHICH_LISTING.value)
        .group_by(col(Inbound.site), group, col(Inbound.place_folded))
        .order_by(oldest)
        .limit(limit)
    ).all()
    return tuple(Undecided(*row) for row in rows)


def likely(session: Session, site: str, name: str | None) -> tuple[int, ...]:
    """The listings of ``site`` that a mail of that name is likely about, the likeliest first."""
    return placed(session, site, Clues(name=name), ()).likely


def decide(session: Session, inbound_id: int, listing_id: int, by: str, now: datetime) -> int:
    """The mail, and all that wait under the same name, are of that listing; answers how many are read again.

    Answering twice is answering once. Raises ``AnswerRefused`` where the mail or the listing is not there, or
    the listing is another site's.
    """
    mail = _asked_about(session, inbound_id)
    listing = session.get(Listing, listing_id)
    if listing is None or listing.site != mail.site:
        raise AnswerRefused(say("That is no listing of the site that wrote this mail. Nothing was changed."))
    if mail.state != InboundState.WHICH_LISTING.value:
        return 0
    mail.listing_id = listing_id
    for name, value in BACK.items():
        setattr(mail, name, value)
    session.flush()
    if not mail.place_folded:
        return 1
    _remember(session, listing, mail.place_folded, by, now)
    return 1 + ask_again(session, listing.site, mail.place_folded)


def decide_branch(session: Session, inbound_id: int, branch_id: int, by: str, now: datetime) -> int:
    """The mail is of a branch that has no listing on its site: one is made that is heard by mails alone.

    Nobody looks at it. Raises ``AnswerRefused`` as ``decide`` does; answers the listing's id.
    """
    mail = _asked_about(session, inbound_id)
    branch = session.get(Branch, branch_id)
    if branch is None or mail.site is None:
        raise AnswerRefused(
            say("That branch is no longer there. Nothing was changed; look at the list again.")
        )
    key = f"{OF_MAILS}{branch.code}"
    row = {
        "branch_id": branch.id,
        "site": mail.site,
        "key": key,
        "url": _home(mail.site),
        "active": False,
        "added_at": _began(session, mail),
    }
    insert_new(session, Listing, [row])
    there = select(col(Listing.id)).where(col(Listing.site) == mail.site, col(Listing.key) == key)
    listing_id: int = session.execute(there).scalar_one()
    decide(session, inbound_id, listing_id, by, now)
    ask_again(session, mail.site)
    return listing_id


def ask_again(session: Session, site: str, name_folded: str | None = None) -> int:
    """Read the mails of ``site`` once more that nobody could place (of that name, if one is given)."""
    waiting = update(Inbound).where(
        col(Inbound.site) == site, col(Inbound.state) == InboundState.WHICH_LISTING.value
    )
    if name_folded is not None:
        waiting = waiting.where(col(Inbound.place_folded) == name_folded)
    done = session.execute(waiting.values(BACK).execution_options(synchronize_session=False))
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count


def remembered(session: Session) -> tuple[MailPlace, ...]:
    """What persons said of names, the newest first."""
    return tuple(session.execute(select(MailPlace).order_by(col(MailPlace.decided_at).desc())).scalars())


def forget(session: Session, place_id: int) -> bool:
    """Ask anew about a name; what was stored by it stays. Answers whether it was remembered."""
    place = session.get(MailPlace, place_id)
    if place is None:
        return False
    session.delete(place)
    return True


def _asked_about(session: Session, inbound_id: int) -> Inbound:
    mail = session.get(Inbound, inbound_id, with_for_update=True)
    if mail is None:
        raise AnswerRefused(say("This mail is no longer there. Nothing was changed; look at the list again."))
    return mail


def _remember(session: Session, listing: Listing, name: str, by: str, now: datetime) -> None:
    """The newest word about a name counts."""
    row = {
        "site": listing.site,
        "name_folded": name,
        "listing_id": listing.id,
        "decided_by": by,
        "decided_at": now,
    }
    said = {key: row[key] for key in ("listing_id", "decided_by", "decided_at")}
    statement = insert(session, MailPlace).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["site", "name_folded"], set_=said))


def _began(session: Session, mail: Inbound) -> datetime:
    """Since when its mails are heard: what they told after that is news."""
    account = session.get(SourceAccount, mail.account_id) if mail.account_id else None
    return min(account.added_at, mail.received_at) if account else mail.received_at


def _home(site: str) -> str:
    known = site_named(site)
    return f"https://{known.hosts[0]}/" if known and known.hosts else f"https://{site}/"


def _spots(session: Session, site: str) -> list[Spot]:
    rows = session.execute(
        select(col(Listing.id), col(Listing.key), col(Listing.branch_id), col(Branch.name), col(Branch.city))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Listing.site) == site, col(Listing.alias_of).is_(None), col(Listing.removed_at).is_(None))
        .order_by(col(Listing.id))
    ).all()
    shown = _names_shown(session, site)
    return [
        Spot(number, key, branch, (*_names(name, city), *shown[number]))
        for number, key, branch, name, city in rows
    ]


def _names(name: str | None, city: str | None) -> tuple[str, ...]:
    if not name:
        return ()
    return (name, f"{name} {city}") if city else (name,)


def _names_shown(session: Session, site: str) -> Mapping[int, list[str]]:
    """What the site's own pages call each listing."""
    rows = session.execute(
        select(col(ListingFact.listing_id), col(ListingFact.value))
        .join(Listing, col(Listing.id) == col(ListingFact.listing_id))
        .where(col(Listing.site) == site, col(ListingFact.field) == "name")
    )
    shown: defaultdict[int, list[str]] = defaultdict(list)
    for listing_id, name in rows:
        shown[listing_id].append(name)
    return shown


def _branches(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(col(Branch.mail_token), col(Branch.id)).where(col(Branch.mail_token).is_not(None))
    )
    return {folded(token): branch for token, branch in rows}


def _remembered(session: Session, site: str) -> dict[str, int]:
    rows = session.execute(
        select(col(MailPlace.name_folded), col(MailPlace.listing_id)).where(col(MailPlace.site) == site)
    )
    return {row.name_folded: row.listing_id for row in rows}
