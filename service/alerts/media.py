"""What each kind of channel can carry: how much, and how a stranger's words are kept from acting there. Pure.

The limits are those of Apprise 2.2.0 (facts/sites.md §13); where a service counts UTF-16 units, so do we.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.alerts.neutral import quiet, unformatted
from service.alerts.outline import Run
from service.tongues import ENGLISH, Tongue


def _as_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Medium:
    """``title`` and ``body`` are limits, None for none. ``together``: the body's limit holds for both.

    ``escape`` makes plain text show as it is. ``brief`` media get one line and the link. ``quoted`` begins
    each line of a stranger's words, so that they cannot pass for ours. ``language`` is its reader's.
    """

    name: str
    body: int | None = None
    title: int = 250
    together: bool = False
    escape: Callable[[str], str] = _as_is
    brief: bool = False
    html: bool = False
    quoted: str = "> "
    language: Tongue = ENGLISH

    def write(self, run: Run) -> str:
        """One run, harmless here."""
        return self.escape(quiet(run.text) if run.foreign else run.text)

    def measure(self, text: str) -> int:
        """The length a service would count: UTF-16 units."""
        return len(text.encode("utf-16-le")) // 2


MAIL = Medium("mail", html=True)
SLACK = Medium("slack", body=35_000)
TEAMS = Medium("workflows", body=1_000)
DISCORD = Medium("discord", body=2_000, together=True, escape=unformatted)
TELEGRAM = Medium("tgram", body=4_096, together=True)
WHATSAPP = Medium("whatsapp", body=1_024, together=True)
SMS = Medium("twilio", body=160, together=True, brief=True)
NTFY = Medium("ntfy", body=7_800, title=200, together=True)
PUSHOVER = Medium("pover", body=1_024)
GOOGLE_CHAT = Medium("gchat", body=4_000, together=True)
HOOK = Medium("json", body=32_000)
