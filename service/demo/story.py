"""The story in ``story.toml``, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from service.demo.plot import DAY, Answer, Edit, Entry, Place

STORY = Path(__file__).parent / "story.toml"


@cache
def brand() -> str:
    """The chain whose branches the town has."""
    name: str = _written()["brand"]
    return name


@cache
def places() -> tuple[Place, ...]:
    """The branches' pages, one on each invented site."""
    return tuple(_place(written) for written in _written()["place"])


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(STORY.read_text(encoding="utf-8"))


def _place(written: dict[str, Any]) -> Place:
    plain = {key: value for key, value in written.items() if key not in ("review", "walls")}
    return Place(
        **plain,
        brand=brand(),
        entries=tuple(_entry(review) for review in written["review"]),
        walls=tuple((start, end) for start, end in written.get("walls", ())),
    )


def _entry(written: dict[str, Any]) -> Entry:
    edit, answer = written.get("edit"), written.get("answer")
    return Entry(
        id=written["id"],
        at=_when(written),
        author=written["author"],
        rating=written["rating"],
        text=written.get("text"),
        edit=Edit(edit["at"], edit["rating"], edit["text"]) if edit else None,
        answer=Answer(_when(answer), answer["text"]) if answer else None,
        gone=written.get("gone"),
    )


def _when(written: dict[str, Any]) -> float:
    return -written["days_ago"] * DAY if "days_ago" in written else float(written["at"])
