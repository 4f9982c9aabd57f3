"""What an alert says of a pack on its way to a signature, and of a brand's feed that went silent. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.alerts.facts import Facts, PackFacts
from service.alerts.neutral import one_line
from service.alerts.outline import Outline, Part, Role, foreign, line, link, stop
from service.domain import EventKind
from service.sentences import say

LONGEST_NAME = 80


def pack_subject(facts: Facts, pack: PackFacts) -> str:
    """The subject of an alert about a pack."""
    name = f"{one_line(pack.name, LONGEST_NAME)} {pack.serial}"
    if facts.kind is EventKind.SENT_BACK:
        return say("%(name)s: sent back", name=name)
    return say("%(name)s: waits for signatures", name=name)


def pack_outline(facts: Facts, pack: PackFacts, desk: str | None) -> Outline:
    """The outline of an alert about a pack; ``desk`` is its page, which signs nothing by being opened."""
    subject = pack_subject(facts, pack)
    body = _sent_back(pack) if facts.kind is EventKind.SENT_BACK else _submitted(pack)
    way = [link(say("Read it here"), desk)] if desk else []
    parts = (line(stop(subject), role=Role.HEADLINE), *body, *way)
    return Outline((foreign(facts.subject),), stop(subject), parts, facts.urgency)


def feed_subject(brand: str) -> str:
    """The subject of an alert about a brand's feed that brings nothing fresh."""
    return say("%(brand)s: nothing fresh is heard of its approved words", brand=one_line(brand, LONGEST_NAME))


def feed_outline(facts: Facts, brand: str, desk: str | None) -> Outline:
    """The outline of such an alert; the evidence says since when, and which words stop when."""
    subject = feed_subject(brand)
    parts = (
        line(stop(subject), role=Role.HEADLINE),
        *(line(foreign(said)) for said in facts.evidence),
        line(
            say(
                "Is this machine's connection well? If so, ask the brand whether its Shopbell runs. "
                "`shopbell packs feeds` says what it last answered."
            ),
            label=say("What to do"),
        ),
        *([link(say("Open it here"), desk)] if desk else []),
    )
    return Outline((foreign(facts.subject),), stop(subject), parts, facts.urgency)


def _submitted(pack: PackFacts) -> Iterator[Part]:
    yield line(foreign(pack.person), say(" asks that it be read and signed."))
    if pack.needs:
        yield line(say("It still needs: %(needs)s.", needs=pack.needs))
    yield line(
        say("`shopbell packs diff %(pack)s` shows what it changes.", pack=pack.name), label=say("To read")
    )
    yield line(
        say(
            "`shopbell packs approve %(pack)s --submitted` shows every word and signs with your key; "
            "`shopbell packs send-back %(pack)s` returns it.",
            pack=pack.name,
        ),
        label=say("To decide"),
    )
    yield line(pack.sha256, role=Role.DETAIL, label=say("Its bytes"))


def _sent_back(pack: PackFacts) -> Iterator[Part]:
    yield line(foreign(pack.person), say(" has read it and sent it back:"))
    yield line(foreign(pack.why or ""), role=Role.QUOTE)
    yield line(say("Nothing of it is used. Raise its serial where the words change, and submit it again."))
