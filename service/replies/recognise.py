"""Whose words are these? A public reply held against the wordings of one item. Pure."""

from __future__ import annotations

from service.domain import ReplyClass
from service.replies.classify import classify
from service.replies.filling import BranchFacts, fill, values_for
from service.replies.pack import Pack, ReplyItem
from service.replies.repeats import Recent, most_alike

MADE_FROM_IT = 0.8
"""How alike two texts are that one was made from the other. Two replies on purpose stay under 0.85
(facts/policies.md d2, November 2026); a name and a sign-off that changed since take their share."""


def recognised(
    reply: str, author: str | None, branch: BranchFacts, pack: Pack, item: ReplyItem
) -> ReplyClass | None:
    """The class of ``reply`` where it is ``item``'s, ``OFF_PACK`` where it was made from it, else None."""
    values = values_for(branch, author, pack)
    filled = [fill(item, variant, values) for variant in item.variants]
    for one in filled:
        reply_class = classify(one, reply).reply_class
        if reply_class is not ReplyClass.OFF_PACK:
            return reply_class
    wordings = [Recent(one.text, item.id) for one in filled]
    return ReplyClass.OFF_PACK if most_alike(reply, tuple(values.values()), wordings, MADE_FROM_IT) else None
