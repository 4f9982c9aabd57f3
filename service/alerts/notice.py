"""What a phone's screen shows of an alert: one line, no word of the review, and where it leads. Pure.

It is what a text message says too. Anybody may see a locked screen, so the reviewer's words and name stay
at the desk, and of a health branch the stars as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from service.alerts.compose import Ways, outline_of
from service.alerts.facts import Facts
from service.alerts.neutral import one_line, quiet
from service.alerts.outline import Outline, Role
from service.domain import Urgency
from service.tongues import ENGLISH, Tongue

MOST_BYTES = 3_000  # push services take 4,096, with what encryption adds
LONGEST_TITLE, LONGEST_LINE, LONGEST_PATH = 80, 300, 600
OURS = "Shopbell"


@dataclass(frozen=True, slots=True)
class Notice:
    """``path`` leads to our own desk, whatever its host; a later notice of the same ``tag`` replaces it."""

    title: str
    line: str
    path: str
    tag: str
    urgency: Urgency

    def written(self) -> bytes:
        """As the service worker reads it; at most ``MOST_BYTES``."""
        shown = {"title": self.title, "body": self.line, "path": self.path, "tag": self.tag}
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def notice_of(facts: Facts, ways: Ways, tag: str, tongue: Tongue = ENGLISH) -> Notice:
    """The notice. The title is the alert's own headline, where that says more than the line."""
    outline = outline_of(facts, ways, personal=False).in_language(tongue)
    line = one_line(outline.short, LONGEST_LINE)
    headline = one_line(_headline(outline), LONGEST_TITLE)
    title = headline if headline and headline != line else OURS
    return Notice(title, line, _path(ways.desk), tag, outline.priority)


def _headline(outline: Outline) -> str:
    first = next((part for part in outline.parts if part.role is Role.HEADLINE), None)
    return "".join(quiet(run.text) if run.foreign else run.text for run in first.runs) if first else ""


def _path(desk: str | None) -> str:
    """Where it leads on this desk, under whatever name the phone knows it."""
    parts = urlsplit(desk or "")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return path if path.startswith("/") and len(path) <= LONGEST_PATH else "/"
