"""What a passphrase costs to try: lowered for every test, except for those that prove what is shipped.

Stretching takes a fifth of a second on purpose, and hundreds of tests sign in or sign a pack.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from service.approval import keys
from service.backups import sealing
from service.people import passwords

LOWERED: tuple[tuple[Any, str, Any], ...] = (
    (keys, "COST", (4, 8, 1)),
    (sealing, "COST", {"n": 2**4, "r": 8, "p": 1}),
    (passwords, "MEMORY_KIB", 64),
    (passwords, "PASSES", 1),
)
SHIPPED = tuple((module, name, getattr(module, name)) for module, name, _ in LOWERED)


@contextmanager
def held_at(costs: tuple[tuple[Any, str, Any], ...]) -> Iterator[None]:
    """Until the end, trying a passphrase costs this much."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, cost in costs:
            patch.setattr(module, name, cost)
        yield
