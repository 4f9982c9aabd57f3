"""What a review speaks of: topics, flags and people named, each with the reviewer's own words for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from service.domain import HELD_FLAGS, Flag, Topic
from service.replies.called import flag_told, topic_told
from service.replies.lexicon import Hit
from service.replies.normal import unseen
from service.replies.patterns import Token
from service.replies.polarity import Opinion
from service.replies.staff import staff_named
from service.replies.turns import turn, turns
from service.replies.verticals import foreign_topics

GOOD_STARS = 4
LONGEST_SNIPPET = 60
OVERRULES = (
    1.5  # praise in a sentence, in grades, above which signs of trouble in it are a manner of speaking
)
OVERRULES_IN_PRAISE = 0.5  # the same in a review that praises, where the signs only stand together
WARM = 3.0  # praise in a whole review, in grades, that blames nothing
_IN_ORDER = tuple(Flag)


@dataclass(frozen=True, slots=True)
class TopicScore:
    """A topic and how much of the review it is: above 0, below 1.

    ``praised`` where every mention stands in a clause of praise: an apology for it would be out of place.
    ``blamed`` where a mention stands in a clause that complains: thanks for it would be.
    """

    topic: Topic
    score: float
    praised: bool = False
    blamed: bool = False


def told_flags(
    text: str,
    tokens: Sequence[Token],
    hits: Sequence[Hit],
    opinions: Sequence[Opinion],
    *,
    is_praise: bool,
    is_content: bool = False,
    staff: Collection[str] = (),
) -> tuple[list[Flag], frozenset[Flag], list[str]]:
    """The flags, those of them that are only suspected, and a reason for each.

    ``is_praise`` where words of praise may be taken for it; ``is_content`` where good stars stand over a text
    that blames nothing: signs that only stand together tell no flag there.
    """
    found: dict[Flag, str] = {}
    certain: set[Flag] = set()
    for hit in _not_overruled(tokens, hits, opinions, is_praise=is_praise, is_content=is_content):
        name = hit.label.name
        if not isinstance(name, Flag) or name in certain:
            continue
        if name not in found or not hit.label.is_suspicion:
            found[name] = quoted(text, tokens, hit.start, hit.end)
        if not hit.label.is_suspicion:
            certain.add(name)
    if not is_praise:
        found.pop(Flag.PRAISE, None)
    if person := staff_named(text, tokens, staff):
        found[Flag.STAFF_NAMED] = snippet(person)
    flags = [flag for flag in _IN_ORDER if flag in found]
    suspected = HELD_FLAGS.intersection(flags) - certain
    reasons = [flag_told(flag, found[flag], is_suspected=flag in suspected) for flag in flags]
    return flags, suspected, list(reasons)


def _not_overruled(
    tokens: Sequence[Token],
    hits: Sequence[Hit],
    opinions: Sequence[Opinion],
    *,
    is_praise: bool,
    is_content: bool,
) -> Iterator[Hit]:
    """``hits`` without the signs of trouble that praise around them makes something else."""
    if HELD_FLAGS.isdisjoint(hit.label.name for hit in hits):
        yield from hits
        return
    turned = turn(tokens)
    sentences = _sentences(tokens, turned)
    moods = _moods(sentences, opinions)
    is_warm = is_praise and _only_praises(opinions)
    for hit in hits:
        mood = moods.get(sentences[hit.start], 0.0)
        bar = OVERRULES if turned is not None and hit.start >= turned else OVERRULES_IN_PRAISE
        is_held = hit.label.name in HELD_FLAGS
        if not is_held or not _is_overruled(hit, mood, bar, is_praise, is_warm, is_content):
            yield hit


def _is_overruled(
    hit: Hit, mood: float, bar: float, is_praise: bool, is_warm: bool, is_content: bool
) -> bool:
    """Whether praise in the sentence of ``hit``, or nothing but praise all around it, makes it a joke or the
    trouble that somebody came with; never where it only hints and the review complains, nor what is firm.

    ``bar`` is the praise that overrules a mere hint. A star that waits for a voucher is no joke among praise.
    """
    if hit.label.is_firm:
        return False
    if hit.label.name is Flag.EXTORTION and (hit.label.is_suspicion or not hit.label.is_joint):
        return False
    if hit.label.is_suspicion:
        return is_praise and mood > bar
    if is_warm or (is_content and hit.label.is_joint):
        return mood >= 0
    if hit.label.is_joint:
        return mood > (OVERRULES_IN_PRAISE if is_praise else OVERRULES)
    return is_praise and mood > OVERRULES


def _only_praises(opinions: Sequence[Opinion]) -> bool:
    """Whether a review praises with some warmth and blames nothing."""
    weights = [opinion.weight for opinion in opinions]
    return sum(weights) >= WARM and min(weights) > 0


def blames(opinions: Sequence[Opinion]) -> bool:
    """Whether a review blames anything."""
    return any(opinion.weight < 0 for opinion in opinions)


def finds_fault(tokens: Sequence[Token], opinions: Sequence[Opinion]) -> bool:
    """Whether a review blames anything, or takes a turn: "lovely, but …"."""
    anywhere = turns().anywhere
    return blames(opinions) or any(token.word in anywhere for token in tokens)


def topics_of(
    text: str,
    tokens: Sequence[Token],
    hits: Sequence[Hit],
    opinions: Sequence[Opinion],
    vertical: str | None = None,
) -> tuple[tuple[TopicScore, ...], list[str]]:
    """The topics, the weightiest first, and a reason for each: the longest words that tell it."""
    foreign = foreign_topics(vertical)
    clauses = _clauses(tokens)
    moods = _moods(clauses, opinions)
    where: dict[Topic, dict[int, Hit]] = {}
    for hit in hits:
        name = hit.label.name
        if not isinstance(name, Topic) or name in foreign:
            continue
        if hit.label.is_occasion and clauses[hit.start] not in moods:
            continue
        first = where.setdefault(name, {}).setdefault(hit.start, hit)
        if hit.end > first.end:
            where[name][hit.start] = hit
    scored = []
    for topic, places in where.items():
        told = [moods.get(clauses[start], 0.0) for start in places]
        score = round(1 - 0.6 ** len(places), 2)
        scored.append(TopicScore(topic, score, min(told) > 0, min(told) < 0))
    scored.sort(key=lambda found: (-found.score, min(where[found.topic]), found.topic))
    reasons: list[str] = []
    for found in scored:
        longest = max(where[found.topic].values(), key=lambda hit: hit.end - hit.start)
        reasons.append(topic_told(found.topic, quoted(text, tokens, longest.start, longest.end)))
    return tuple(scored), reasons


def _moods(numbers: Sequence[int], opinions: Sequence[Opinion]) -> dict[int, float]:
    """For each clause or sentence that praises or blames the sum of it."""
    moods: dict[int, float] = defaultdict(float)
    for opinion in opinions:
        moods[numbers[opinion.start]] += opinion.weight
    return moods


def _sentences(tokens: Sequence[Token], turned: int | None) -> list[int]:
    """For each token the number of its sentence; a turn begins another, for what it praised is past."""
    anywhere = turns().anywhere
    numbers = _numbered(tokens, lambda token: token.after == "." or token.word in anywhere)
    return [number + (turned is not None and place >= turned) for place, number in enumerate(numbers)]


def _clauses(tokens: Sequence[Token]) -> list[int]:
    """For each token the number of its clause: a stop, a comma or a "but" begins another."""
    anywhere = turns().anywhere
    return _numbered(tokens, lambda token: bool(token.after) or token.word in anywhere)


def _numbered(tokens: Sequence[Token], begins: Callable[[Token], bool]) -> list[int]:
    number, numbers = 0, []
    for token in tokens:
        number += begins(token)
        numbers.append(number)
    return numbers


def quoted(text: str, tokens: Sequence[Token], start: int, end: int) -> str:
    """The reviewer's own words from token ``start`` to ``end``, exclusive."""
    return snippet(text[tokens[start].start : tokens[end - 1].end])


def snippet(words: str) -> str:
    """A few of the reviewer's words, in quotes, on one line, with nothing invisible in them."""
    plain = "".join(" " if char.isspace() else char for char in words if char.isspace() or not unseen(char))
    return f"'{plain if len(plain) <= LONGEST_SNIPPET else plain[: LONGEST_SNIPPET - 1] + '…'}'"
