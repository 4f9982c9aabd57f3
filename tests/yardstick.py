"""CPU time told in yardsticks: how many times a fixed piece of work, measured in the same run, it took.

A ratio means the same on a slow, a fast and a busy machine; seconds do not. A yardstick is some 50 ms on a
machine of 2024.
"""

from __future__ import annotations

from time import process_time

WORK = 800_000


def in_yardsticks(seconds: float) -> float:
    """``seconds`` of CPU time, just measured, by how long the yardstick takes now."""
    return seconds / min(_yardstick(), _yardstick())


def _yardstick() -> float:
    began = process_time()
    sum(number * number for number in range(WORK))
    return process_time() - began
