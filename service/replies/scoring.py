"""How closely an item fits: what the review is about counts most, then how narrowly it was written."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain import Flag, Topic
from service.replies.called import flag_named, topic_named
from service.replies.case import Case
from service.replies.pack import CaseStep, Pack, ReplyItem
from service.sentences import listed, say

INVITES = 3.0  # what an item gains for inviting to a talk where a case was taken offline: more than any topic
FOR_A_GUESS = 3.0  # what an item gains that is written for a suspicion: more than naming the flag
TWICE_IN_A_ROW = 0.3  # what an item loses for having been this branch's last answer


@dataclass(frozen=True, slots=True)
class Fitting:
    """An item that fits, and what it fits by; the words for that are found when somebody reads them."""

    pack: Pack
    item: ReplyItem
    score: float
    topics: tuple[Topic, ...]
    flags: tuple[Flag, ...]
    is_asked_for: bool

    @property
    def judged_by(self) -> str:
        """What it fits by, in words for a person."""
        named = self._named()
        said = say("fits by %(named)s", named=listed(named)) if named else say("fits by its rating alone")
        if self.is_asked_for:
            return say("%(judged_by)s, and asks for a talk in private", judged_by=said)
        return said

    def quoted(self, reasons: tuple[str, ...]) -> tuple[str, ...]:
        """The ``reasons`` of the judgement it fits by."""
        begins = tuple(f"{name}:" for name in self._named())
        return tuple(reason for reason in reasons if begins and reason.startswith(begins))

    def _named(self) -> list[str]:
        return [*map(topic_named, self.topics), *map(flag_named, self.flags)]


def scored(pack: Pack, item: ReplyItem, case: Case, is_latest: bool) -> Fitting:
    """``item`` with its score; ``is_latest`` where it was this branch's last answer."""
    when, scope = item.when, pack.scope
    spoken = case.spoken
    weights = {found.topic: found.score for found in spoken}
    wanted = (*when.topics, *when.also)
    topics = tuple(topic for topic in weights if topic in wanted)
    flags = tuple(flag for flag in case.triage.flags or () if flag in when.flags)
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
    is_asked_for = case.step is CaseStep.OFFLINE and (item.invites or when.case is CaseStep.OFFLINE)
    score += INVITES * is_asked_for
    score -= TWICE_IN_A_ROW * is_latest
    return Fitting(pack, item, round(score, 2), topics, flags, is_asked_for)
