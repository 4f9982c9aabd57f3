"""Recalls: words withdrawn for good, an item or a whole pack, in every version up to a serial.

Using words needs proof, withholding them none: once a recall is stored it is obeyed as it stands, and only a
version with a higher serial brings such an item back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from service import audit
from service.approval.keys import UnlockedKey
from service.approval.statements import WHOLE_PACK, Decision, Statement
from service.approval.stored import remembered
from service.db import insert_new
from service.domain import EventKind
from service.errors import ApprovalRefused
from service.models import AskedWords, Event, PackState, PackVersion, Recall, SigningKey
from service.replies.own_words import is_for_one_review, name_of, review_of
from service.replies.pack import Pack
from service.sentences import say

LONGEST_REASON = 300  # characters: it is read on a phone


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What one recall withholds: an item, or ``WHOLE_PACK``, up to and with a serial."""

    item: str
    up_to_serial: int

    def takes(self, item: str, serial: int) -> bool:
        """Whether an item of a version with this serial is withheld."""
        return serial <= self.up_to_serial and self.item in (WHOLE_PACK, item)


def recall(
    session: Session, version: PackVersion, item: str, reason: str, key: UnlockedKey, now: datetime
) -> Recall:
    """Withdraw ``item`` (or ``WHOLE_PACK``) of ``version`` and all before it, from this transaction on.

    Raises as ``withdraw``.
    """
    about = Statement(
        Decision.RECALL, version.pack, version.serial, version.sha256, item, version.risk, key.role, now
    )
    return withdraw(session, about, reason, key, now)


def withdraw(session: Session, about: Statement, reason: str, key: UnlockedKey, now: datetime) -> Recall:
    """Sign ``about`` with ``key`` and obey it.

    Whoever was sent the words is told by the event that is written with it. Doing it twice changes nothing.
    Raises ``ApprovalRefused`` for a key that is not believed here and for a recall without a reason.
    """
    kept = session.get(SigningKey, key.fingerprint)
    if kept is None or kept.revoked_at is not None:
        raise ApprovalRefused(
            say("The key of %(person)s is not believed here. Nothing was recalled.", person=key.person)
        )
    said = " ".join(reason.split())[:LONGEST_REASON]
    if not said:
        raise ApprovalRefused(
            say("Say why it is recalled: whoever used the words reads it. Nothing was recalled.")
        )
    made = Recall(
        pack=about.pack,
        item=about.item,
        up_to_serial=about.serial,
        reason=said,
        key=key.fingerprint,
        statement=str(about),
        signature=key.sign(str(about)),
        made_at=now,
        taken_at=now,
    )
    return obey(session, made, now)


def obey(session: Session, made: Recall, now: datetime) -> Recall:
    """Store a recall, withhold its words and write its event; one that is stored already is left as it is."""
    there = select(Recall).where(
        col(Recall.pack) == made.pack,
        col(Recall.item) == made.item,
        col(Recall.up_to_serial) == made.up_to_serial,
    )
    if known := session.scalars(there).one_or_none():
        return known
    session.add(made)
    if made.item == WHOLE_PACK:
        whole = (col(PackVersion.pack) == made.pack, col(PackVersion.serial) <= made.up_to_serial)
        session.execute(update(PackVersion).where(*whole).values(state=PackState.RECALLED.value))
    session.flush()
    insert_new(session, Event, [_event(made, now)])
    told = {"key": made.key, "statement": made.statement, "reason": made.reason}
    audit.record(session, "recall", f"pack:{made.pack}", told, now)
    return made


def withdrawn(session: Session) -> Mapping[str, tuple[Withdrawn, ...]]:
    """Everything that is withheld, by the name of its pack."""
    found: defaultdict[str, list[Withdrawn]] = defaultdict(list)
    rows = select(col(Recall.pack), col(Recall.item), col(Recall.up_to_serial)).order_by(col(Recall.id))
    for pack, item, serial in session.execute(rows):
        found[pack].append(Withdrawn(item, serial))
    return {pack: tuple(recalls) for pack, recalls in found.items()}


def gone_from(pack: Pack, recalls: tuple[Withdrawn, ...]) -> frozenset[str]:
    """The items of ``pack`` that are withheld."""
    return frozenset(item.id for item in pack.items for one in recalls if one.takes(item.id, pack.serial))


def recalled_items(
    session: Session, name: str | None = None, *, since: datetime | None = None
) -> list[tuple[Pack, str, str]]:
    """Every recalled item in every stored version that it was recalled in, with the reason.

    ``name`` is of one pack; None: of all. ``since``: only what was recalled from that moment on.
    """
    rows = select(Recall, col(PackVersion.body), col(PackVersion.serial)).join(
        PackVersion,
        (col(PackVersion.pack) == col(Recall.pack)) & (col(PackVersion.serial) <= col(Recall.up_to_serial)),
    )
    if name:
        rows = rows.where(col(Recall.pack) == name)
    if since:
        rows = rows.where(col(Recall.taken_at) >= since)
    found: dict[tuple[bytes, str], tuple[Pack, str, str]] = {}
    for made, body, serial in session.execute(rows.order_by(col(Recall.id))):
        pack = remembered(body)
        for item in pack.items if pack else ():
            if pack and Withdrawn(made.item, made.up_to_serial).takes(item.id, serial):
                found[pack.sha256, item.id] = (pack, item.id, made.reason)
    return list(found.values())


def recalled_given(session: Session, name: str | None = None) -> list[tuple[AskedWords, str]]:
    """All words given for one review alone that were recalled, with the reason; ``name`` as a recall has it.

    What was erased with its review can be looked for no more.
    """
    rows = select(col(Recall.pack), col(Recall.up_to_serial), col(Recall.reason)).order_by(col(Recall.id))
    recalls = [one for one in session.execute(rows) if is_for_one_review(one[0]) and name in (None, one[0])]
    asked = select(AskedWords).where(
        col(AskedWords.review_id).in_({review_of(pack) for pack, _serial, _why in recalls}),
        col(AskedWords.text).is_not(None),
    )
    return [
        (one, next(why for pack, serial, why in recalls if _takes(pack, serial, one)))
        for one in session.scalars(asked.order_by(col(AskedWords.id)))
        if any(_takes(pack, serial, one) for pack, serial, _why in recalls)
    ]


def _takes(pack: str, up_to: int, asked: AskedWords) -> bool:
    return pack == name_of(asked.review_id) and asked.number <= up_to


def _event(made: Recall, now: datetime) -> dict[str, object]:
    told = {"pack": made.pack, "item": made.item, "up_to_serial": made.up_to_serial, "reason": made.reason}
    return {
        "kind": EventKind.RECALLED.value,
        "subject": f"pack:{made.pack}",
        "dedupe_key": f"{made.item}:{made.up_to_serial}",
        "at": now,
        "payload": told,
    }
