"""Feeds of packs, ours and those we follow: signed when something changes, asked for once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import or_
from sqlmodel import Session, col, select

from service.approval import following, freshness, receipts
from service.approval.feed import read_envelope
from service.approval.publishing import is_followed, publish
from service.engine.boundary import attempt
from service.engine.parts import Parts
from service.errors import FeedRefused, LookFailed, WrongSecret
from service.models import PackFeed, Recall
from service.outcomes.postings import uses_by_class
from service.sources import packfeed

PUBLISH_EVERY = timedelta(seconds=10)
FOLLOW_EVERY = timedelta(seconds=10)


def publish_ours(parts: Parts, now: datetime) -> None:
    """Issue what is due for those who follow us."""
    with parts.database.reading() as session:
        if not is_followed(session):
            return
    with parts.database.transaction() as session:
        publish(session, parts.post.packing.vault, now)


def follow_theirs(parts: Parts, now: datetime) -> None:
    """Ask every feed that is due; one that fails stops no other, and is recorded."""
    with parts.database.reading() as session:
        due = or_(col(PackFeed.next_try_at).is_(None), col(PackFeed.next_try_at) <= now)
        feeds = [feed.id or 0 for feed in session.exec(select(PackFeed).where(due)).all()]
    for feed_id in feeds:
        attempt(f"following pack feed {feed_id}", partial(follow_one, parts, feed_id, now))
    warn_of_stale(parts, now)


def warn_of_stale(parts: Parts, now: datetime) -> None:
    """Tell people of a brand's feed that brings nothing fresh, once for each time, before its words stop.

    After the feeds were asked, so that a machine that slept hears them before it raises an alarm.
    """
    with parts.database.reading() as session:
        untold = freshness.not_warned_of(session, now)
    if untold:
        with parts.database.transaction() as session:
            freshness.warn(session, untold, now)


def follow_one(parts: Parts, feed_id: int, now: datetime) -> None:
    """Ask one feed, with no transaction open, take what holds, and send what receipts were agreed."""
    try:
        _take(parts, feed_id, now)
    except (FeedRefused, WrongSecret) as refused:
        _failed(parts, feed_id, str(refused), now)
    except LookFailed as error:
        _failed(parts, feed_id, "; ".join(error.evidence), now)
    else:
        _send_receipts(parts, feed_id, now)


def _take(parts: Parts, feed_id: int, now: datetime) -> None:
    database, client = parts.database, parts.client
    with database.reading() as session:
        feed = session.get_one(PackFeed, feed_id)
        known = following.followed(session, feed)
        url, etag, token = feed.url, feed.etag, following.token_of(parts.post.packing.vault, feed)
    fetched = packfeed.fetch(client, url, token, etag, now)
    if fetched.statement is None:
        with database.transaction() as session:
            session.get_one(PackFeed, feed_id).next_try_at = now + following.POLL_EVERY
        return
    heard = read_envelope(fetched.statement, known, now)
    with database.reading() as session:
        missing = following.still_to_fetch(session, heard)
    bodies = {sha256: packfeed.fetch_pack(client, url, token, sha256, now) for sha256 in missing}
    with database.transaction() as session:
        feed = session.get_one(PackFeed, feed_id, with_for_update=True)
        if heard.statement.serial < feed.last_serial:
            return
        following.take(session, feed, heard, bodies, now)
        feed.etag, feed.next_try_at = fetched.etag, now + following.POLL_EVERY


def _send_receipts(parts: Parts, feed_id: int, now: datetime) -> None:
    """One that is not taken is sent again with the next question; it never makes that question wait."""
    with parts.database.reading() as session:
        feed = session.get_one(PackFeed, feed_id)
        owed = [(one.id, _receipt(session, one)) for one in receipts.to_send(session, feed)]
        url, token = feed.url, following.token_of(parts.post.packing.vault, feed) if owed else ""
    try:
        for recall_id, written in owed:
            header = {receipts.HEADER: receipts.seal(token, written)}
            packfeed.send_receipt(parts.client, url, written, header, now)
            with parts.database.transaction() as session:
                session.get_one(Recall, recall_id).receipt_sent_at = now
    except (FeedRefused, LookFailed) as error:
        with parts.database.transaction() as session:
            session.get_one(PackFeed, feed_id).last_error = str(error)


def _receipt(session: Session, made: Recall) -> bytes:
    uses = uses_by_class(session, made.pack, made.item, made.up_to_serial)
    return receipts.receipt_for(made.statement, made.taken_at, uses)


def _failed(parts: Parts, feed_id: int, why: str, now: datetime) -> None:
    with parts.database.transaction() as session:
        following.failed(session.get_one(PackFeed, feed_id), why, now)
