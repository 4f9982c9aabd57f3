"""Where a person goes on to after signing in: a path of ours, whatever was asked for. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2000


def inside(asked: str | None, otherwise: str = "/") -> str:
    """``asked`` where it is a path on this very origin; else ``otherwise``.

    A browser reads ``//host``, ``/\\\\host`` and paths with controls in them as other addresses.
    """
    if not asked or len(asked) > LONGEST or not asked.isprintable() or "\\" in asked:
        return otherwise
    if not asked.startswith("/") or asked.startswith("//"):
        return otherwise
    try:
        parts = urlsplit(asked)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else asked
