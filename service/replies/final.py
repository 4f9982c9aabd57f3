"""The last look at a text before a person posts it: how far it is from the approved words, and the rules."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain import ReplyClass
from service.replies.classify import Classed, classify
from service.replies.filling import Filled
from service.replies.policy import Setting, blocks, check
from service.replies.suggestion import Finding


@dataclass(frozen=True, slots=True)
class Final:
    """What was found: the class with its departures and blanks, and what the rules say, with spans."""

    classed: Classed
    findings: tuple[Finding, ...]

    @property
    def stands(self) -> bool:
        """Whether it may be posted as approved words: within its bounds, and no rule forbids it."""
        return self.classed.reply_class is not ReplyClass.OFF_PACK and blocks(self.findings) is None


def check_final(text: str, approved: Filled, setting: Setting) -> Final:
    """Hold ``text`` against the ``approved`` reply it was made from, and against the rules where it is to go.

    Takes no word of whoever sent it: the class is computed from the two texts.
    """
    return Final(classify(approved, text), check(text, setting))
