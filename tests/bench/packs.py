"""Reading packs: 2,000 items, first and from what is remembered, against TOML's own reader in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.ratio import Ratio

ITEMS = 2_000
GATE_FIRST = 3.0  # checking every word may cost twice what parsing does
GATE_AGAIN = 0.1
_HEAD = """format = 1
pack = "bench"
serial = 1
title = "Bench"
risk = "routine"
from = 2027-01-01
until = 2027-12-31
author = "Bench"
[fallback]
first_name = "there"
sign_off = "The team"
"""
_ITEM = """[[item]]
id = "item-{number}"
when = {{ stars = [1, 3], topics = ["wait"] }}
variants = [
  "Hi {{first_name}}, that was too long a wait, and I am sorry. We have since [fix]. {{sign_off}}",
  "You should not have waited like that, and I am sorry. What we changed: [fix]. {{sign_off}}",
  "I am sorry about the wait. Since your review we have [fix]. I hope we may try again. {{sign_off}}" ]
[item.blank.fix]
hint = "what you changed since"
max = 120
"""


def run(_peers_python: Path) -> list[Ratio]:
    """Measure both readings."""
    import tomllib

    from service.approval.stored import remembered
    from service.replies.packs import read_pack

    text = _HEAD + "".join(_ITEM.format(number=number) for number in range(ITEMS))
    body = text.encode()
    floor = _best(lambda: tomllib.loads(text))
    remembered(body)
    return [
        Ratio("a pack of 2,000 items, first", _best(lambda: read_pack(body)), floor, "ms CPU", GATE_FIRST),
        Ratio("the same, remembered", _best(lambda: remembered(body)), floor, "ms CPU", GATE_AGAIN),
    ]


def _best(work: Callable[[], object]) -> float:
    """The shortest of three, in milliseconds of CPU time."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return min(taken)
