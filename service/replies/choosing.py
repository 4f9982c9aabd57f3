"""Which wording of an item that fits: short enough, breaking no rule, not used lately, unlike recent ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain import ReplyRules
from service.replies.beforehand import findings_of
from service.replies.case import Case
from service.replies.filling import Filled, fill, values_for
from service.replies.fit import Misfit, Stage
from service.replies.pack import Pack, Placeholder, ReplyItem
from service.replies.policy import ALIKE, Setting, blocks, unit_of
from service.replies.repeats import Recent
from service.replies.suggestion import Finding
from service.replies.variants import Uses, is_short_enough, least_recent
from service.sentences import say


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at the branch and on the site already: the site's figures, uses, and replies in public."""

    rules: ReplyRules
    history: Uses
    recent: tuple[Recent, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """One wording, filled; why this one; and what is to be known before it is posted."""

    variant: int
    filled: Filled
    because: str
    findings: tuple[Finding, ...]


def choose(pack: Pack, item: ReplyItem, case: Case, standing: Standing) -> Chosen | Misfit:
    """The wording to offer, or why none may be."""
    rules = standing.rules
    values = values_for(case.branch, case.review.author, pack)
    setting = setting_for(pack, case, values, standing)
    spare: Chosen | None = None
    barred: Finding | None = None
    left = list(range(1, len(item.variants) + 1))
    is_taken = False
    while left:
        variant, because = least_recent(pack, item, case.branch.code, left, standing.history, standing.now)
        left.remove(variant)
        filled = fill(item, item.variants[variant - 1], values)
        if not is_short_enough(filled, rules):
            continue
        is_taken = True
        findings = findings_of(filled, setting)
        if worst := blocks(findings):
            barred = barred or worst
            continue
        chosen = Chosen(variant, filled, because, (*findings, *_one_shot(case.site, rules)))
        if not any(finding.rule == ALIKE for finding in findings):
            return chosen
        spare = spare or chosen
    if not is_taken:
        return Misfit(
            Stage.LENGTH,
            lambda: say(
                "is longer than %(site)s takes (%(limit)s %(unit)s)",
                site=case.site,
                limit=rules.limit or 0,
                unit=unit_of(rules),
            ),
        )
    return spare or _barred(case.site, barred)


def _barred(site: str, worst: Finding | None) -> Misfit:
    said = (
        say("it %(why)s (%(source)s)", why=worst.why, source=worst.source)
        if worst
        else say("it has no wording")
    )
    return Misfit(Stage.POLICY, lambda: say("may not stand on %(site)s: %(said)s", site=site, said=said))


def setting_for(pack: Pack, case: Case, values: Mapping[Placeholder, str], standing: Standing) -> Setting:
    """Where a reply of ``pack`` is to stand, and what the rules must know of it."""
    review = case.review
    return Setting(
        site=case.site,
        rules=standing.rules,
        vertical=case.branch.vertical,
        language=pack.scope.language[0] if pack.scope.language else case.triage.language,
        author=review.author,
        review="\n".join(filter(None, (review.title, review.text))) or None,
        own=tuple(value for name, value in values.items() if name is not Placeholder.FIRST_NAME),
        recent=standing.recent,
    )


def _one_shot(site: str, rules: ReplyRules) -> tuple[Finding, ...]:
    if not rules.one_shot:
        return ()
    why = say("%(site)s does not let a published reply be changed", site=site)
    return (
        Finding("one_shot", "note", site, why, rules.source, say("read it once more before you post it")),
    )
