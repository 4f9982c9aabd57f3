"""schema.org markup in all its real shapes: JSON-LD and microdata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from selectolax.lexbor import LexborHTMLParser

from service.domain import Business, Item


@dataclass(frozen=True, slots=True)
class Facts:
    """What the markup says about the one business the page is about, and its reviews in page order."""

    business: Business | None = None
    rating: Decimal | None = None
    best: Decimal | None = None
    site_total: int | None = None
    items: tuple[Item, ...] = ()


def read(text: str, tree: Callable[[], LexborHTMLParser]) -> Facts:
    """Read the markup in ``text``; ``tree`` is called only where microdata is present."""
    raise NotImplementedError
