"""The rows of a feed: its account, which keeps the address, and its listing, which is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from service.db import insert_new
from service.domain import Validators
from service.models import AccountKind, AccountState, Branch, Listing, ListingSource, Review, SourceAccount
from service.secrets import Vault
from service.sites.generic import UNKNOWN
from service.sources.feed import Subscription, shown_address
from service.watch.listings import BranchFacts, branch_of

LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feed as a person asks for it: for a branch we know (its id) or one that may be new, or, where
    ``whose`` is None, for the whole brand. Without a title it is called as it calls itself.
    """

    url: str
    whose: int | BranchFacts | None = None
    title: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One feed as it may be shown. ``source`` is None before its first look."""

    listing: Listing
    title: str
    words: tuple[str, ...]
    branch: str | None
    zone: str
    mentions: int
    source: ListingSource | None


def store(
    session: Session, vault: Vault, asked: Subscription, wanted: Wanted, own_title: str, now: datetime
) -> Listing:
    """The listing of a feed and its account, made where they are new, with what is said of them now."""
    account = _account_for(session, vault, asked, wanted, own_title, now)
    whose = wanted.whose
    branch_id = branch_of(session, whose) if isinstance(whose, BranchFacts) else whose
    row: dict[str, Any] = {"site": UNKNOWN.name, "key": asked.key, "url": shown_address(asked.url)}
    row |= {"account_id": account.id, "branch_id": branch_id, "added_at": now, "next_look_at": now}
    insert_new(session, Listing, [row])
    listing = listing_of(session, asked.key)
    assert listing is not None
    listing.branch_id = branch_id
    if not listing.active:
        _begin_anew(session, listing, now)
    return listing


def _account_for(
    session: Session, vault: Vault, asked: Subscription, wanted: Wanted, own_title: str, now: datetime
) -> SourceAccount:
    name = vault.target_hash(AccountKind.FEED.value, asked.url).hex()
    title = (wanted.title.strip() or own_title)[:LONGEST_TITLE]
    row = {"kind": AccountKind.FEED.value, "external_id": name, "title": title, "added_at": now}
    insert_new(session, SourceAccount, [row])
    account: SourceAccount = session.execute(
        select(SourceAccount).where(
            col(SourceAccount.kind) == AccountKind.FEED.value, col(SourceAccount.external_id) == name
        )
    ).scalar_one()
    account.title = title or account.title
    if tuple(account.settings.get("words") or ()) != wanted.words:
        account.settings = {"words": list(wanted.words)}
        _forget_page(listing_of(session, asked.key))
    account.secret_enc = vault.encrypt(asked.url, place=place_of(name))
    account.state = AccountState.OPEN.value
    return account


def _begin_anew(session: Session, listing: Listing, now: datetime) -> None:
    """What was written while nobody listened is the past."""
    listing.active, listing.added_at, listing.next_look_at = True, now, now
    _forget_page(listing)
    for source in session.scalars(select(ListingSource).where(col(ListingSource.listing_id) == listing.id)):
        source.began_at = None


def _forget_page(listing: Listing | None) -> None:
    """Other words find other entries in a feed that has not changed."""
    if listing is not None:
        forgotten = Validators()
        listing.etag, listing.last_modified = forgotten.etag, forgotten.last_modified
        listing.body_sha256, listing.records_sha256 = forgotten.body_sha256, forgotten.records_sha256


def listing_of(session: Session, key: str) -> Listing | None:
    """The feed of that key, listened to or not."""
    return session.execute(
        select(Listing).where(col(Listing.site) == UNKNOWN.name, col(Listing.key) == key)
    ).scalar_one_or_none()


def account_of(session: Session, listing: Listing) -> SourceAccount:
    """The account that keeps a feed's address."""
    return session.get_one(SourceAccount, listing.account_id)


def listed(session: Session) -> list[Told]:
    """Every feed that is listened to."""
    rows = session.execute(
        select(Listing, SourceAccount, Branch, ListingSource, _mentions())
        .join(SourceAccount, col(SourceAccount.id) == col(Listing.account_id))
        .join(Branch, col(Branch.id) == col(Listing.branch_id), isouter=True)
        .join(ListingSource, col(ListingSource.listing_id) == col(Listing.id), isouter=True)
        .where(col(SourceAccount.kind) == AccountKind.FEED.value, col(Listing.active))
        .order_by(col(Branch.name), col(SourceAccount.title), col(Listing.id))
    )
    return [
        Told(
            listing,
            account.title,
            tuple(account.settings.get("words") or ()),
            branch.name if branch else None,
            branch.tz if branch else "UTC",
            mentions,
            source,
        )
        for listing, account, branch, source, mentions in rows
    ]


def titled(session: Session, listings: Sequence[int]) -> dict[int, str]:
    """The feeds' titles among ``listings``, by listing."""
    rows = session.execute(
        select(col(Listing.id), col(SourceAccount.title))
        .join(SourceAccount, col(SourceAccount.id) == col(Listing.account_id))
        .where(col(Listing.id).in_(listings))
    )
    return {row[0]: row[1] for row in rows}


def _mentions() -> Any:
    held = select(func.count()).select_from(Review).where(col(Review.listing_id) == col(Listing.id))
    return held.scalar_subquery()


def key_of(external_id: str) -> str:
    """The listing's key: 128 bits of the hash tell feeds apart."""
    return external_id[:32]


def place_of(external_id: str) -> str:
    """For which place an address is encrypted."""
    return f"source_account:{AccountKind.FEED.value}:{external_id}"
