"""Who may do what, and where: one pure function, asked by the gate before any screen answers.

What each role may do, wherever its scope reaches::

    act                                      alert_only viewer branch area approver legal admin
    READ       reviews, alerts, health            -       x      x     x      x       x     x
    CLAIM      take, hand over, put off, note     -       -      x     x      -       -     x
    ANSWER     use an approved reply              -       -      x     x      -       -     x
    DECIDE     answer "is this one review?"       -       -      x     x      -       -     x
    LOOK       ask for a look now                 -       -      x     x      -       -     x
    ASK_WORDS  ask for words                      -       -      x     x      x       -     x
    CASE       take offline, keep the case        -       -      x     x      -       -     x
    CASE_NOTES read a health branch's case        -       -      x     x      -       -     x
    REPORT     reports and their files            -       x      x     x      x       x     x
    IMPORT     files, pastes, saved pages         -       -      -     x      -       -     x
    TEACH      say what a mail tells, and whose   -       -      -     x      -       -     x
    FEEDS      add and remove feeds               -       -      -     x      -       -     x
    BRANCHES   branches, hours, listings          -       -      -     x      -       -     x
    CHANNELS   channels and rules                 -       -      -     x      -       -     x
    WRITE      drafts of packs                    -       -      -     -      x       -     x
    SIGN       approve words, send them back      -       -      -     -      x       x     -
    RECALL     withdraw words                     -       -      -     -      x       x     x
    AUDIT      read the chain of decisions        -       -      -     -      x       x     x
    MAILBOXES  mailboxes and hooks                -       -      -     -      -       -     x
    PEOPLE     accounts, roles, who leaves        -       -      -     -      -       -     x
    SETTINGS   the installation itself            -       -      -     -      -       -     x

A role counts for all, for one brand, one region or one branch. A thing is a ``Place`` (a branch with its
brand and region; a listing of no branch is the installation's), or ``WHOLE``, which only a role for all
reaches: a file, a mailbox or a feed may speak of any branch. ``SOMEWHERE`` asks whether there is any place at
all, which is how a list is opened whose rows are chosen by scope. Signing is nobody's by rank: who manages
the desk answers for no words until somebody makes her an approver. ``SIGN`` opens the screen; the signature
itself needs her own key and passphrase. Whoever left may do nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from service.domain import Role, ScopeKind


class Act(StrEnum):
    """Everything that can be done at the desk."""

    READ = "read"
    CLAIM = "claim"
    ANSWER = "answer"
    DECIDE = "decide"
    LOOK = "look"
    ASK_WORDS = "ask_words"
    CASE = "case"
    CASE_NOTES = "case_notes"
    REPORT = "report"
    IMPORT = "import"
    TEACH = "teach"
    FEEDS = "feeds"
    BRANCHES = "branches"
    CHANNELS = "channels"
    WRITE = "write"
    SIGN = "sign"
    RECALL = "recall"
    AUDIT = "audit"
    MAILBOXES = "mailboxes"
    PEOPLE = "people"
    SETTINGS = "settings"


class Extent(Enum):
    """Things that are no place."""

    WHOLE = "the whole installation"
    SOMEWHERE = "any place"


WHOLE, SOMEWHERE = Extent.WHOLE, Extent.SOMEWHERE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a review, a listing or a question belongs; ``branch`` is a code, None where there is none."""

    branch: str | None
    brand: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, and where it counts."""

    role: Role
    kind: ScopeKind = ScopeKind.ALL
    scope: str = ""

    def covers(self, thing: Place | Extent) -> bool:
        """Whether the thing lies within this scope."""
        if self.kind is ScopeKind.ALL or thing is SOMEWHERE:
            return True
        if not isinstance(thing, Place) or thing.branch is None:
            return False
        own = {ScopeKind.BRAND: thing.brand, ScopeKind.REGION: thing.region, ScopeKind.BRANCH: thing.branch}
        return own[self.kind] == self.scope


@dataclass(frozen=True, slots=True)
class Who:
    """A person with her grants. ``id`` is None for whoever sits at a machine that has no accounts yet."""

    id: int | None
    name: str
    grants: tuple[Grant, ...]
    left: bool = False
    locale: str = "en"  # in which she reads the desk


_DESK = frozenset({Act.READ, Act.REPORT})
_CASES = frozenset({Act.CASE, Act.CASE_NOTES})
_MANAGER = _DESK | _CASES | {Act.CLAIM, Act.ANSWER, Act.DECIDE, Act.LOOK, Act.ASK_WORDS}
_AREA = _MANAGER | {Act.IMPORT, Act.TEACH, Act.FEEDS, Act.BRANCHES, Act.CHANNELS}

ACTS_OF: dict[Role, frozenset[Act]] = {
    Role.ALERT_ONLY: frozenset(),
    Role.VIEWER: _DESK,
    Role.BRANCH: _MANAGER,
    Role.AREA: _AREA,
    Role.APPROVER: _DESK | {Act.ASK_WORDS, Act.WRITE, Act.SIGN, Act.RECALL, Act.AUDIT},
    Role.LEGAL: _DESK | {Act.SIGN, Act.RECALL, Act.AUDIT},
    Role.ADMIN: frozenset(Act) - {Act.SIGN},
}

ANYBODY_HERE = Who(None, "the desk", (Grant(Role.ADMIN), Grant(Role.APPROVER)))
"""Whoever sits at the machine of an installation that has no accounts."""


def may(who: Who, act: Act, thing: Place | Extent) -> bool:
    """Whether ``who`` may do ``act`` to ``thing``."""
    return not who.left and any(grant.covers(thing) for grant in granting(who, act))


def granting(who: Who, act: Act) -> tuple[Grant, ...]:
    """Those of her grants whose role holds ``act``."""
    return tuple(grant for grant in who.grants if act in ACTS_OF[grant.role])
