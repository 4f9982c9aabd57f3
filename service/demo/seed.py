"""The demo's rows: its branches, their pages in the town, and the one person who is told."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from service.alerts.reach import ChannelKind, add_channel
from service.demo.plot import Place
from service.demo.story import places
from service.demo.town import Town
from service.domain import HELD_FLAGS
from service.installation import DEMO_CODE, DEMO_MAIL, begin_demo
from service.models import Branch, Listing, Person, Rule
from service.secrets import Vault


def is_empty(session: Session) -> bool:
    """Whether nothing is watched and nobody is known yet."""
    return not any(
        session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (Branch, Listing, Person)
    )


def seed(session: Session, town: Town, vault: Vault, now: datetime) -> None:
    """Write the demo's rows into an empty database, and mark it as a demo."""
    begin_demo(session, now)
    for place in places():
        branch = _branch(place)
        session.add(branch)
        session.flush()
        session.add(_listing(place, branch, town, now))
    channel = _dana(session, vault, now)
    session.add(Rule(position=1, title="Held reviews", match={"flags": sorted(HELD_FLAGS)}, to=[channel]))
    session.add(Rule(position=2, title="Everything else", match={}, to=[channel]))


def ports(session: Session) -> dict[str, int]:
    """On which port each site of the town was, when its listings were last written."""
    found = session.execute(select(col(Listing.site), col(Listing.url)).where(_of_the_town()))
    return {site: urlsplit(url).port or 0 for site, url in found}


def move(session: Session, town: Town) -> None:
    """Let the listings lead where the town's pages are now."""
    addresses = {place.site: town.address(place) for place in places()}
    for listing in session.execute(select(Listing).where(_of_the_town())).scalars():
        listing.url = addresses[listing.site]
        session.add(listing)


def _of_the_town() -> ColumnElement[bool]:
    return col(Listing.site).in_([place.site for place in places()])


def _branch(place: Place) -> Branch:
    return Branch(
        code=f"{DEMO_CODE}{place.site.partition('.')[0]}",
        name=place.branch,
        brand=place.brand,
        city=place.city,
        tz=place.tz,
        language=place.language,
        vertical="restaurant",
        phone=place.phone,
        contact=place.phone,
        sign_off=place.sign_off,
    )


def _listing(place: Place, branch: Branch, town: Town, now: datetime) -> Listing:
    return Listing(
        branch_id=branch.id,
        site=place.site,
        key=place.path,
        url=town.address(place),
        added_at=now,
        next_look_at=now,
    )


def _dana(session: Session, vault: Vault, now: datetime) -> int:
    dana = Person(email_folded=f"dana{DEMO_MAIL}", name="Dana Whitlock", time_zone="Europe/London")
    session.add(dana)
    session.flush()
    channel = add_channel(
        session,
        vault,
        person=dana.id or 0,
        kind=ChannelKind.DEMO,
        target="desk",
        title="this desk",
        verified_at=now,
    )
    return channel.id or 0
