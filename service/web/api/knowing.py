"""What a paired browser is told of who it acts for, and where: the shapes that several endpoints share."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.models import Branch, Listing
from service.people import devices, scope, stations
from service.people.devices import Caller
from service.sites.registry import site_named
from service.web.api.shapes import Told
from service.web.shown import site_title


class PersonTold(Told):
    """Somebody, by number and name."""

    id: int
    name: str


class BranchTold(Told):
    """A branch, by number and name."""

    id: int
    name: str


class SiteTold(Told):
    """A site on which branches of hers have a listing, and how a person calls it."""

    site: str
    label: str


class UnlockedTold(Told):
    """Who stands at a desk station, and until when it stays unlocked if she does nothing."""

    person: int
    name: str
    until: datetime


class StationTold(Told):
    """A desk station: its branch's number, its own name, who could unlock it and who has."""

    branch: int
    label: str
    people: list[PersonTold]
    unlocked: UnlockedTold | None


def person(caller: Caller) -> PersonTold | None:
    """Who acts; nobody at a desk station that is locked."""
    return PersonTold(id=caller.who.id, name=caller.who.name) if caller.who.id else None


def branches(session: Session, caller: Caller) -> list[BranchTold]:
    """Where the browser sees reviews."""
    return [BranchTold(id=one.id or 0, name=one.name) for one in devices.own_branches(session, caller.who)]


def sites(session: Session, caller: Caller) -> list[SiteTold]:
    """Where those branches have a listing that is watched; an alias shows another site's page."""
    hers = select(col(Branch.id)).where(scope.branches(caller.who))
    names = select(col(Listing.site)).where(
        col(Listing.branch_id).in_(hers), col(Listing.active), col(Listing.alias_of).is_(None)
    )
    found = sorted(session.scalars(names.distinct()))
    return [SiteTold(site=name, label=site_title(name)) for name in found if site_named(name)]


def station(session: Session, caller: Caller) -> StationTold | None:
    """The desk station it is, if it is one."""
    branch = caller.station
    if branch is None:
        return None
    return StationTold(
        branch=branch.id or 0,
        label=caller.device.label,
        people=[PersonTold(id=number, name=name) for number, name in stations.people_at(session, branch)],
        unlocked=unlocked(caller),
    )


def unlocked(caller: Caller) -> UnlockedTold | None:
    """Who has unlocked it, if anybody has."""
    found = stations.standing(caller)
    return UnlockedTold(person=found.person, name=found.name, until=found.until) if found else None
