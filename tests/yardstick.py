"""CPU time told in yardsticks: how many times a fixed piece of work, measured in the same run, it took.

A ratio means the same on a slow, a fast and a busy machine; seconds do not. A yardstick is some 50 ms on a
machine of 2024.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

WORK = 800_000
SMALL, LARGE = 500, 2000
LINEAR = 9.0  # four times as many take four times as long, sixteen where each is held against each


def in_yardsticks(seconds: float) -> float:
    """``seconds`` of CPU time, just measured, by how long the yardstick takes now."""
    return seconds / min(_yardstick(), _yardstick())


def _yardstick() -> float:
    began = process_time()
    sum(number * number for number in range(WORK))
    return process_time() - began


def growth(prepared: Callable[[int], Callable[[], object]]) -> float:
    """How many times as long LARGE many take as SMALL many; what ``prepared`` does first is not counted."""
    small, large = prepared(SMALL), prepared(LARGE)
    return min(_took(large), _took(large)) / min(_took(small), _took(small))


def _took(work: Callable[[], object]) -> float:
    gc.collect()
    began = process_time()
    work()
    return process_time() - began
