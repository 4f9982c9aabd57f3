"""Triage and suggestion with the starter packs, against a plain search for the words of our 22 topics."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

from tests.bench.ratio import Ratio

HERE = Path(__file__).resolve()
REVIEWS = 1_000
GATE_TRIAGE = 1.5
GATE_BOTH = 4.0


def run(_peers_python: Path) -> list[Ratio]:
    """Measure both, per review, warm."""
    from service.approval.folder import read_folder
    from service.domain import Item, ReplyRules
    from service.models import Branch
    from service.replies.suggest import rehearse
    from service.replies.triage import triage
    from tests.builders import NOW

    packs = [found.pack for found in read_folder(HERE.parents[2] / "templates_local").packs]
    branch = Branch(code="north", name="Northside", vertical="restaurant")
    told = texts()
    items = [
        Item(text=text, rating=Decimal(1 + number % 5), best=Decimal(5), author="Maria G.")
        for number, text in enumerate(told)
    ]

    def judge() -> None:
        for item in items:
            triage(item, "en")

    def both() -> None:
        for item in items:
            rehearse(item, triage(item, "en"), branch, "yelp", packs, rules=ReplyRules(), now=NOW)

    searches = _searches()
    floor = _best(lambda: [search.search(text) for text in told for search in searches])
    both()
    return [
        Ratio("1,000 reviews judged", _best(judge), floor, "ms CPU", GATE_TRIAGE),
        Ratio("1,000 reviews judged and answered", _best(both), floor, "ms CPU", GATE_BOTH),
    ]


def texts() -> list[str]:
    """A thousand reviews of some two sentences, of our own sentences in four languages."""
    said = [
        text
        for name in ("held_said.toml", "polarity_said.toml")
        for moods in tomllib.loads((HERE.parents[1] / name).read_text("utf-8")).values()
        for texts in moods.values()
        for text in texts
    ]
    pairs = zip(said, said[7:] + said[:7], strict=True)
    return [f"{one}. {other}." for one, other in islice(cycle(pairs), REVIEWS)]


def _searches() -> list[re.Pattern[str]]:
    """One alternation for each English topic: its plain words, as anybody would search for them."""
    from service.replies import lexicon

    lists = tomllib.loads(
        (Path(lexicon.__file__).with_name("words") / "topics" / "en.toml").read_text("utf-8")
    )
    return [
        re.compile(rf"\b(?:{'|'.join(filter(str.isalpha, topic['words']))})\b", re.IGNORECASE)
        for topic in lists["topic"].values()
    ]


def _best(work: Callable[[], object]) -> float:
    """The shortest of three, in milliseconds of CPU time."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return min(taken)
