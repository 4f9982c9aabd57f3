"""Between rows and facts: how an item is written down, and how a stored review is read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from service.domain import Item
from service.models import Listing
from service.watch.changes import Question
from service.watch.folding import folded
from service.watch.merge import Heard, Merged

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_NOTHING = Item()


@cache
def _adapter() -> TypeAdapter[Item]:
    from pydantic import TypeAdapter

    return TypeAdapter(Item)


def item_json(item: Item) -> dict[str, Any]:
    """``item`` as JSON, without what is absent; ``item_of`` reads it back unchanged."""
    written: dict[str, Any] = _adapter().dump_python(item, mode="json", exclude_defaults=True)
    return written


def item_of(written: Mapping[str, Any]) -> Item:
    """The item that ``item_json`` wrote."""
    return _adapter().validate_python(dict(written)) if written else _NOTHING


def review_columns(merged: Merged) -> dict[str, Any]:
    """The columns of ``review`` that say what stands there now."""
    item = merged.item
    posted, reply = item.posted, item.reply
    return {
        "kind": item.kind.value,
        "scale": item.scale.value,
        "rating": None if item.rating is None else float(item.rating),
        "best": None if item.best is None else float(item.best),
        "recommends": item.recommends,
        "author": item.author,
        "author_folded": folded(item.author) or None,
        "title": item.title,
        "text": item.text,
        "text_complete": item.text_complete,
        "language": item.language,
        "posted_at": posted.at if posted else None,
        "posted_shown": posted.shown if posted else None,
        "posted_precision": posted.precision.value if posted else "none",
        "edited_at": item.edited.at if item.edited else None,
        "permalink": item.permalink,
        "syndicated_from": item.syndicated_from,
        "reply_text": reply.text if reply else None,
        "reply_at": reply.at.at if reply and reply.at else None,
        "reply_state": reply.state if reply else None,
        "reply_route": merged.provenance["reply"].route.value if reply else None,
        "provenance": {
            name: [told.route.value, told.observed_at.isoformat(), told.precision and told.precision.value]
            for name, told in merged.provenance.items()
        },
        "keep_until": item.keep_until,
        "proven": merged.proven,
    }


def judgement_columns(triage: Mapping[str, Any]) -> dict[str, Any]:
    """A judgement, and by name what lists and reports ask of it."""
    topics = {found["topic"] for found in triage.get("topics") or ()}
    return {
        "triage": dict(triage),
        "topics": " ".join(sorted(topics)),
        "flags": " ".join(sorted(triage.get("flags") or ())),
    }


def version_columns(review_id: int, n: int, heard: Heard) -> dict[str, Any]:
    """One ``review_version`` row."""
    return {
        "review_id": review_id,
        "n": n,
        "route": heard.route.value,
        "content_sha256": heard.content_sha256,
        "item": item_json(heard.item),
        "seen_at": heard.first_seen_at,
        "last_seen_at": heard.last_seen_at,
        "proven": heard.proven,
    }


def key_columns(review_id: int, site: str, item: Item) -> list[dict[str, Any]]:
    """The ``review_key`` rows for an item's ids."""
    return [
        {"review_id": review_id, "site": site, "id_kind": kind, "value": value} for kind, value in item.ids
    ]


def question_key(listing: Listing, dedupe_key: str) -> str:
    """What makes a question about ``listing`` the same one."""
    return f"{listing.id}:{dedupe_key}"


def question_columns(listing: Listing, question: Question, now: datetime) -> dict[str, Any]:
    """One ``question`` row, with all that storing its reading takes once it is answered."""
    heard = question.heard
    return {
        "kind": question.kind.value,
        "dedupe_key": question_key(listing, question.dedupe_key),
        "listing_id": listing.id,
        "asked_at": now,
        "payload": {
            "item": item_json(heard.item),
            "route": heard.route.value,
            "at": heard.first_seen_at.isoformat(),
            "proven": heard.proven,
            "past": question.past,
            "candidates": list(question.candidates),
            "why": question.why,
        },
    }
