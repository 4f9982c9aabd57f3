"""Whether a reply may stand in public: the rules of ``policy.toml`` held against a text, with spans.

Pure: the site's own figures, the review, the branch's own facts and the recent replies are handed in. Words
are found however they are dressed; a rule that cannot be judged in a language says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from service.domain import LengthUnit, ReplyRules
from service.replies import contacts, shapes
from service.replies.grounds import Ground, How, Level, Rule, languages, rules_at
from service.replies.language import primary
from service.replies.patterns import Token, tokens_of
from service.replies.personal import people_named, ranges_of
from service.replies.repeats import Recent, most_alike, quotes
from service.replies.suggestion import Finding
from service.replies.undress import undressed_with_origins
from service.replies.wording import said
from service.sentences import say

LONGEST_JUDGED = 20_000  # code points; no site takes more than a quarter of it
NOT_JUDGED = "not-judged"
ALIKE = "similar"  # the rule's id in policy.toml


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a reply is to stand, and what it answers.

    ``own`` are the branch's facts as approved to be used (phone, contact, sign-off, names): their numbers and
    names are no breach. ``language`` is the reply's, ``recent`` are replies that stand in public already.
    """

    site: str
    rules: ReplyRules = field(default_factory=ReplyRules)
    vertical: str = "general"
    language: str | None = None
    author: str | None = None
    review: str | None = None
    own: tuple[str, ...] = ()
    recent: tuple[Recent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the text, code points; ``more`` goes on with the rule's own sentence."""

    start: int
    end: int
    more: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text in the forms the rules look at."""

    text: str
    plain: str
    origins: Sequence[int]
    tokens: Sequence[Token]
    setting: Setting

    def spot(self, start: int, end: int) -> _Spot:
        """A range of the undressed text, where it stands in the text as it was given."""
        return _Spot(self.origins[start], self.origins[end - 1] + 1)


def check(text: str, setting: Setting, hows: Collection[How] = frozenset(How)) -> tuple[Finding, ...]:
    """Everything the rules say of ``text``, gravest first; spans count its code points.

    ``hows`` are the ways to look, all of them unless said otherwise.
    """
    judged = text[:LONGEST_JUDGED]
    plain, origins = undressed_with_origins(judged)
    seen = _Seen(text, plain, origins, tokens_of(plain), setting)
    breaches = _breaches_of_words(seen) if How.WORDS in hows else {}
    found: list[tuple[Level, Finding]] = []
    for rule, ground in rules_at(setting.site, setting.vertical):
        if rule.how not in hows:
            continue
        spots = breaches.get(rule.id, ()) if rule.how is How.WORDS else _LOOKS[rule.how](seen, rule)
        found += [(ground.level, _finding(rule, ground, setting, spot)) for spot in spots]
    found.sort(key=lambda one: (one[0].rank, one[1].start or 0, one[1].rule))
    return (*(finding for _, finding in found), *_not_judged(setting))


def blocks(findings: Iterable[Finding]) -> Finding | None:
    """The first finding that forbids posting, or None."""
    return next((finding for finding in findings if finding.level == Level.BLOCK), None)


def unit_of(rules: ReplyRules) -> str:
    """What the site counts in."""
    return say("bytes") if rules.unit is LengthUnit.BYTES else say("characters")


def _finding(rule: Rule, ground: Ground, setting: Setting, spot: _Spot) -> Finding:
    source = setting.rules.source if rule.how is How.LENGTH else ground.cited
    why = say("%(why)s%(more)s", why=rule.why, more=spot.more) if spot.more else rule.why
    return Finding(rule.id, ground.level.value, setting.site, why, source, rule.mend, spot.start, spot.end)


def _not_judged(setting: Setting) -> Iterator[Finding]:
    language = primary(setting.language)
    if language and language not in languages():
        known = ", ".join(sorted(languages()))
        why = say("is in %(language)s, in which the wording was not judged", language=language)
        mend = say("Let somebody who speaks it read it against the rules.")
        source = say("word lists: %(known)s", known=known)
        yield Finding(NOT_JUDGED, Level.NOTE.value, setting.site, why, source, mend)


def _breaches_of_words(seen: _Seen) -> dict[str, list[_Spot]]:
    found: dict[str, list[_Spot]] = {}
    for one in said(seen.tokens):
        spot = seen.spot(seen.tokens[one.start].start, seen.tokens[one.end - 1].end)
        words = " ".join(seen.text[spot.start : spot.end].split())
        found.setdefault(one.rule.id, []).append(_Spot(spot.start, spot.end, f": '{words}'"))
    return found


def _too_long(seen: _Seen, _rule: Rule) -> Iterator[_Spot]:
    rules, text = seen.setting.rules, seen.text
    if rules.limit is None:
        return
    length = len(text.encode()) if rules.unit is LengthUnit.BYTES else len(text)
    if length > rules.limit:
        kept = (
            text.encode()[: rules.limit].decode(errors="ignore") if rules.unit is LengthUnit.BYTES else None
        )
        start = rules.limit if kept is None else len(kept)
        yield _Spot(start, len(text), _too_much(length, rules))


def _too_much(length: int, rules: ReplyRules) -> str:
    limit = rules.limit or 0
    return say(": %(length)s of at most %(limit)s %(unit)s", length=length, limit=limit, unit=unit_of(rules))


def _links(seen: _Seen, _rule: Rule) -> Iterator[_Spot]:
    yield from (seen.spot(*found) for found in contacts.links(seen.plain))


def _emails(seen: _Seen, _rule: Rule) -> Iterator[_Spot]:
    yield from _not_own(seen, (seen.spot(*found) for found in contacts.emails(seen.plain)))


def _phones(seen: _Seen, _rule: Rule) -> Iterator[_Spot]:
    yield from _not_own(seen, (seen.spot(*found) for found in contacts.phones(seen.plain, seen.tokens)))


def _names(seen: _Seen, _rule: Rule) -> Iterator[_Spot]:
    found = people_named(seen.text[:LONGEST_JUDGED], seen.setting.author)
    yield from _not_own(seen, (_Spot(start, end) for start, end in found))


def _not_own(seen: _Seen, spots: Iterable[_Spot]) -> Iterator[_Spot]:
    own = list(ranges_of(seen.setting.own, seen.text))
    for spot in spots:
        if not any(start <= spot.start and spot.end <= end for start, end in own):
            yield spot


def _quotes(seen: _Seen, _rule: Rule) -> Iterator[_Spot]:
    if seen.setting.review:
        text = seen.text[:LONGEST_JUDGED]
        yield from (_Spot(*found) for found in quotes(text, tokens_of(text), seen.setting.review))


def _similar(seen: _Seen, rule: Rule) -> Iterator[_Spot]:
    own = (*seen.setting.own, *(seen.setting.author or "").split())
    alike = most_alike(seen.text, own, seen.setting.recent, rule.threshold)
    if alike:
        likeness, other = alike
        yield _Spot(
            0,
            len(seen.text),
            say(" at %(where)s (%(likeness)s alike)", where=other.where, likeness=f"{likeness:.0%}"),
        )


def _shaped(look: Callable[[str], list[tuple[int, int]]]) -> Callable[[_Seen, Rule], Iterator[_Spot]]:
    def spots(seen: _Seen, _rule: Rule) -> Iterator[_Spot]:
        return _not_own(seen, (_Spot(*found) for found in look(seen.text[:LONGEST_JUDGED])))

    return spots


_LOOKS: dict[How, Callable[[_Seen, Rule], Iterator[_Spot]]] = {
    How.LENGTH: _too_long,
    How.LINK: _links,
    How.EMAIL: _emails,
    How.PHONE: _phones,
    How.NAME: _names,
    How.QUOTE: _quotes,
    How.SIMILAR: _similar,
    How.EMOJI: _shaped(shapes.emoji),
    How.LIST: _shaped(shapes.lists),
    How.CAPS: _shaped(shapes.shouted),
    How.UNFILLED: _shaped(shapes.unfilled),
}
