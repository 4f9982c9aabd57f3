"""What an endpoint of the API is, said in one place: its path, what it takes and answers, who may, why not.

The addresses, the checks before each and the OpenAPI document are all made from these. Whoever adds one
writes its two shapes, one function and a line in its module's ``ENDPOINTS``::

    def suggest(call: Call, asked: SuggestAsked) -> SuggestTold: …

    ENDPOINTS = (Endpoint("/suggest", suggest, SuggestAsked, SuggestTold, scope=Scope.SUGGEST),)

and puts the module into ``table``. The function raises ``DeviceRefused`` with a code that the endpoint names
under ``refusals`` or that every endpoint has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from service.db import Database
from service.people.devices import Caller, Scope
from service.settings import Settings

SMALL = 64 * 1024  # bytes of a request


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason for not doing it: its status, the word a program knows it by, and when it is given.

    ``more`` is the shape of what the answer tells besides.
    """

    status: int
    code: str
    when: str
    more: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request that may be answered: under which name of ours, from which extension and which place.

    ``caller`` is None for the endpoints that are open.
    """

    settings: Settings
    database: Database
    secret: bytes
    now: datetime
    host: str
    origin: str
    place: str
    caller: Caller | None = None

    @property
    def who(self) -> Caller:
        """Who asks, where the endpoint is not open."""
        if self.caller is None:
            raise LookupError("an open endpoint has no caller")
        return self.caller


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address. ``does`` takes a ``Call`` and an ``asks``, and answers a ``tells`` (None: 204).

    ``scope`` is what the browser must have been given. ``named`` asks for a person: at a desk station one
    must have unlocked it, and what she does prolongs that. ``open`` endpoints take no token; ``per_place``
    is how many requests one place may make of them in ten minutes. ``any_version`` serves even an extension
    that is too old. ``most`` is the largest request in bytes.
    """

    path: str
    does: Callable[[Call, Any], BaseModel | None]
    asks: type[BaseModel]
    tells: type[BaseModel] | None
    scope: Scope | None = None
    named: bool = False
    open: bool = False
    per_place: int = 0
    any_version: bool = False
    refusals: tuple[Refusal, ...] = ()
    most: int = SMALL

    @property
    def name(self) -> str:
        """Its name among endpoints: "pair_start"."""
        return self.path.strip("/").replace("/", "_")

    def refuses(self) -> tuple[Refusal, ...]:
        """Every refusal it may answer, its own and those it shares."""
        shared = FROM_ALL if self.open else (*FROM_ALL, *FROM_PAIRED)
        versions = () if self.any_version else (TOO_OLD,)
        scopes = (SCOPE,) if self.scope else ()
        locked = (LOCKED,) if self.named else ()
        found = (*shared, *versions, *scopes, *locked, *self.refusals)
        return tuple({one.code: one for one in found}.values())


class TooOld(BaseModel):
    """What goes with ``too_old``."""

    min_version: str


class Waiting(BaseModel):
    """What goes with ``slow_down``."""

    retry_after: int


BAD = Refusal(400, "bad_request", "The request has not the shape it must have; `errors` says where.")
OTHER_ORIGIN = Refusal(403, "other_origin", "No extension, or not the one that was paired, sent it.")
TOO_LARGE = Refusal(413, "too_large", "The request is larger than this endpoint takes.")
SLOW_DOWN = Refusal(429, "slow_down", "Too many requests; `Retry-After` says how long to wait.")
NO_DATABASE = Refusal(503, "no_database", "The database does not answer. Nothing is lost; ask again later.")
FROM_ALL = (BAD, OTHER_ORIGIN, TOO_LARGE, SLOW_DOWN, NO_DATABASE)

UNAUTHORIZED = Refusal(401, "unauthorized", "No access token, or one that opens nothing any more.")
REVOKED = Refusal(401, "revoked", "The pairing has ended: what the browser holds is to be wiped.")
FROM_PAIRED = (UNAUTHORIZED, REVOKED)

SCOPE = Refusal(403, "scope", "This browser, or its person, may not do this.")
LOCKED = Refusal(423, "locked", "A desk station that nobody has unlocked.")
TOO_OLD = Refusal(426, "too_old", "The extension is older than `min_version`.", TooOld)
