"""What should we say: filter, score, choose the wording, fill, and say why.

Deterministic: same review, branch, packs, history and moment, same answer. ``suggest`` takes approved packs
and nothing else; ``rehearse`` is the bench, whose answers say that nobody approved them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain import ReplyRules
from service.replies.approved import ApprovedPack, ApprovedWords
from service.replies.case import Case
from service.replies.choosing import Standing, choose
from service.replies.due import zone
from service.replies.filling import BranchFacts
from service.replies.fit import Misfit, close_misfit
from service.replies.none_because import none_because
from service.replies.own_words import before_others, setting_of
from service.replies.pack import CaseStep, Pack
from service.replies.repeats import Recent
from service.replies.scoring import Fitting, scored
from service.replies.sifting import Missed, nearest, sift
from service.replies.suggestion import RunnerUp, Suggestion, Suggestions
from service.replies.triage import Reviewed, Triage
from service.replies.variants import Use, Uses
from service.sentences import say

MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class _Ask:
    """All that a suggestion depends on."""

    case: Case
    packs: tuple[Pack, ...]
    approved: Collection[bytes]
    history: Uses
    rules: ReplyRules
    now: datetime
    recent: tuple[Recent, ...] = ()


def suggest(
    review: Reviewed,
    triage: Triage,
    branch: BranchFacts,
    site: str,
    packs: Sequence[ApprovedPack],
    *,
    history: Uses | Iterable[Use] = (),
    rules: ReplyRules,
    now: datetime,
    step: CaseStep | None = None,
    recent: Sequence[Recent] = (),
    words: ApprovedWords | None = None,
) -> Suggestions:
    """Up to three approved replies for ``review`` at ``branch`` on ``site``, best first, with reasons.

    ``history`` are the uses at this branch, in any order; ``rules`` are the site's own limits; ``now`` is
    aware UTC; ``step`` is that of a case: a settled one brings the replies that report it back and no others,
    one that was taken offline puts those first that say how to reach somebody;
    ``recent`` are replies that stand in public already; ``words`` were approved for this very review and come
    first. What a rule forbids there is not suggested. Where nothing fits, ``none_because`` says why.
    """
    approved = tuple(one.pack for one in packs)
    hashes = {pack.sha256 for pack in approved}
    case = _case(review, triage, branch, site, now, step)
    found = _answer(_Ask(case, approved, hashes, _uses(history), rules, now, tuple(recent)))
    if words is None:
        return found
    setting = setting_of(review, branch, site, rules, triage.language, recent)
    return before_others(words, found, setting, MOST_OFFERED)


def rehearse(
    review: Reviewed,
    triage: Triage,
    branch: BranchFacts,
    site: str,
    packs: Sequence[Pack],
    *,
    approved: Collection[bytes] = (),
    history: Uses | Iterable[Use] = (),
    rules: ReplyRules,
    now: datetime,
    step: CaseStep | None = None,
    recent: Sequence[Recent] = (),
) -> Suggestions:
    """As ``suggest``, from packs nobody need have approved: for benches and lint, never for a branch.

    A suggestion says ``approved`` only where its pack's hash is among ``approved``.
    """
    case = _case(review, triage, branch, site, now, step)
    return _answer(_Ask(case, tuple(packs), approved, _uses(history), rules, now, tuple(recent)))


def _case(
    review: Reviewed, triage: Triage, branch: BranchFacts, site: str, now: datetime, step: CaseStep | None
) -> Case:
    return Case(review, triage, branch, site, now.astimezone(zone(branch.tz)).date(), step)


def _uses(history: Uses | Iterable[Use]) -> Uses:
    return history if isinstance(history, Uses) else Uses(history)


def _answer(ask: _Ask) -> Suggestions:
    fitting, missed = _sorted_out(ask)
    offered: list[Suggestion] = []
    for fit in fitting:
        if len(offered) == MOST_OFFERED:
            said = say(
                "scored %(score)s against %(best)s and %(judged_by)s",
                score=fit.score,
                best=offered[-1].score,
                judged_by=fit.judged_by,
            )
            return _with_runner_up(offered, RunnerUp(fit.pack.name, fit.item.id, said))
        chosen = _filled(fit, ask)
        if isinstance(chosen, Suggestion):
            offered.append(chosen)
        else:
            missed.append(Missed(fit.pack, fit.item, chosen))
    lost = nearest(missed)
    runner_up = RunnerUp(lost.pack.name, lost.item.id, lost.misfit.why) if lost else None
    if offered:
        return _with_runner_up(offered, runner_up)
    return Suggestions((), runner_up, none_because(ask.packs, ask.case, missed))


def _sorted_out(ask: _Ask) -> tuple[list[Fitting], list[Missed]]:
    """What fits, best first; and of what does not, at least the nearest."""
    case, history = ask.case, ask.history
    sifted = sift(ask.packs, case)
    fitting: list[Fitting] = []
    missed = [sifted.nearest] if sifted.nearest else []
    for pack, item in sifted.left:
        if misfit := close_misfit(item, case):
            missed.append(Missed(pack, item, misfit))
        else:
            fitting.append(scored(pack, item, case, is_latest=history.ended_with(pack.name, item.id)))
    return sorted(fitting, key=lambda fit: (-fit.score, fit.pack.name, fit.item.id)), missed


def _filled(fit: Fitting, ask: _Ask) -> Suggestion | Misfit:
    pack, case, sha256 = fit.pack, ask.case, fit.pack.sha256
    chosen = choose(pack, fit.item, case, Standing(ask.rules, ask.history, ask.recent, ask.now))
    if isinstance(chosen, Misfit):
        return chosen
    said = say("item %(item)s %(judged_by)s", item=f"{pack.name}/{fit.item.id}", judged_by=fit.judged_by)
    reasons = [case.rated, *fit.quoted(case.triage.reasons), said, chosen.because]
    if case.triage.flags is None:
        reasons.append(say("flags were not judged: read the review before you answer"))
    return Suggestion(
        pack=pack.name,
        serial=pack.serial,
        sha256=sha256.hex(),
        item=fit.item.id,
        variant=chosen.variant,
        approved=sha256 in ask.approved,
        filled=chosen.filled,
        findings=chosen.findings,
        reasons=tuple(reasons),
        score=fit.score,
    )


def _with_runner_up(offered: Sequence[Suggestion], runner_up: RunnerUp | None) -> Suggestions:
    if runner_up is None:
        return Suggestions(tuple(offered))
    lost = say(
        "runner-up %(item)s lost because it %(why)s",
        item=f"{runner_up.pack}/{runner_up.item}",
        why=runner_up.why,
    )
    first = replace(offered[0], reasons=(*offered[0].reasons, lost))
    return Suggestions((first, *offered[1:]), runner_up)
