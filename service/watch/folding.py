"""Words without their looks: folded text, the customer's own words, and what makes a reading's content. Pure.

Folded text is what two routes are compared by (NFKC, case-folded, white space collapsed, "… more" stripped).
"""

from __future__ import annotations

from fractions import Fraction

from service.domain import Item

OPENING = 80
"""How many folded characters of a text take part in telling whose review it is (CONTRACTS §8.4.1)."""

Score = tuple[Fraction | None, bool | None]
"""A rating as a share of its scale's best, and a recommendation; None where nothing was said."""


def folded(text: str | None) -> str:
    """``text`` as it is compared: "" for None, never shown to anybody."""
    raise NotImplementedError


def bare(text: str | None) -> str:
    """Letters and digits alone: equal where two routes show the same words with other quotes or emoji."""
    raise NotImplementedError


def opening(text: str | None) -> str:
    """The first ``OPENING`` folded characters."""
    raise NotImplementedError


def score(item: Item) -> Score:
    """What the customer gave, comparable across routes that print other scales (8 of 10 is 4 of 5)."""
    raise NotImplementedError


def own_words(item: Item) -> Item:
    """``item`` with a site's machine translation taken out of its texts, or marked as one.

    "(Translated by Google) Good (Original) Bon" is "Bon"; where only the translation is given,
    ``translated`` is set.
    """
    raise NotImplementedError


def content_sha256(item: Item) -> bytes:
    """The hash of what was said: not of ids, links, or dates that drift by themselves ("2 months ago")."""
    raise NotImplementedError
