"""Words without their looks: folded text, the customer's own words, and what makes a reading's content. Pure.

Folded text is what two routes are compared by (NFKC, case-folded, white space collapsed, "… more" stripped).
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from service.domain import Item, Moment, Precision, Reply, Route, Scale

OPENING = 80
"""How many folded characters of a text take part in telling whose review it is (CONTRACTS §8.4.1)."""

Score = tuple[Fraction | None, bool | None]
"""A rating as a share of its scale's best, and a recommendation; None where nothing was said."""

_BEST = {Scale.STARS5: 5, Scale.POINTS10: 10}
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
_MORE = (
    *("read more", "see more", "show more", "more", "mehr anzeigen", "mehr", "weiterlesen", "lire la suite"),
    *("plus", "ver más", "leer más", "altro", "meer", "更多"),
)
_NOT_A_WORD = re.compile(r"[\W_]+")
_TRANSLATION = re.compile(
    r"\((?=[^()\n]*google)(?=[^()\n]*(?:transl|tradu|übers|vertaal|overs|övers|tłum|çev|перев|翻|번역))[^()\n]{1,80}\)",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"\((?:origin|avis d.origin|texte d.origin|原始|原文|원문|оригинал)[^()\n]{0,30}\)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Words:
    """A text as one route showed it, ready to be compared."""

    route: Route
    text: str | None
    complete: bool
    translated: bool


def folded(text: str | None) -> str:
    """``text`` as it is compared: "" for None, never shown to anybody."""
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_UNSEEN))
    line = " ".join(text.casefold().split())
    return line[: _end(line)]


def _end(line: str) -> int:
    """Where the words end and "… read more" begins; one full stop belongs to the words."""
    end = len(line)
    while True:
        stop = end
        while stop and line[stop - 1] in " .":
            stop -= 1
        end = stop if line.count(".", stop, end) != 1 else line.index(".", stop, end) + 1
        link = next((link for link in _MORE if line.endswith(link, 0, end)), None)
        if link is None or (end > len(link) and line[end - len(link) - 1] not in " ."):
            return end
        end -= len(link)


def bare(text: str | None) -> str:
    """Letters and digits alone: equal where two routes show the same words with other quotes or emoji."""
    return _NOT_A_WORD.sub("", folded(text))


def opening(text: str | None) -> str:
    """The first ``OPENING`` folded characters."""
    return folded(text)[:OPENING]


def score(item: Item) -> Score:
    """What the customer gave, comparable across routes that print other scales (8 of 10 is 4 of 5)."""
    if item.rating is None or not item.rating.is_finite():
        return None, item.recommends
    return Fraction(item.rating) / Fraction(_best(item)), item.recommends


def _best(item: Item) -> Decimal | int:
    given = item.best
    return given if given is not None and given.is_finite() and given > 0 else _BEST.get(item.scale, 1)


def same_score(one: Score, other: Score) -> bool:
    """Whether two scores say the same; what was not said contradicts nothing."""
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def same_words(one: Words, other: Words) -> bool:
    """Whether two texts are the same version of what a customer, or an owner, wrote (CONTRACTS §8.4.2).

    Equal when folded, or one is cut and begins the other, or one is a machine's translation. Other routes
    draw the same words with other quotes and emoji, so between two routes only letters and digits count;
    and a route that gives no text at all contradicts only itself.
    """
    if one.translated or other.translated:
        return True
    if one.text is None or other.text is None:
        return one.route is not other.route or one.text == other.text or not (one.complete and other.complete)
    fold = folded if one.route is other.route else _bare_where_possible
    a, b = fold(one.text), fold(other.text)
    return a == b or (not one.complete and b.startswith(a)) or (not other.complete and a.startswith(b))


def _bare_where_possible(text: str) -> str:
    return bare(text) or folded(text)


def own_words(item: Item) -> Item:
    """``item`` with a site's machine translation taken out of its texts, or marked as one.

    "(Translated by Google) Good (Original) Bon" is "Bon"; where only the translation is given,
    ``translated`` is set.
    """
    text, translated = _own(item.text)
    reply = item.reply and replace(item.reply, text=_own(item.reply.text)[0] or item.reply.text)
    if text == item.text and reply == item.reply:
        return item
    return replace(item, text=text, reply=reply, translated=item.translated or translated)


def _own(text: str | None) -> tuple[str | None, bool]:
    mark = _TRANSLATION.search(text) if text and "oogle" in text else None
    if text is None or mark is None:
        return text, False
    before, after = text[: mark.start()], text[mark.end() :]
    original = _ORIGINAL.search(after)
    if original and after[original.end() :].strip():
        return after[original.end() :].strip(), False
    if before.strip():
        return (before.strip(), False) if before.rstrip(" ").endswith("\n") else (text, False)
    return after.strip() or text, True


def content_sha256(item: Item) -> bytes:
    """The hash of what was said: not of ids, links, or dates that drift by themselves ("2 months ago")."""
    said = (
        item.kind,
        _plain(item.rating),
        _plain(item.best),
        item.recommends,
        item.author,
        item.title,
        _one_line(item.text),
        item.text_complete,
        item.translated,
        item.language,
        _fixed(item.posted),
        _fixed(item.edited),
        _reply(item.reply),
    )
    return sha256(json.dumps(said).encode()).digest()


def _reply(reply: Reply | None) -> tuple[object, ...] | None:
    if reply is None:
        return None
    return _one_line(reply.text), reply.text_complete, _fixed(reply.at), reply.state


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else str(number.normalize())


def _one_line(text: str | None) -> str | None:
    return text and " ".join(unicodedata.normalize("NFC", text).split())


def _fixed(moment: Moment | None) -> tuple[str, str] | None:
    if moment is None or moment.at is None or moment.precision in (Precision.RELATIVE, Precision.NONE):
        return None
    return moment.at.isoformat(), moment.precision.value
