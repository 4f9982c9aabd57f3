"""What a receiver reads: facts with ids and links to the desk, in one versioned shape (docs/webhooks.md).

Composed when it is sent, from what stands then: nothing a person wrote lies in a queue, and of a review that
was erased meanwhile nothing is left to say. What people wrote goes only where an address asks for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session, col

from service.domain import EventKind, Health
from service.hooks.kinds import TEST, kind_of
from service.models import Branch, Event, Installation, Listing, PackVersion, Posting, Review

VERSION = 1


def compose(session: Session, event: Event, desk: str, *, with_words: bool) -> bytes:
    """The body of the message about ``event``; ``desk`` begins its links."""
    kind = kind_of(event.kind, event.payload)
    data: dict[str, Any] = {"event": event.id}
    if event.review_id is not None:
        data |= _about_review(session, event, desk, with_words=with_words)
    elif event.listing_id is not None:
        data |= _about_listing(session, event, desk)
    else:
        data |= _about_pack(session, event, desk)
    return _written(session, kind.value if kind else event.kind, event.at, data)


def of_test(session: Session, desk: str, now: datetime) -> bytes:
    """The body of a test."""
    return _written(session, TEST, now, {"link": f"{desk}/hooks"})


def _written(session: Session, kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    installation = session.get(Installation, 1)
    demo = installation is not None and installation.demo_since is not None
    body = {"type": kind, "timestamp": at, "version": VERSION, "demo": demo, "data": data}
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


def _about_review(session: Session, event: Event, desk: str, *, with_words: bool) -> dict[str, Any]:
    review = session.get_one(Review, event.review_id)
    posting = session.get(Posting, event.payload.get("posting") or 0)
    told: dict[str, Any] = {
        "review": _review(session, review, desk, with_words=with_words),
        "listing": _listing(session, session.get_one(Listing, review.listing_id), desk),
    }
    if event.kind == EventKind.CLAIMED:
        told["person"] = event.payload.get("person")
    if posting is not None:
        told["reply"] = _reply(event, posting, with_words=with_words)
    return told


def _review(session: Session, review: Review, desk: str, *, with_words: bool) -> dict[str, Any]:
    facts = ("id", "kind", "scale", "rating", "best", "recommends", "language", "urgency", "state")
    told = {name: getattr(review, name) for name in facts}
    told |= {"posted_at": review.posted_at, "first_seen_at": review.first_seen_at}
    told["link"] = f"{desk}/reviews/{review.id}"
    if with_words:
        told["words"] = {name: getattr(review, name) for name in ("author", "title", "text", "permalink")}
    return told


def _reply(event: Event, posting: Posting, *, with_words: bool) -> dict[str, Any]:
    """``proof`` is how it is known: a person's word, or the route of the look that showed it."""
    told: dict[str, Any] = {
        "posting": posting.id,
        "pack": posting.pack,
        "sha256": posting.sha256.hex(),
        "item": posting.item,
        "variant": posting.variant,
        "class": posting.reply_class,
        "proof": next(iter(event.payload.get("signs") or ()), "person"),
    }
    return told | {"words": {"text": posting.text}} if with_words else told


def _about_listing(session: Session, event: Event, desk: str) -> dict[str, Any]:
    listing, told = session.get_one(Listing, event.listing_id), event.payload
    quiet = event.kind == EventKind.SILENCE
    return {
        "listing": _listing(session, listing, desk),
        "health": Health.NO_NEWS.value if quiet else told.get("health"),
        "route": told.get("route"),
        "outcome": told.get("outcome"),
        "evidence": told.get("evidence") or [],
        "quiet_days": told.get("days"),
    }


def _listing(session: Session, listing: Listing, desk: str) -> dict[str, Any]:
    branch = session.get(Branch, listing.branch_id) if listing.branch_id else None
    return {
        "id": listing.id,
        "site": listing.site,
        "branch": branch.code if branch else None,
        "link": f"{desk}/listings/{listing.id}",
    }


def _about_pack(session: Session, event: Event, desk: str) -> dict[str, Any]:
    told = event.payload
    of_it = select(PackVersion).where(col(PackVersion.sha256) == bytes.fromhex(told["sha256"]))
    version = session.scalars(of_it).one_or_none()
    return {
        "pack": {
            "name": told["pack"],
            "serial": told["serial"],
            "sha256": told["sha256"],
            "risk": version.risk if version else None,
            "from": version.effective_from if version else None,
            "until": version.until if version else None,
            "link": f"{desk}/pack/{told['pack']}?version={told['serial']}",
        }
    }
