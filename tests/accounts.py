"""People for tests: accounts with a role, made as the desk makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.db import Database
from service.domain import Role, ScopeKind
from service.people import accounts, sessions
from service.people.may import Grant


@dataclass
class People:
    """Makes accounts at ``now``; each method answers the person's id."""

    database: Database
    now: datetime

    def owner(self, name: str = "Olga Owner") -> int:
        """The first account."""
        with self.database.transaction() as session:
            return accounts.first(session, name, address(name), None, self.now).id or 0

    def person(
        self, name: str, role: Role, kind: ScopeKind = ScopeKind.ALL, scope: str = "", **facts: str
    ) -> int:
        """Somebody with one role."""
        with self.database.transaction() as session:
            given = [Grant(role, kind, scope)]
            made = accounts.create(session, name, address(name), given, by="Olga Owner", now=self.now)
            for field, value in facts.items():
                setattr(made, field, value)
            return made.id or 0

    def token(self, person: int, browser: str = "Firefox on Linux") -> str:
        """What her browser holds once she is signed in."""
        with self.database.transaction() as session:
            return sessions.begin(session, person, browser, self.now)


def address(name: str) -> str:
    """``Olga Owner`` is ``olga@shops.example``."""
    return f"{name.split(maxsplit=1)[0].lower()}@shops.example"
