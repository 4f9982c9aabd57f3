"""Where a message leads: to what it tells of, and to the end of such messages."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.alerts.compose import Ways
from service.domain import EventKind
from service.models import Alert, Channel
from service.people import accounts
from service.people.links import Links, Purpose
from service.people.may import Act, Place, may
from service.people.scope import place_of


def ways_of(session: Session, links: Links, alert: Alert, channel: Channel, now: datetime) -> Ways:
    """The addresses that ``alert`` carries to ``channel``.

    A review's and a listing's are signed; what is signed or read at the desk alone asks for a session.
    """
    stop = links.address(Purpose.UNSUBSCRIBE, channel.id or 0, now)
    if alert.body.get("sealed"):
        return Ways(f"{links.public_url}/", stop)
    if asked := _asked_of(session, alert, channel):  # read and signed at the desk, after signing in
        return Ways(f"{links.public_url}/packs/asked/{asked}", stop)
    if alert.review_id is not None:
        return Ways(links.address(Purpose.REVIEW, alert.review_id, now, channel.id), stop)
    if alert.listing_id is not None:
        return Ways(links.address(Purpose.LISTING, alert.listing_id, now), stop)
    if pack := alert.body.get("pack"):  # read at the desk, after signing in: the address alone opens nothing
        return Ways(f"{links.public_url}/pack/{pack['name']}?version={pack['serial']}", stop)
    return Ways(f"{links.public_url}/", stop)


def _asked_of(session: Session, alert: Alert, channel: Channel) -> int | None:
    """The number of the words that are asked for, where the channel is somebody's who may give them."""
    asked = alert.body.get("asked") if alert.kind == EventKind.WORDS_ASKED.value else None
    if not asked or not _may_sign(session, alert, channel.person_id):
        return None
    return int(asked["number"])


def _may_sign(session: Session, alert: Alert, person_id: int) -> bool:
    """As the desk's gate will ask it; without accounts, whoever sits at the machine signs."""
    if not accounts.exist(session):
        return True
    who = accounts.who(session, person_id)
    return who is not None and may(who, Act.SIGN, place_of(session, alert.listing_id) or Place(None))
