"""Where recalled words stand in public, whose they were, and whether they were put right. Pure.

Words are an item of a pack, or those that were given for one review alone.

A reply counts as put right when a look has seen other words, or none, in its place; nobody's word does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain import ReplyClass
from service.replies.filling import BranchFacts
from service.replies.normal import normal_form
from service.replies.own_words import name_of
from service.replies.pack import Pack
from service.replies.recognise import MADE_FROM_IT, recognised
from service.replies.repeats import Recent, most_alike


@dataclass(frozen=True, slots=True)
class Words:
    """Words that were recalled: an item in one of its versions, and why."""

    pack: Pack
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class GivenWords:
    """Words given for one review alone that were recalled: the exact text, which of its askings, and why."""

    review: int
    number: int
    text: str
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
    words: Words | GivenWords
    reply_class: ReplyClass
    person: str | None

    @property
    def pack(self) -> str:
        """The pack of the words, or what stands there for words of one review."""
        return self.words.pack.name if isinstance(self.words, Words) else name_of(self.words.review)

    @property
    def item(self) -> str:
        """Which of its words: an item, or the number of the asking."""
        return self.words.item if isinstance(self.words, Words) else str(self.words.number)

    @property
    def is_given(self) -> bool:
        """Whether they were for this review alone."""
        return isinstance(self.words, GivenWords)

    @property
    def is_put_right(self) -> bool:
        """Whether a look has seen that they stand there no more."""
        return not self.reply.is_now


def places(
    replies: Iterable[PublicReply], recalled: Sequence[Words | GivenWords], used_by: Mapping[int, str]
) -> Iterator[Place]:
    """Each public reply that is, or was made from, recalled words; ``used_by`` is by review."""
    for reply in replies:
        for words in recalled:
            if found := _is(reply, words):
                yield Place(reply, words, found, used_by.get(reply.review))
                break


def _is(reply: PublicReply, words: Words | GivenWords) -> ReplyClass | None:
    if isinstance(words, GivenWords):
        return _is_given(reply, words)
    item = next((item for item in words.pack.items if item.id == words.item), None)
    return recognised(reply.text, reply.author, reply.branch, words.pack, item) if item else None


def _is_given(reply: PublicReply, words: GivenWords) -> ReplyClass | None:
    """They were for that review alone, so they are looked for below no other."""
    if reply.review != words.review:
        return None
    if normal_form(reply.text) == words.text:
        return ReplyClass.VERBATIM
    alike = most_alike(reply.text, (), (Recent(words.text, name_of(words.review)),), MADE_FROM_IT)
    return ReplyClass.OFF_PACK if alike else None
