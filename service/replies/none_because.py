"""Why nothing fits, in a sentence: what most of the items say that came nearest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from service.domain import Kind
from service.replies.called import all_of
from service.replies.case import Case
from service.replies.fit import Misfit, Stage, item_misfit, pack_misfit
from service.replies.pack import Pack
from service.replies.sifting import Missed, in_force, nearest
from service.sentences import say


def none_because(packs: Sequence[Pack], case: Case, missed: Sequence[Missed]) -> str:
    """The reason, for a person; ``missed`` holds the nearest, and each item that no wording could fill."""
    closest = nearest(missed)
    stage = closest.misfit.stage if closest else Stage.DATES
    if case.review.kind == Kind.MENTION and stage <= Stage.KIND:
        return say("it is a mention, and no approved reply is written for mentions; nothing need be posted")
    if not packs:
        return say("nothing approved fits, because no pack is approved here")
    held = sorted(case.triage.held)
    if held and stage <= Stage.HELD:
        return say("held for %(held)s, and no approved holding reply is for this branch", held=all_of(held))
    speaking = in_force(packs, case.day)
    unfilled = [(miss.misfit, 1) for miss in missed if miss.misfit.stage > Stage.NOT_FOR]
    told: Counter[str] = Counter()
    for misfit, count in unfilled or _misfits(speaking, case):
        if misfit.stage == stage:
            told[misfit.why] += count
    why = min(told, key=lambda said: (-told[said], said))
    count = sum(len(pack.items) for pack in speaking)
    return say("nothing approved fits, because of %(n)s replies the nearest %(why)s", n=count, why=why)


def _misfits(packs: Sequence[Pack], case: Case) -> Iterator[tuple[Misfit, int]]:
    """Why each item does not fit; once, and for how many, where its whole pack may not speak."""
    for pack in packs:
        if whole := pack_misfit(pack, case.where):
            yield whole, len(pack.items)
            continue
        for item in pack.items:
            if misfit := item_misfit(item, case):
                yield misfit, 1
