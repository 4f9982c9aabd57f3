"""Who is at the desk in this request, and what she may do: for views, queries and templates."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from sqlalchemy import ColumnElement

from service.models import Branch
from service.people import scope
from service.people.may import ANYBODY_HERE, Act, Place, Who, may
from service.people.sessions import SignedIn
from service.web.acts import NEEDS, Need

NOBODY = Who(None, "nobody", ())


def install(app: Flask) -> None:
    """Let templates hide what whoever looks may not do."""
    app.jinja_env.globals.update(
        me=me, may_at=may_at, may_go=may_go, signed_in=signed_in, open_house=is_open_house
    )


def me() -> Who:
    """Who acts; whoever sits at the machine where there are no accounts, and nobody at the door."""
    found = signed_in()
    if found:
        return found.who
    return ANYBODY_HERE if is_open_house() else NOBODY


def signed_in() -> SignedIn | None:
    """Her session, where there is one."""
    found: SignedIn | None = g.get("signed_in")
    return found


def is_open_house() -> bool:
    """Whether there are no accounts yet, so that whoever sits at this machine does everything."""
    return bool(g.get("open_house"))


def mark() -> str:
    """What ties a form to a session: forms of another session act no more."""
    found = signed_in()
    return found.row.token_sha256.hex()[:16] if found else ""


def may_at(act: str, branch: Branch | None) -> bool:
    """Whether whoever looks may do ``act``, named as in ``Act``, at that branch (None: at none)."""
    place = Place(branch.code, branch.brand, branch.region) if branch else Place(None)
    return may(me(), Act(act), place)


def is_hers() -> ColumnElement[bool]:
    """On a query that joins ``Branch``: what whoever looks may read. Lists are cut by this or the next."""
    return scope.branches(me())


def is_of_hers(listing_id: Any, act: Act = Act.READ) -> ColumnElement[bool]:
    """On a column that names a listing: the same, or where she may do another ``act``."""
    return scope.listings(me(), listing_id, act)


def may_go(endpoint: str) -> bool:
    """Whether a screen that is a list would open to whoever looks."""
    need = NEEDS.get(endpoint)
    if isinstance(need, Need) and need.act is Act.PEOPLE and is_open_house():
        return False  # the first account comes first
    return isinstance(need, Need) and may(me(), need.act, need.thing)


def must_show_second() -> bool:
    """Whether this request needs a role that waits for a second factor."""
    return bool(g.get("must_show_second"))


def is_at_the_door() -> bool:
    """Whether this request needs a session and has none."""
    return bool(g.get("at_the_door"))
