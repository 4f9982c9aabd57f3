"""What each trade's reviews are never about, from ``verticals.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from service.domain import Topic

_EVERYTHING_IS_OURS: frozenset[Topic] = frozenset()


def foreign_topics(vertical: str | None) -> frozenset[Topic]:
    """The topics that are none of ``vertical``'s ("car service"); none where it is not listed."""
    key = (vertical or "").strip().casefold().replace(" ", "_").replace("-", "_")
    return _listed().get(key, _EVERYTHING_IS_OURS)


@cache
def _listed() -> dict[str, frozenset[Topic]]:
    raw = tomllib.loads(Path(__file__).with_name("verticals.toml").read_text("utf-8"))
    return {vertical: frozenset(map(Topic, topics)) for vertical, topics in raw.items()}
