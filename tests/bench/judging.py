"""Triage and suggestion with the starter packs, against a plain search for the words of our 22 topics.

The first reviews of a process wait for the lists: against reading these as TOML, and that search.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.bench.ratio import Ratio

HERE = Path(__file__).resolve()
REVIEWS = 1_000
GATE_TRIAGE = 1.5
GATE_BOTH = 3.0
GATE_FIRST = 4.5
GATE_COMMAND = 10.0
_PLAIN = frozenset(("praise", "blame", "harmless", "ordinary"))
_MOODS = {
    5: ("praise", "praise praise", "praise harmless", "praise praise harmless"),
    4: ("praise", "praise praise", "praise blame", "praise ordinary"),
    3: ("praise blame", "blame", "praise ordinary blame"),
    2: ("blame", "ordinary blame", "ordinary praise"),
    1: ("ordinary blame", "blame blame", "ordinary", "held blame"),
}


def run(_peers_python: Path) -> list[Ratio]:
    """Measure both, warm; and what a process that has read nothing yet takes to judge, and to do both."""
    from service.approval.folder import read_folder
    from service.domain import Item, ReplyRules
    from service.models import Branch
    from service.replies.suggest import rehearse
    from service.replies.triage import triage
    from tests.builders import NOW

    packs = [found.pack for found in read_folder(HERE.parents[2] / "templates_local").packs]
    branch = Branch(code="north", name="Northside", vertical="restaurant")
    told = reviews()
    items = [
        Item(text=text, rating=Decimal(stars), best=Decimal(5), author="Maria G.") for stars, text in told
    ]

    def judge() -> None:
        for item in items:
            triage(item, "en")

    def both() -> None:
        for item in items:
            rehearse(item, triage(item, "en"), branch, "yelp", packs, rules=ReplyRules(), now=NOW)

    searches = _searches()
    floor = _best(lambda: [search.search(text) for _, text in told for search in searches])
    both()
    unread = _best(_read_lists) + floor
    return [
        Ratio("the first 1,000 reviews judged", _first(), unread, "ms CPU", GATE_FIRST),
        Ratio("1,000 reviews judged", _best(judge), floor, "ms CPU", GATE_TRIAGE),
        Ratio("1,000 reviews judged and answered", _best(both), floor, "ms CPU", GATE_BOTH),
        Ratio(
            "the same by `shopbell suggest`, from its start", _command(told), unread, "ms CPU", GATE_COMMAND
        ),
    ]


def _first() -> float:
    """The least of three processes, in milliseconds of CPU time after their imports."""
    command = [sys.executable, "-c", f"from {__name__} import first; print(first())"]
    return min(float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3))


def first() -> float:
    """What judging our reviews takes where nothing was judged before."""
    from service.domain import Item
    from service.replies.triage import triage

    items = [Item(text=text, rating=Decimal(stars), best=Decimal(5)) for stars, text in reviews()]
    began = time.process_time()
    for item in items:
        triage(item, "en")
    return (time.process_time() - began) * 1000


def _read_lists() -> None:
    """Read the lists, and no more, as anybody would."""
    from service.replies import lexicon

    home = Path(lexicon.__file__).parent
    for file in (*(home / "words").rglob("*.toml"), home / "polarity.toml"):
        tomllib.loads(file.read_text("utf-8"))


def _command(told: Sequence[tuple[int, str]]) -> float:
    """The command over a file of these reviews: its imports, the packs and four languages' words included."""
    branch = {"site": "yelp", "vertical": "restaurant", "author": "Maria G."}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "reviews.jsonl"
        file.write_text("".join(f"{json.dumps({'text': text, 'stars': n, **branch})}\n" for n, text in told))
        command = [sys.executable, "-m", "service", "suggest", str(file), "--json"]
        home, environment = HERE.parents[2], os.environ | {"SHOPBELL_DATA": f"{folder}/none"}
        return _best(
            lambda: subprocess.run(command, cwd=home, env=environment, stdout=subprocess.DEVNULL, check=True),
            clock=lambda: sum(os.times()[2:4]),
        )


def reviews() -> list[tuple[int, str]]:
    """A thousand times stars and what was said, in four languages: our own sentences as people mix them.

    Of real reviews three in five have five stars, most are one to three sentences, and few are held.
    """
    dice = Random(REVIEWS)
    said = {language: _said(language) for language in ("en", "es", "fr", "de")}
    return [
        _review(dice, said[dice.choices(("en", "es", "fr", "de"), (4, 1, 1, 1))[0]]) for _ in range(REVIEWS)
    ]


def _review(dice: Random, said: Mapping[str, Sequence[str]]) -> tuple[int, str]:
    stars = dice.choices((5, 4, 3, 2, 1), (60, 20, 8, 5, 7))[0]
    moods = dice.choice(_MOODS[stars])
    return stars, " ".join(dict.fromkeys(f"{dice.choice(said[mood])}." for mood in moods.split()))


def _said(language: str) -> Mapping[str, Sequence[str]]:
    """Our sentences by mood; whatever is held is one of them."""
    said: dict[str, list[str]] = {}
    for name in ("polarity_said.toml", "held_said.toml", "held_complained.toml"):
        for mood, texts in tomllib.loads((HERE.parents[1] / name).read_text("utf-8"))[language].items():
            said.setdefault(mood if mood in _PLAIN else "held", []).extend(texts)
    return said


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


def _best(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """The shortest of three, in milliseconds of CPU time; ``clock`` tells whose."""
    taken = []
    for _ in range(3):
        began = clock()
        work()
        taken.append((clock() - began) * 1000)
    return min(taken)
