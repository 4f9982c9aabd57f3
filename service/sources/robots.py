"""robots.txt, as RFC 9309 has it: read once a day for each origin, and obeyed."""

from __future__ import annotations

from datetime import datetime

from service.net.client import Client
from service.sources.politeness import Politeness


class Robots:
    """Kept in memory. Safe to share between threads."""

    def __init__(self, client: Client, politeness: Politeness, name: str = "shopbell") -> None:
        raise NotImplementedError

    def require(self, url: str, now: datetime) -> None:
        """Return where ``url`` may be looked at. Raises ``Refused`` where not, or where nobody could say."""
        raise NotImplementedError
