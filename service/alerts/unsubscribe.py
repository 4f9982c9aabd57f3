"""Stopping alerts from a link in a mail: one channel is paused, but never a branch's last one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.reach import open_channels
from service.alerts.rulebook import stored_rules
from service.alerts.rules import Rule
from service.errors import LastRecipient, LinkRefused
from service.models import Branch, Channel
from service.people.links import Links, Purpose
from service.sentences import say


@dataclass(frozen=True, slots=True)
class Stopped:
    """What was stopped, for the page that says so."""

    channel: int
    title: str


def unsubscribe(session: Session, links: Links, token: str, now: datetime, *, contact: str | None) -> Stopped:
    """Pause the channel that ``token`` names; doing so twice changes nothing.

    For a POST alone: scanners follow GETs (RFC 8058). ``contact`` is whoever runs this installation. Raises
    ``LinkRefused``, and ``LastRecipient`` where somebody else must be named first.
    """
    channel = session.get(Channel, links.read(Purpose.UNSUBSCRIBE, token, now))
    if channel is None:
        raise LinkRefused(say("the channel is gone"))
    if channel.paused_at is None:
        whom = say("Ask %(contact)s", contact=contact) if contact else say("Ask whoever set up Shopbell here")
        require_others(
            session, channel.id or 0, say("%(whom)s to name somebody first; then this works.", whom=whom)
        )
        channel.paused_at = now
        session.flush()
    return Stopped(channel.id or 0, channel.title)


def require_others(session: Session, leaving: int, instead: str) -> None:
    """Return where somebody is told without ``leaving`` too. Raises ``LastRecipient``, ending ``instead``."""
    # Two people who leave at the same moment must not each count on the other.
    session.execute(select(col(Channel.id)).where(col(Channel.paused_at).is_(None)).with_for_update()).all()
    before = {reach.channel for reach in open_channels(session)}
    if leaving not in before:
        return
    if before == {leaving}:
        raise LastRecipient(say("Nobody else is told of anything. %(instead)s", instead=instead))
    rules = stored_rules(session)
    for code, name in session.execute(select(col(Branch.code), col(Branch.name)).order_by(col(Branch.code))):
        named = recipients(rules, code, before)
        if named == {leaving}:
            raise LastRecipient(
                say("Nobody else is told about %(name)s. %(instead)s", name=name, instead=instead)
            )


def recipients(rules: Iterable[Rule], branch: str, usable: Collection[int]) -> set[int]:
    """The open channels that some rule names for ``branch``, whatever else the rule asks."""
    speaking = (rule for rule in rules if not rule.match.branches or branch in rule.match.branches)
    return {channel for rule in speaking for channel in rule.to if channel in usable}
