"""Real reviews and labelled sentences, read where they lie: measured with, never learnt from, never copied.

How the categories of the SemEval sets (entity#attribute) are mapped: FOOD and DRINKS are ``food`` and
``drinks``, counted as one; SERVICE is ``service``, ``staff`` or ``wait``; AMBIENCE is ``ambience`` or
``noise``; anything with the attribute PRICES is ``price``. A sentence holds a category once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from service.domain import Topic

CATEGORIES = ("food", "service", "price", "ambience")
_NO_WORDS = ("None", "No review text provided")  # what the collector wrote under a rating alone
_BY_ENTITY = {"FOOD": "food", "DRINKS": "food", "SERVICE": "service", "AMBIENCE": "ambience"}
_BY_TOPIC = {
    **dict.fromkeys((Topic.FOOD, Topic.DRINKS), "food"),
    **dict.fromkeys((Topic.SERVICE, Topic.STAFF, Topic.WAIT), "service"),
    **dict.fromkeys((Topic.AMBIENCE, Topic.NOISE), "ambience"),
    Topic.PRICE: "price",
}


@dataclass(frozen=True, slots=True)
class Opined:
    """A sentence, what it speaks of, and whether all its opinions are good (None: mixed, neutral or none)."""

    text: str
    spoken: frozenset[str]
    is_praise: bool | None


def category(topic: Topic) -> str | None:
    """The category that ``topic`` counts as."""
    return _BY_TOPIC.get(topic)


def sentences(file: Path) -> list[Opined]:
    """The sentences of a SemEval file. Where a file was published without its texts, the words its opinions
    are about stand for a sentence, one for each opinion."""
    found = [_opined(sentence) for sentence in ElementTree.parse(file).iter("sentence")]
    with_text = [one for one in found if one.text]
    return with_text or list(_targets(file))


def _opined(sentence: ElementTree.Element) -> Opined:
    opinions = list(sentence.iter("Opinion"))
    moods = {opinion.get("polarity") for opinion in opinions}
    is_praise = moods == {"positive"} if moods in ({"positive"}, {"negative"}) else None
    spoken = frozenset(name for opinion in opinions for name in _spoken(opinion.get("category", "")))
    return Opined(sentence.findtext("text") or "", spoken, is_praise)


def _targets(file: Path) -> Iterator[Opined]:
    for opinion in ElementTree.parse(file).iter("Opinion"):
        target, moods = opinion.get("target", "NULL"), opinion.get("polarity")
        if target != "NULL":
            yield Opined(target, frozenset(_spoken(opinion.get("category", ""))), moods == "positive")


def _spoken(label: str) -> Iterator[str]:
    entity, _, attribute = label.partition("#")
    if entity in _BY_ENTITY and attribute != "PRICES":
        yield _BY_ENTITY[entity]
    if attribute == "PRICES":
        yield "price"
        if entity in _BY_ENTITY:
            yield _BY_ENTITY[entity]


def lines(file: Path) -> list[tuple[str, bool]]:
    """Sentences and whether each is praise: a heading, then ``sentence<tab>0 or 1``."""
    parted = (line.rpartition("\t") for line in file.read_text("utf-8").splitlines()[1:])
    return [(text, label == "1") for text, _, label in parted]


def reviews(folder: Path) -> list[tuple[str, int]]:
    """Real reviews that say something, and their stars."""
    found: list[tuple[str, int]] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [(row["Review Content"], int(row["Rating"])) for row in csv.DictReader(file)]
    return [(text, stars) for text, stars in found if text and not text.startswith(_NO_WORDS)]
