"""How far a new installation is, read from the rows alone: so it can be left, and gone on with.

Nothing of the demo town counts: its branches, people and signatures go as soon as something real is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlmodel import Session, col

from service.installation import DEMO_CODE, DEMO_HOLDER, DEMO_MAIL
from service.models import (
    Branch,
    Channel,
    Listing,
    PackState,
    PackVersion,
    Person,
    Review,
    Signature,
    SigningKey,
    SourceAccount,
)
from service.sources.mailboxes import MAIL_KINDS


@dataclass(frozen=True, slots=True)
class Steps:
    """Which of the first steps are done."""

    branch: bool
    listing: bool
    way: bool  # something other than a page is set up, or a review came in
    review: bool
    told: bool  # a test message was taken
    words: bool  # some pack is approved

    @property
    def done(self) -> bool:
        """Whether a real review has come in, and a test alert has gone out."""
        return self.review and self.told

    @property
    def next(self) -> str:
        """The name of the first step that is not done; "" where all are."""
        return next((name for name in ORDER if not getattr(self, name)), "")


ORDER = ("branch", "listing", "way", "told", "words", "review")


def steps(session: Session) -> Steps:
    """Where this installation stands."""
    review = _is_there(session, col(Review.listing_id).in_(real_listings()))
    mail = _is_there(session, col(SourceAccount.kind).in_(MAIL_KINDS))
    return Steps(
        branch=_is_there(session, _is_real()),
        listing=_is_there(session, col(Listing.id).in_(real_listings()) & col(Listing.active)),
        way=review or mail,
        review=review,
        told=_is_there(session, col(Channel.person_id).in_(_real_people()) & _is_open()),
        words=_is_there(session, _is_approved() & col(PackVersion.sha256).in_(_really_signed())),
    )


def _is_there(session: Session, what: ColumnElement[bool]) -> bool:
    return bool(session.scalar(select(exists().where(what))))


def _is_real() -> ColumnElement[bool]:
    return ~col(Branch.code).startswith(DEMO_CODE, autoescape=True)


def _is_approved() -> ColumnElement[bool]:
    return col(PackVersion.state) == PackState.APPROVED.value


def _is_open() -> ColumnElement[bool]:
    return col(Channel.verified_at).is_not(None) & col(Channel.paused_at).is_(None)


def real_listings() -> Select[Any]:
    """The ids of the listings that are watched for real branches, feeds of mentions left out."""
    branches = select(col(Branch.id)).where(_is_real())
    of_them = col(Listing.branch_id).in_(branches) & col(Listing.removed_at).is_(None)
    return select(col(Listing.id)).where(of_them, col(Listing.account_id).is_(None))


def _real_people() -> Select[Any]:
    return select(col(Person.id)).where(~col(Person.email_folded).endswith(DEMO_MAIL, autoescape=True))


def _really_signed() -> Select[Any]:
    ours = ~col(SigningKey.person).endswith(DEMO_HOLDER, autoescape=True)
    keys = select(col(SigningKey.fingerprint)).where(ours)
    return select(col(Signature.subject_sha256)).where(col(Signature.key).in_(keys))
