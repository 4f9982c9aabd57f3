"""Charts as plain shapes for a template to draw; a table with the same figures stands beside each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 640, 160, 12


@dataclass(frozen=True, slots=True)
class Dot:
    """One value on its place, and what it says."""

    x: float
    y: float
    says: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through what is known: where nothing is, it breaks. ``lines`` are SVG points."""

    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a whole, in hundredths of it."""

    x: float
    width: float
    tone: str


def curve(values: Sequence[tuple[str, float | None]], low: float, high: float) -> Curve:
    """The curve of named values between ``low`` and ``high``, first to last."""
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    runs: list[list[Dot]] = [[]]
    for place, (name, value) in enumerate(values):
        if value is None:
            runs.append([])
            continue
        y = HEIGHT - EDGE - (value - low) / (high - low) * (HEIGHT - 2 * EDGE)
        runs[-1].append(Dot(round(EDGE + place * step, 1), round(y, 1), f"{name}: {value:.2f}"))
    lines = tuple(" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1)
    return Curve(tuple(dot for run in runs for dot in run), lines)


def stacked(parts: Sequence[tuple[str, int]], whole: int) -> tuple[Bar, ...]:
    """``parts`` (tone and number) side by side, as shares of ``whole``; nothing where there is no whole."""
    bars, x = [], 0.0
    for tone, number in parts if whole else ():
        width = 100 * number / whole
        if number:
            bars.append(Bar(round(x, 2), round(width, 2), tone))
        x += width
    return tuple(bars)
