"""What should we say: filter, score, choose the wording, fill, and say why.

Deterministic: same review, branch, packs, history and moment, same answer. ``suggest`` takes approved packs
and nothing else; ``rehearse`` is the bench, whose answers say that nobody approved them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain import Kind, ReplyRules
from service.replies.approved import ApprovedPack, ApprovedWords
from service.replies.called import all_of, flag_named, topic_named
from service.replies.choosing import Standing, choose
from service.replies.due import zone
from service.replies.filling import BranchFacts
from service.replies.fit import Case, Misfit, Stage, item_misfit, pack_misfit
from service.replies.own_words import before_others, setting_of
from service.replies.pack import CaseStep, Pack, ReplyItem
from service.replies.repeats import Recent
from service.replies.suggestion import RunnerUp, Suggestion, Suggestions
from service.replies.triage import Reviewed, Triage
from service.replies.variants import Use
from service.sentences import listed, say

MOST_OFFERED = 3
INVITES = 3.0  # what an item gains for inviting to a talk where a case was taken offline: more than any topic
FOR_A_GUESS = 3.0  # what an item gains that is written for a suspicion: more than naming the flag
TWICE_IN_A_ROW = 0.3  # what an item loses for having been this branch's last answer


@dataclass(frozen=True, slots=True)
class _Ask:
    """All that a suggestion depends on."""

    case: Case
    packs: tuple[Pack, ...]
    approved: Collection[bytes]
    history: Sequence[Use]
    rules: ReplyRules
    now: datetime
    recent: tuple[Recent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fitting:
    """An item that fits; ``quoted`` are the reasons of the triage it fits by."""

    pack: Pack
    item: ReplyItem
    score: float
    quoted: tuple[str, ...]
    judged_by: str


@dataclass(frozen=True, slots=True)
class _Missed:
    """An item that does not fit; ``count`` is more than one where it stands for all items of its pack."""

    pack: Pack
    item: ReplyItem
    misfit: Misfit
    count: int = 1


def suggest(
    review: Reviewed,
    triage: Triage,
    branch: BranchFacts,
    site: str,
    packs: Sequence[ApprovedPack],
    *,
    history: Sequence[Use] = (),
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
    found = _answer(_Ask(case, approved, hashes, history, rules, now, tuple(recent)))
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
    history: Sequence[Use] = (),
    rules: ReplyRules,
    now: datetime,
    step: CaseStep | None = None,
    recent: Sequence[Recent] = (),
) -> Suggestions:
    """As ``suggest``, from packs nobody need have approved: for benches and lint, never for a branch.

    A suggestion says ``approved`` only where its pack's hash is among ``approved``.
    """
    case = _case(review, triage, branch, site, now, step)
    return _answer(_Ask(case, tuple(packs), approved, history, rules, now, tuple(recent)))


def _case(
    review: Reviewed, triage: Triage, branch: BranchFacts, site: str, now: datetime, step: CaseStep | None
) -> Case:
    return Case(review, triage, branch, site, now.astimezone(zone(branch.tz)).date(), step)


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
            missed.append(_Missed(fit.pack, fit.item, chosen))
    nearest = max(missed, key=lambda miss: miss.misfit.stage, default=None)
    runner_up = RunnerUp(nearest.pack.name, nearest.item.id, nearest.misfit.why) if nearest else None
    if offered:
        return _with_runner_up(offered, runner_up)
    return Suggestions((), runner_up, _nothing_fits(ask, missed))


def _sorted_out(ask: _Ask) -> tuple[list[_Fitting], list[_Missed]]:
    """What fits, best first, and what does not."""
    fitting: list[_Fitting] = []
    missed: list[_Missed] = []
    latest = max(ask.history, key=lambda use: (use.at, use.pack, use.item), default=None)
    for pack in _in_force(ask.packs, ask.case):
        if whole := pack_misfit(pack, ask.case):
            missed.append(_Missed(pack, pack.items[0], whole, len(pack.items)))
            continue
        for item in pack.items:
            if misfit := item_misfit(item, ask.case):
                missed.append(_Missed(pack, item, misfit))
            else:
                fitting.append(_scored(pack, item, ask.case, latest))
    return sorted(fitting, key=lambda fit: (-fit.score, fit.pack.name, fit.item.id)), missed


def _in_force(packs: Iterable[Pack], case: Case) -> list[Pack]:
    """One version of each pack: the highest serial in force today, else the highest there is."""
    best: dict[str, Pack] = {}
    for pack in packs:
        other = best.get(pack.name)
        if other is None or (pack.in_force(case.day), pack.serial) > (other.in_force(case.day), other.serial):
            best[pack.name] = pack
    return [best[name] for name in sorted(best)]


def _scored(pack: Pack, item: ReplyItem, case: Case, latest: Use | None) -> _Fitting:
    """How closely ``item`` fits: what the review is about counts most, then how narrowly it was written."""
    when, scope = item.when, pack.scope
    spoken = case.spoken
    weights = {found.topic: found.score for found in spoken}
    wanted = (*when.topics, *when.also)
    topics = [topic for topic in weights if topic in wanted]
    flags = [flag for flag in case.triage.flags or () if flag in when.flags]
    score = 1.0
    if topics:
        is_main = spoken[0].topic in topics
        score += 0.5 * is_main + min(sum(weights[topic] for topic in topics), 2.0)
        score += 0.3 * len(topics) / len(wanted)
    if flags:
        score += 2.0 * len(flags) + len(flags) / len(when.flags)
    if band := when.stars or when.points10:
        score += 0.5 - 0.05 * (band[1] - band[0])
    score += 0.3 * (when.text is not None)
    score += FOR_A_GUESS * bool(when.suspected)
    score += bool(scope.branch) + 0.5 * bool(scope.brand) + 0.5 * bool(scope.vertical)
    score += 0.25 * bool(scope.region) + 0.25 * bool(scope.site)
    is_asked_for = case.step is CaseStep.OFFLINE and (item.invites or item.when.case is CaseStep.OFFLINE)
    score += INVITES * is_asked_for
    if latest and (latest.pack, latest.item) == (pack.name, item.id):
        score -= TWICE_IN_A_ROW
    named = [*map(topic_named, topics), *map(flag_named, flags)]
    begins = tuple(f"{name}:" for name in named)
    quoted = tuple(reason for reason in case.triage.reasons if begins and reason.startswith(begins))
    judged_by = say("fits by %(named)s", named=listed(named)) if named else say("fits by its rating alone")
    if is_asked_for:
        judged_by = say("%(judged_by)s, and asks for a talk in private", judged_by=judged_by)
    return _Fitting(pack, item, round(score, 2), quoted, judged_by)


def _filled(fit: _Fitting, ask: _Ask) -> Suggestion | Misfit:
    pack, case = fit.pack, ask.case
    chosen = choose(pack, fit.item, case, Standing(ask.rules, ask.history, ask.recent, ask.now))
    if isinstance(chosen, Misfit):
        return chosen
    said = say("item %(item)s %(judged_by)s", item=f"{pack.name}/{fit.item.id}", judged_by=fit.judged_by)
    reasons = [case.rated, *fit.quoted, said, chosen.because]
    if case.triage.flags is None:
        reasons.append(say("flags were not judged: read the review before you answer"))
    return Suggestion(
        pack=pack.name,
        serial=pack.serial,
        sha256=pack.sha256.hex(),
        item=fit.item.id,
        variant=chosen.variant,
        approved=pack.sha256 in ask.approved,
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


def _nothing_fits(ask: _Ask, missed: Sequence[_Missed]) -> str:
    if ask.case.review.kind == Kind.MENTION and all(miss.misfit.stage <= Stage.KIND for miss in missed):
        return say("it is a mention, and no approved reply is written for mentions; nothing need be posted")
    if not ask.packs:
        return say("nothing approved fits, because no pack is approved here")
    held = sorted(ask.case.triage.held)
    if held and all(miss.misfit.stage <= Stage.HELD for miss in missed):
        return say("held for %(held)s, and no approved holding reply is for this branch", held=all_of(held))
    nearest = max(miss.misfit.stage for miss in missed)
    told: Counter[str] = Counter()
    for miss in missed:
        if miss.misfit.stage == nearest:
            told[miss.misfit.why] += miss.count
    why = min(told, key=lambda said: (-told[said], said))
    return say(
        "nothing approved fits, because of %(n)s replies the nearest %(why)s",
        n=sum(miss.count for miss in missed),
        why=why,
    )
