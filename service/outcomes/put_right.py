"""Where recalled words stand in public, whose they were, and whether they were put right. Pure.

A reply counts as put right when a look has seen other words, or none, in its place; nobody's word does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain import ReplyClass
from service.replies.filling import BranchFacts
from service.replies.pack import Pack
from service.replies.recognise import recognised


@dataclass(frozen=True, slots=True)
class Words:
    """Words that were recalled: an item in one of its versions, and why."""

    pack: Pack
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class PublicReply:
    """A reply as looks have seen it; ``is_now`` is False for words that have made way since."""

    review: int
    branch: BranchFacts
    site: str
    link: str
    author: str | None
    text: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One place where recalled words were seen. ``person`` is whoever used them here, where we know."""

    reply: PublicReply
    words: Words
    reply_class: ReplyClass
    person: str | None

    @property
    def is_put_right(self) -> bool:
        """Whether a look has seen that they stand there no more."""
        return not self.reply.is_now


def places(
    replies: Iterable[PublicReply], recalled: Sequence[Words], used_by: Mapping[int, str]
) -> Iterator[Place]:
    """Each public reply that is, or was made from, recalled words; ``used_by`` is by review."""
    for reply in replies:
        for words in recalled:
            if found := _is(reply, words):
                yield Place(reply, words, found, used_by.get(reply.review))
                break


def _is(reply: PublicReply, words: Words) -> ReplyClass | None:
    item = next((item for item in words.pack.items if item.id == words.item), None)
    return recognised(reply.text, reply.author, reply.branch, words.pack, item) if item else None
