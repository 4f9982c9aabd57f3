"""What makes a pack approved: enough people of the right kind answered for exactly these bytes.

``ApprovedPack`` is made by ``approval`` alone, from verified signatures (a test holds that); it refuses to
exist where its approvals do not suffice, so that an unapproved word cannot be handed on by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from service.replies.pack import Pack, Risk
from service.sentences import say, say_many

LEGAL = "legal"
APPROVER = "approver"
APPROVING_ROLES = frozenset({APPROVER, LEGAL})
PEOPLE_NEEDED = {Risk.ROUTINE: 1, Risk.SENSITIVE: 2, Risk.REGULATED: 2}


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's verified signature: who, as what, with which key, when, and the words that were signed."""

    person: str
    role: str
    key: str
    signed_at: datetime
    statement: str


@dataclass(frozen=True, slots=True)
class ApprovedPack:
    """A pack and the people who answer for it. Raises ``ValueError`` where they are not enough."""

    pack: Pack
    approvals: tuple[Approval, ...]

    def __post_init__(self) -> None:
        if missing := what_is_missing(self.pack.risk, self.pack.author, self.approvals):
            raise ValueError(f"{self.pack.name} {self.pack.serial} is not approved: {missing}")
        if not all(self.pack.sha256.hex() in approval.statement.split(" ") for approval in self.approvals):
            raise ValueError(f"{self.pack.name} {self.pack.serial}: an approval is for other bytes")


@dataclass(frozen=True, slots=True)
class ApprovedWords:
    """Words for one review alone, and the people who answer for them. Raises ``ValueError``.

    ``seen`` names the review as those people read it (``own_words.seen_as``); ``until`` is aware UTC.
    """

    review: int
    number: int
    text: str
    seen: str
    risk: Risk
    author: str
    approvals: tuple[Approval, ...]
    until: datetime

    def __post_init__(self) -> None:
        if missing := what_is_missing(self.risk, self.author, self.approvals):
            raise ValueError(f"the words for review {self.review} are not approved: {missing}")
        said = [approval.statement.split(" ") for approval in self.approvals]
        if not all(self.sha256 in words and self.seen in words for words in said):
            raise ValueError(f"the words for review {self.review}: an approval is for others")

    @property
    def sha256(self) -> str:
        """The hash of the exact text, in hex."""
        return sha256(self.text.encode()).hexdigest()


RISK = {
    Risk.ROUTINE: say("routine"),
    Risk.SENSITIVE: say("sensitive"),
    Risk.REGULATED: say("regulated"),
}


def what_is_missing(risk: Risk, author: str, approvals: Sequence[Approval]) -> str | None:
    """What a pack of this risk class still needs, as words for a person; None where it has all.

    Two keys of one person count as one person.
    """
    people = {_same(approval.person) for approval in approvals if approval.role in APPROVING_ROLES}
    needed = PEOPLE_NEEDED[risk]
    if len(people) < needed:
        more = needed - len(people)
        return say_many(
            "%(risk)s needs %(n)s more person to approve",
            "%(risk)s needs %(n)s more people to approve",
            more,
            risk=RISK[risk],
        )
    if risk is Risk.SENSITIVE and people <= {_same(author)}:
        return say("sensitive needs somebody who is not its author")
    if risk is Risk.REGULATED and not any(approval.role == LEGAL for approval in approvals):
        return say("regulated needs somebody of legal")
    return None


def _same(person: str) -> str:
    return " ".join(person.casefold().split())
