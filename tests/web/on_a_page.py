"""What an extension sends of a page in tests: builders with defaults."""

from __future__ import annotations

from typing import Any

from tests.desk_rows import WORDS

URL = "https://business.google.com/reviews"


def a_card(card: str = "c1", **more: Any) -> dict[str, Any]:
    """A card of the review that ``Rows.review`` makes."""
    shown: dict[str, Any] = {
        "card": card,
        "ids": [],
        "author": "Marta K.",
        "rating": 2,
        "recommends": None,
        "date_shown": "5 hours ago",
        "opening": WORDS[:80],
        "replied": False,
    }
    return shown | more


def a_page(*cards: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A page of Google's owner console with these cards."""
    return {"site": "google_maps", "url": URL, "mode": "site", "cards": list(cards)} | more


def sent(card: str = "c1", **more: Any) -> dict[str, Any]:
    """The same review as a capture sends it."""
    shown = {name: value for name, value in a_card(card).items() if name not in ("opening", "replied")}
    return shown | {"text": WORDS, "text_complete": True, "reply": None, "permalink": None} | more


def words_of(suggestion: dict[str, Any], review: int) -> dict[str, Any]:
    """What names approved words for a review."""
    named = {name: suggestion[name] for name in ("sha256", "item", "variant")}
    return named | {"review": review}


def confirming(suggestion: dict[str, Any], review: int, **more: Any) -> dict[str, Any]:
    """A confirmation, with every blank filled in."""
    values = {blank["name"]: "put two more cooks on at lunch" for blank in suggestion["blanks"]}
    return words_of(suggestion, review) | {"values": values, "take": False, "again": False} | more
