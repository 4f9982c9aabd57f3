"""The past held against the rules: every owner's reply that was ever heard, ours or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from service.domain import ReplyRules
from service.replies.grounds import Level
from service.replies.policy import NOT_JUDGED, Setting, check
from service.replies.suggestion import Finding

NO_LIMITS = ReplyRules()


@dataclass(frozen=True, slots=True)
class Standing:
    """One reply that stands, or once stood, in public; ``link`` is where a person can see it.

    ``is_now`` is False for words that were changed or taken down since.
    """

    branch: str
    site: str
    reply: str
    link: str | None = None
    vertical: str = "general"
    language: str | None = None
    author: str | None = None
    review: str | None = None
    rules: ReplyRules = NO_LIMITS
    own: tuple[str, ...] = ()
    is_now: bool = True
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that one standing reply breaks."""

    standing: Standing
    finding: Finding

    def as_json(self) -> dict[str, Any]:
        """As it is printed; ``words`` are the part of the reply that breaks the rule."""
        one, found = self.standing, self.finding
        return {
            "branch": one.branch,
            "site": one.site,
            "link": one.link,
            "author": one.author,
            "stands_now": one.is_now,
            "rule": found.rule,
            "level": found.level,
            "why": found.why,
            "source": found.source,
            "mend": found.mend,
            "words": one.reply[found.start : found.end] if found.end is not None else None,
            "reply": one.reply,
            "instead": one.instead,
        }


def breaches(replies: Iterable[Standing], *, least: Level = Level.WARN) -> Iterator[Breach]:
    """Every breach at least as grave as ``least``, in the order of ``replies``, the gravest of each first."""
    for one in replies:
        setting = Setting(one.site, one.rules, one.vertical, one.language, one.author, one.review, one.own)
        for finding in check(one.reply, setting):
            if Level(finding.level).rank <= least.rank and finding.rule != NOT_JUDGED:
                yield Breach(one, finding)
