"""Catalogues of the desk's strings: what the sources say, and one made up to see what was forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from service.settings import CHECKOUT
from service.tongues import FOLDER

KEYWORDS = {**DEFAULT_KEYWORDS, "counted": (1, 2), "say": None, "say_many": (1, 2)}  # as ``make messages``
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|</?\w[^>]*>|&\w+;")
PLACED = re.compile(r"%\(\w+\)s|</?\w[^>]*>")
OPEN, SHUT = "⟦", "⟧"


def sources() -> Catalog:
    """Every phrase of the desk, as ``make messages`` gathers them."""
    found = Catalog()
    for phrase, context in _gathered():
        found.add(phrase, context=context)
    return found


@cache
def _gathered() -> tuple[tuple[str | tuple[str, ...], str | None], ...]:
    """Each phrase with its context, in all of the service's files: seconds of reading, so once."""
    with (CHECKOUT / "babel.cfg").open(encoding="utf-8") as cfg:
        methods, options = parse_mapping_cfg(cfg)
    there = extract_from_dir(CHECKOUT / "service", methods, options, KEYWORDS)
    return tuple((phrase, context) for _file, _line, phrase, _comments, context in there)


def written() -> dict[str, Catalog]:
    """The catalogues that ship, by language."""
    return {file.parts[-3]: read_written(file) for file in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))}


def read_written(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parts[-3])


def phrases(messages: Iterable[Message]) -> set[str | tuple[str, ...]]:
    """The phrases themselves, without the header."""
    return {tuple(one.id) if one.pluralizable else one.id for one in messages if one.id}


def compiled(catalogue: Catalog, folder: Path, language: str) -> None:
    """Put ``catalogue`` where the desk finds it."""
    file = folder / language / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)


def bracketed(phrase: str) -> str:
    """The phrase with its own words in brackets, and what is put into it outside of them."""
    parts, at = [], 0
    for found in PLACEHOLDER.finditer(phrase):
        parts += [_marked(phrase[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, _marked(phrase[at:])])


def made_up(language: str) -> Catalog:
    """A language in which every phrase of ours stands in brackets."""
    told = Catalog(locale=language)
    for message in sources():
        if message.id:
            both = isinstance(message.id, tuple | list)
            told.add(message.id, tuple(map(bracketed, message.id)) if both else bracketed(message.id))
    return told


def _marked(text: str) -> str:
    return f"{OPEN}{text}{SHUT}" if text.strip() else text


def faults(catalogue: Catalog, against: Catalog) -> Iterator[str]:
    """What keeps a catalogue from shipping: ``make messages`` or its translator puts it right."""
    there, wanted = phrases(catalogue), phrases(against)
    yield from (f"unsure (fuzzy): {one.id}" for one in catalogue if one.id and one.fuzzy)
    yield from (f"not translated: {one.id}" for one in catalogue if one.id and not _is_whole(one))
    yield from (f"missing: {phrase}" for phrase in wanted - there)
    yield from (f"left over: {phrase}" for phrase in there - wanted)
    for own, said in _translated(catalogue):
        if sorted(PLACED.findall(said)) not in [sorted(PLACED.findall(phrase)) for phrase in own]:
            yield f"other placeholders or marks: {said}"
        if '"' in PLACED.sub("", said) and not any('"' in PLACED.sub("", phrase) for phrase in own):
            yield f"could end an attribute it stands in: {said}"


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _translated(catalogue: Catalog) -> Iterator[tuple[tuple[str, ...], str]]:
    """A phrase, for one and for many where these differ, with each of its translations."""
    for message in catalogue:
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        own = tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)
        yield from ((own, one) for one in said if one and own[0])
