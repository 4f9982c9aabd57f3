"""Following a brand's feed: what a statement that holds becomes here, in one transaction.

A feed may bring its own packs, recalls and approvers, and nothing else: a name that is already used here by
other words, and a recall of words that are not the feed's, are left out and said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from service import audit
from service.approval.feed import Followed, Heard, ListedPack, ListedRecall
from service.approval.invitations import Invitation
from service.approval.keys import ROOT, fingerprint
from service.approval.recalls import obey
from service.approval.rosters import People
from service.db import insert_new
from service.errors import ApprovalRefused, PackError
from service.models import PackFeed, PackVersion, Recall, Roster, Signature, SigningKey
from service.replies.own_words import is_for_one_review
from service.replies.packs import read_pack
from service.secrets import Vault

POLL_EVERY = timedelta(seconds=60)
SLOWEST_RETRY = timedelta(minutes=10)


def follow(session: Session, vault: Vault, invitation: Invitation, now: datetime) -> PackFeed:
    """Trust the brand of an invitation from now on.

    Raises ``ApprovalRefused`` where that address is followed under another root, or the feed is our own.
    """
    root = fingerprint(invitation.root_public)
    ours = session.get(SigningKey, root)
    if ours and ours.private_enc is not None:
        raise ApprovalRefused("That is the feed of this very installation. Nothing was changed.")
    known = session.exec(select(PackFeed).where(col(PackFeed.url) == invitation.url)).one_or_none()
    if known and known.root != root:
        raise ApprovalRefused(
            f"{invitation.url} is followed already, under another root key. Nothing was changed: "
            "ask the brand by telephone which key is its own."
        )
    brand = {"person": invitation.brand, "role": ROOT, "public": invitation.root_public, "created_at": now}
    insert_new(session, SigningKey, [brand | {"fingerprint": root, "certified_by": root}])
    token = vault.encrypt(invitation.token, place=_place(invitation.url))
    feed = known or PackFeed(
        url=invitation.url, brand=invitation.brand, root=root, token_enc=token, added_at=now
    )
    feed.token_enc, feed.next_try_at = token, now
    session.add(feed)
    session.flush()
    audit.record(session, "follow", f"feed:{feed.id}", {"brand": feed.brand, "root": root}, now)
    return feed


def token_of(vault: Vault, feed: PackFeed) -> str:
    """The follower's own token. Raises ``WrongSecret``."""
    return vault.decrypt(feed.token_enc, place=_place(feed.url))


def followed(session: Session, feed: PackFeed) -> Followed:
    """How far the feed was followed."""
    lists = select(Roster.serial).where(col(Roster.root) == feed.root).order_by(col(Roster.serial).desc())
    root = session.get_one(SigningKey, feed.root)
    newest = session.exec(lists.limit(1)).first()
    return Followed(feed.brand, root.public, feed.last_serial, newest or 0, feed.issued_at)


def still_to_fetch(session: Session, heard: Heard) -> list[str]:
    """The hashes, in hex, of versions that are listed and not here."""
    here = {digest.hex() for digest in session.exec(select(PackVersion.sha256)).all()}
    return [one.sha256 for one in heard.statement.packs if one.sha256 not in here]


def take(
    session: Session, feed: PackFeed, heard: Heard, bodies: Mapping[str, bytes], now: datetime
) -> tuple[str, ...]:
    """Make the statement true here; answers a sentence for each part of it that was left out.

    ``bodies`` are the bytes that were fetched, by their hash in hex. Taking one statement twice is harmless.
    """
    said = heard.statement
    _keep_approvers(session, feed, heard.people, said.approvers.body, said.approvers.signature)
    left_out = [*_keep_packs(session, feed, said.packs, bodies, now)]
    listed = {bytes.fromhex(one.sha256) for one in said.packs}
    _mark_who_left(session, feed, listed, now)
    for recall in said.recalls:
        left_out += _keep_recall(session, feed, recall, now)
    feed.last_serial, feed.issued_at, feed.valid_until = said.serial, said.issued_at, said.valid_until
    feed.last_ok_at, feed.last_error, feed.failures = now, "; ".join(left_out) or None, 0
    session.flush()
    return tuple(left_out)


