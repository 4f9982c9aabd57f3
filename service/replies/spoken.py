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
from service.replies.verticals import foreign_topics

GOOD_STARS = 4
LONGEST_SNIPPET = 60
OVERRULES = (
    1.5  # praise in a sentence, in grades, above which signs of trouble in it are a manner of speaking
)
OVERRULES_IN_PRAISE = 0.5  # the same in a review that praises, where the signs only stand together
WARM = 3.0  # praise in a whole review, in grades, that blames nothing
_IN_ORDER = tuple(Flag)
_TURNS = frozenset(
    (
        *("but", "however", "although", "yet", "except", "until"),
        *("pero", "aunque", "sino"),
        *("mais", "cependant", "toutefois", "neanmoins", "pourtant", "excepte"),
        *("aber", "sondern", "jedoch", "dennoch", "hingegen", "obwohl"),
    )
)
_REGRETS = frozenset(
    (
        *("though", "tho", "unfortunately", "sadly", "downside", "annoyingly", "worryingly", "alarmingly"),
        *("shame", "niggle", "gripe", "quibble", "caveat", "beware", "fyi"),
        *("lastima", "lamentablemente", "desgraciadamente", "salvo", "ojala", "pega", "pena", "cuidado"),
        *("malheureusement", "helas", "dommage", "sauf", "hormis", "bemol", "hic", "couac"),
        *(
            "leider",
            "allerdings",
            "trotzdem",
            "wermutstropfen",
            "schade",
            "manko",
            "kritikpunkt",
            "minuspunkt",
        ),
    )
)

_TURNS_OF_TWO = frozenset(
    tuple(pair.split())
    for pair in (
        *("heads up", "one thing", "only thing", "that said", "having said", "not so", "less so", "for now"),
        *("mind you", "be aware", "be warned", "be careful", "watch out", "fair warning", "small thing"),
        *(
            "only wish",
            "only moan",
            "only complaint",
            "only issue",
            "have liked",
            "have preferred",
            "do without",
        ),
        *("bless her", "bless him", "bless them", "funny thing", "apart from", "other than", "side note"),
        *(
            "eso si",
            "solo que",
            "hasta que",
            "lo unico",
            "lo que",
            "por contra",
            "en cambio",
            "de momento",
            "por ahora",
            "lo feo",
            "lo malo",
            "lo raro",
            "lo triste",
            "un pero",
            "unico pero",
            "una pega",
            "un detalle",
            "una cosa",
            "ahora bien",
            "dicho esto",
            "dicho eso",
            "aparte de",
            "por cierto",
            "que sepais",
            "que sepan",
            "solo digo",
            "mal cuerpo",
            "mal sabor",
            "me hubiera",
            "hubiera preferido",
            "tener cuidado",
            "tengan cuidado",
            "tened cuidado",
        ),
        *("par contre", "en revanche", "cela dit", "ceci dit", "a part", "mis a"),
        *("a noter", "a revoir", "a signaler", "a savoir", "pour info", "moins bien", "moins cool"),
        *("petit conseil", "petit detail", "petit point", "petite remarque", "petite reserve", "seule chose"),
        *("seul conseil", "seul point", "seul truc", "seule ombre", "seule reserve", "seule remarque"),
        *("un conseil", "un detail", "un truc", "un mot", "une chose", "une remarque", "une reserve"),
        *(
            "nur dass",
            "nur so",
            "nicht so",
            "fur jetzt",
            "bis auf",
            "abgesehen von",
            "was nicht",
            "weniger schon",
            "nicht empfehlen",
        ),
        *("einziger tipp", "einziger hinweis", "einziger punkt", "einziges problem", "einzige kritik"),
        *("kleiner tipp", "kleiner hinweis", "kleine anmerkung", "kleine kritik", "kleines minus"),
        *("petite frayeur", "petit souci", "petit probleme", "gros bemol", "seul probleme", "seul souci"),
        *("kleiner schreck", "kleines aber", "eines bitte", "eins noch", "kleine warnung"),
        *("ein tipp", "ein hinweis", "ein minus", "ein punkt", "ein wort", "eine sache", "eine bitte"),
    )
)
_FIRST_OF_TWO = frozenset(first for first, _ in _TURNS_OF_TWO)
_TURNS_AT_THE_START = frozenset(
    (
        *("only", "just", "mind", "granted", "solo", "ojo", "unico", "unica", "aviso", "consejo"),
        *("seul", "seulement", "juste"),
        *("attention", "prudence", "bizarrement", "curieusement"),
        *("nur", "bloss", "lediglich", "einzig", "einziger", "einziges", "kurios", "komisch", "peinlich"),
        *("seltsam", "merkwurdig", "achtung", "vorsicht"),
    )
)


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


def turn(tokens: Sequence[Token]) -> int | None:
    """The first token of what turns on what a review said: "lovely, but …"; None where nothing does.

    A "though" stands anywhere in the sentence that turns: it counts from its beginning.
    """
    begun = 0
    for place, token in enumerate(tokens):
        begun = place if token.after == "." else begun
        if _turns(tokens, place):
            return place
        if token.word in _REGRETS:
            return begun
    return None


def _turns(tokens: Sequence[Token], place: int) -> bool:
    """Whether what begins with token ``place`` turns on what was said before it."""
    token = tokens[place]
    if token.word in _TURNS or (token.after and token.word in _TURNS_AT_THE_START):
        return True
    return token.word in _FIRST_OF_TWO and (token.word, _word(tokens, place + 1)) in _TURNS_OF_TWO


def _word(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].word if place < len(tokens) else ""


def second_sentence(tokens: Sequence[Token]) -> int | None:
    """The token that begins the second sentence; None where there is none."""
    return next((place for place, token in enumerate(tokens) if place and token.after == "."), None)


def finds_fault(tokens: Sequence[Token], opinions: Sequence[Opinion]) -> bool:
    """Whether a review blames anything, or takes a turn: "lovely, but …"."""
    return blames(opinions) or any(token.word in _TURNS for token in tokens)


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
    numbers = _numbered(tokens, lambda token: token.after == "." or token.word in _TURNS)
    return [number + (turned is not None and place >= turned) for place, number in enumerate(numbers)]


def _clauses(tokens: Sequence[Token]) -> list[int]:
    """For each token the number of its clause: a stop, a comma or a "but" begins another."""
    return _numbered(tokens, lambda token: bool(token.after) or token.word in _TURNS)


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
