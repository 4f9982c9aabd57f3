"""What the rules say of a pack before anybody signs it: every wording, with the worst its slots may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain import LengthUnit, ReplyRules
from service.replies.filling import LONGEST_VALUE, Filled, fill
from service.replies.grounds import Level
from service.replies.lines import LineIndex
from service.replies.names import LONGEST_NAME
from service.replies.pack import Pack, Placeholder, ReplyItem
from service.replies.policy import Setting, check, unit_of
from service.replies.slots import PieceKind
from service.replies.suggestion import Finding
from service.replies.variants import BYTES_OF_A_CHARACTER, longest
from service.sentences import say

_TYPED = "xx"  # stands for what a manager writes; its own bounds are checked when she does


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that one wording breaks, at which sites; ``line`` is the wording's in the pack's file."""

    line: int
    item: str
    variant: int
    finding: Finding
    sites: tuple[str, ...]

    def __str__(self) -> str:
        found = self.finding
        told = f"{found.level}: item {self.item}, variant {self.variant} ({found.rule}) {found.why}"
        return f"{told}; on {', '.join(self.sites)}. {found.mend} ({found.source})"


def lint(pack: Pack, source: str, sites: Mapping[str, ReplyRules]) -> tuple[Fault, ...]:
    """Every fault of ``pack``, whose text is ``source``, by line; the gravest first within one.

    ``sites`` are the figures of the sites it is held against; a pack for named sites only against those.
    """
    here = {name: rules for name, rules in sites.items() if not pack.scope.site or name in pack.scope.site}
    lines = LineIndex(source)
    faults: list[Fault] = []
    for place, item in enumerate(pack.items):
        for number in range(1, len(item.variants) + 1):
            line = lines.of(("item", place, "variants", number - 1))
            faults += _faults(pack, item, number, line, here)
    return tuple(sorted(faults, key=lambda one: (one.line, _rank(one), one.finding.rule)))


def _rank(fault: Fault) -> int:
    return Level(fault.finding.level).rank


def _faults(
    pack: Pack, item: ReplyItem, number: int, line: int, sites: Mapping[str, ReplyRules]
) -> Iterator[Fault]:
    """The faults of one wording; the same one on several sites is told once."""
    filled = fill(item, item.variants[number - 1], pack.fallback)
    own = tuple(value for name, value in pack.fallback.items() if name is not Placeholder.FIRST_NAME)
    found: dict[tuple[str, str, str, str], tuple[Finding, list[str]]] = {}
    for site, rules in sites.items():
        for vertical in pack.scope.vertical or ("general",):
            language = pack.scope.language[0] if pack.scope.language else None
            setting = Setting(site, vertical=vertical, language=language, own=own)
            for finding in (*_said(filled, setting), *_too_long(filled, site, rules)):
                key = (finding.rule, finding.level, finding.why, finding.source)
                _, told = found.setdefault(key, (finding, []))
                told += () if site in told else (site,)
    for finding, told in found.values():
        yield Fault(line, item.id, number, finding, tuple(told))


def _said(filled: Filled, setting: Setting) -> Iterator[Finding]:
    for text in dict.fromkeys(_worst(filled)):
        yield from check(text, setting)


def _worst(filled: Filled) -> Iterator[str]:
    """The text with each of the choices of its closed blanks in turn."""
    turns = max((len(blank.choices) for blank in filled.blanks.values()), default=0)
    for turn in range(max(1, turns)):
        out = ""
        for span in filled.spans:
            if span.kind is PieceKind.BLANK:
                choices = filled.blanks[span.name].choices or (_TYPED,)
                out += choices[min(turn, len(choices) - 1)]
            else:
                out += filled.text[span.start : span.end]
        yield out


def _too_long(filled: Filled, site: str, rules: ReplyRules) -> Iterator[Finding]:
    if rules.limit is None:
        return
    length = longest(filled, rules.unit)
    for span in filled.spans:
        if span.kind is PieceKind.PLACEHOLDER:
            length += _most(span.name, rules.unit) - (span.end - span.start)
    if length > rules.limit:
        why = say(
            "may come to %(length)s of at most %(limit)s %(unit)s with its slots full",
            length=length,
            limit=rules.limit or 0,
            unit=unit_of(rules),
        )
        yield Finding("length", Level.BLOCK.value, site, why, rules.source, say("Shorten it, or its blanks."))


def _most(name: str, unit: LengthUnit) -> int:
    characters = LONGEST_NAME if name == Placeholder.FIRST_NAME else LONGEST_VALUE
    return characters * (BYTES_OF_A_CHARACTER if unit is LengthUnit.BYTES else 1)
