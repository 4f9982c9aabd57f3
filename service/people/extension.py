"""Which versions of the browser extension are served: the one place that says so. Pure."""

from __future__ import annotations

import re

MIN_VERSION = "0.1.0"
"""An older one is told to update, and nothing else."""

LATEST_VERSION = "0.1.0"
"""What this release ships; an older one works, and is listed as outdated."""

_VERSION = re.compile(r"[0-9]{1,5}(\.[0-9]{1,5}){0,3}")  # what browsers take in a manifest


def is_version(text: str) -> bool:
    """Whether ``text`` is a version as browsers write it."""
    return _VERSION.fullmatch(text) is not None


def is_older(version: str, than: str) -> bool:
    """Whether ``version`` came before ``than``; what is no version came before all."""
    return _parts(version) < _parts(than)


def _parts(version: str) -> list[int]:
    if not is_version(version):
        return []
    parts = [int(part) for part in version.split(".")]
    while parts[-1:] == [0]:
        parts.pop()  # "1.0" is "1"
    return parts