def failed(feed: PackFeed, why: str, now: datetime) -> None:
    """Note that the feed could not be read; what was known goes on until it is too old."""
    feed.failures += 1
    feed.last_error = why
    feed.next_try_at = now + min(POLL_EVERY * feed.failures, SLOWEST_RETRY)


def _keep_approvers(session: Session, feed: PackFeed, people: People, body: bytes, signature: bytes) -> None:
    row = {"root": feed.root, "serial": people.serial, "body": body, "signature": signature}
    insert_new(session, Roster, [row | {"issued_at": people.issued_at}])
    rows = [
        {
            "fingerprint": fingerprint(key.raw),
            "person": key.person,
            "role": key.role,
            "public": key.raw,
            "certified_by": feed.root,
            "created_at": key.since,
        }
        for key in people.keys
    ]
    insert_new(session, SigningKey, rows)


def _keep_packs(
    session: Session,
    feed: PackFeed,
    packs: tuple[ListedPack, ...],
    bodies: Mapping[str, bytes],
    now: datetime,
) -> Iterator[str]:
    for one in packs:
        if one.sha256 in bodies and (why := _add(session, feed, one, bodies[one.sha256], now)):
            yield f"{one.pack} {one.serial} was left out: {why}"
            continue
        digest = bytes.fromhex(one.sha256)
        signed = [
            {
                "subject_sha256": digest,
                "decision": "approve",
                "key": each.key,
                "statement": each.statement,
                "signature": each.signature,
                "signed_at": now,
            }
            for each in one.signatures
            if session.get(SigningKey, each.key)
        ]
        insert_new(session, Signature, signed)


def _add(session: Session, feed: PackFeed, listed: ListedPack, body: bytes, now: datetime) -> str | None:
    """Store one version; None where it is stored, else why not."""
    if hashlib.sha256(body).hexdigest() != listed.sha256:
        return "its bytes are not those that were signed"
    try:
        pack = read_pack(body)
    except PackError as error:
        return f"it does not read ({error.problems[0].message})"
    if (pack.name, pack.serial) != (listed.pack, listed.serial):
        return "its bytes name another pack"
    others = select(PackVersion.feed_id).where(col(PackVersion.pack) == pack.name)
    if any(owner != feed.id for owner in session.exec(others).all()):
        return "its name is used here by words of somebody else"
    row = {
        "sha256": pack.sha256,
        "pack": pack.name,
        "serial": pack.serial,
        "body": body,
        "risk": pack.risk.value,
        "effective_from": pack.effective_from,
        "until": pack.until,
        "loaded_at": now,
        "feed_id": feed.id,
    }
    insert_new(session, PackVersion, [row])
    return None


def _mark_who_left(session: Session, feed: PackFeed, listed: set[bytes], now: datetime) -> None:
    whose = col(PackVersion.feed_id) == feed.id
    is_listed = col(PackVersion.sha256).in_(listed)
    session.execute(update(PackVersion).where(whose, is_listed).values(left_feed_at=None))
    gone = (whose, ~is_listed, col(PackVersion.left_feed_at).is_(None))
    session.execute(update(PackVersion).where(*gone).values(left_feed_at=now))


def _keep_recall(session: Session, feed: PackFeed, recall: ListedRecall, now: datetime) -> Iterator[str]:
    if is_for_one_review(recall.pack):
        yield f"its recall of {recall.pack} was left out: those words are ours"
        return
    owners = select(PackVersion.feed_id).where(col(PackVersion.pack) == recall.pack)
    if any(owner != feed.id for owner in session.exec(owners).all()):
        yield f"its recall of {recall.pack} was left out: those words are somebody else's here"
        return
    obey(
        session,
        Recall(
            pack=recall.pack,
            item=recall.item,
            up_to_serial=recall.up_to_serial,
            reason=recall.reason,
            key=recall.signed.key,
            statement=recall.signed.statement,
            signature=recall.signed.signature,
            made_at=now,
            taken_at=now,
            feed_id=feed.id,
        ),
        now,
    )


def _place(url: str) -> str:
    return f"pack_feed:{url}"
