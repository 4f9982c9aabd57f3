"""A hash of what a page says, so that a new nonce, advert or "3 days ago" is not taken for news. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal

from service.domain import Moment, Precision
from service.sites.base import Reading

_UNSAID = frozenset({"evidence", "items", "keep_until"})  # ours, or hashed apart


def records_sha256(reading: Reading) -> bytes:
    """SHA-256 of the facts in ``reading``.

    The reviews' order does not count, nor how long ago they are said to be: both change while nobody writes.
    """
    items = sorted(_written(item) for item in reading.items)
    return hashlib.sha256("\n".join((_written(reading), *items)).encode("ascii")).digest()


def _written(value: object) -> str:
    return json.dumps(value, default=_plain)  # not orjson: a cut text may end in half a surrogate pair


def _plain(value: object) -> object:
    if isinstance(value, Moment) and value.precision is Precision.RELATIVE:
        return "relative"
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value) if one.name not in _UNSAID}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize())
    raise TypeError(type(value))
