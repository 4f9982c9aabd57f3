"""A stored pack, read once: by its exact bytes, so that nothing can make what is remembered stale."""

from __future__ import annotations

from functools import lru_cache

from service.errors import PackError
from service.replies.pack import Pack
from service.replies.packs import read_pack


@lru_cache(maxsize=128)
def remembered(body: bytes) -> Pack | None:
    """The pack in ``body``; None where its bytes do not read as one."""
    try:
        return read_pack(body)
    except PackError:
        return None


@lru_cache(maxsize=128)
def remembered_without(body: bytes, gone: frozenset[str]) -> Pack | None:
    """The same without the items of these ids; None where none is left.

    It is the same object each time, because what was found out about a pack is kept by the object.
    """
    pack = remembered(body)
    return pack.without(gone) if pack and gone else pack
