"""What flags, topics and kinds are called in a reason: their own names, marked for the catalogues. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from service.sentences import Sentence, listed, say

_FLAGS = (
    *(say("safety"), say("injury"), say("illness"), say("legal"), say("discrimination"), say("privacy")),
    *(say("minor"), say("extortion"), say("press"), say("staff_named"), say("wrong_business")),
    *(say("question"), say("praise"), say("spam"), say("troll")),
)
_TOPICS = (
    *(say("wait"), say("staff"), say("service"), say("food"), say("drinks"), say("price")),
    *(say("cleanliness"), say("ambience"), say("noise"), say("booking"), say("billing"), say("delivery")),
    *(say("parking"), say("location"), say("selection"), say("quality"), say("communication")),
    *(say("punctuality"), say("returns"), say("room"), say("facilities"), say("access")),
)
_KINDS = (say("review"), say("recommendation"), say("complaint"), say("mention"))
_NAMED = {str(one): one for one in (*_FLAGS, *_TOPICS, *_KINDS)}

OR = say(" or ")
AND = say(" and ")


def called(name: str) -> str:
    """The name, as it is said in each language; what is none of ours stays as it is."""
    return _NAMED.get(name, name)


def any_of(names: Iterable[str]) -> Sentence:
    """ "wait or price"."""
    return listed(map(called, names), OR)


def all_of(names: Iterable[str]) -> Sentence:
    """ "illness and legal"."""
    return listed(map(called, names), AND)


@lru_cache(maxsize=64)
def topic_named(topic: str) -> Sentence:
    """ "topic wait"."""
    return say("topic %(topic)s", topic=called(topic))


@lru_cache(maxsize=64)
def flag_named(flag: str) -> Sentence:
    """ "flag illness"."""
    return say("flag %(flag)s", flag=called(flag))


def topic_told(topic: str, words: str) -> Sentence:
    """ "topic wait: 'forty minutes'": what told it, in the reviewer's own words."""
    return say("topic %(topic)s: %(words)s", topic=called(topic), words=words)


def flag_told(flag: str, words: str, *, is_suspected: bool = False) -> Sentence:
    """ "flag illness: 'were ill'"; "suspected from" where the words only hint at it."""
    if is_suspected:
        return say("flag %(flag)s: suspected from %(words)s", flag=called(flag), words=words)
    return say("flag %(flag)s: %(words)s", flag=called(flag), words=words)
