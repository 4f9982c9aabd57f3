"""Reading a pack from its exact bytes: everything that is wrong with it, at once, with file and line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service.domain import HEALTH_VERTICALS
from service.errors import PackError, Problem
from service.replies.lines import LineIndex, Path
from service.replies.normal import is_mark
from service.replies.pack import Pack, Placeholder
from service.replies.slots import PieceKind, faults_of, names_in, pieces_of, unseen_in

MOST_BYTES = 4_000_000  # 2,000 items with long variants take a quarter of it
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_SENTENCES = {
    "extra_forbidden": "unknown key '{name}'",
    "missing": "'{name}' is missing",
    "tuple_type": "'{name}' must be a list, in square brackets",
    "date_type": "'{name}' must be a date such as 2027-01-01, without quotes",
    "dict_type": "'{name}' must be a table",
    "literal_error": "'{name}' must be {expected}; this version reads no other",
    "int_type": "'{name}' must be a whole number, without quotes",
    "float_type": "'{name}' must hold numbers",
    "bool_type": "'{name}' must be true or false, without quotes",
    "string_type": "'{name}' must be a text, in quotes",
    "string_too_short": "'{name}' is empty",
    "greater_than_equal": "'{name}' must be at least {ge}",
    "less_than_equal": "'{name}' must be at most {le}",
    "model_type": "'{name}' must be a table",
}
_PATTERNS = {
    "language": "a language code such as en or en-GB",
    "pack": "lower-case letters, digits and single hyphens",
    "id": "lower-case letters, digits and single hyphens",
    "blank": "lower-case letters, digits and underscores",
}


def read_pack(body: bytes, file: str = "pack.toml") -> Pack:
    """The pack in ``body``, named by the SHA-256 of exactly these bytes.

    Raises ``PackError`` with every problem there is; a syntax error hides the rest, so it stands alone.
    """
    text = _decoded(body, file)
    raw = _parsed(text, file)
    pack, found = _shaped(raw, hashlib.sha256(body).digest())
    found += _cross_checks(raw)
    if pack is None or found:
        lines = LineIndex(text)
        problems = {Problem(file, lines.of(path), message) for path, message in found}
        raise PackError(sorted(problems, key=lambda problem: (problem.line, problem.message)))
    return pack


def _decoded(body: bytes, file: str) -> str:
    if len(body) > MOST_BYTES:
        raise PackError([Problem(file, 0, f"is larger than {MOST_BYTES:,} bytes")])
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise PackError([Problem(file, line, "is not UTF-8 from here")]) from None
    problems = []
    if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        problems.append(Problem(file, 1, "begins with a byte order mark; save it as UTF-8 without one"))
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        problems.append(Problem(file, line, "has Windows line ends (CR); save it with LF alone"))
    if problems:
        raise PackError(problems)
    return text


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _AT_LINE.search(str(error))
        line = int(where[1]) if where and where[1] else text.rstrip("\n").count("\n") + 1
        message = _AT_LINE.sub("", str(error))
        raise PackError([Problem(file, line, f"is not TOML: {message}")]) from None
    except RecursionError:
        raise PackError([Problem(file, 0, "is nested too deeply")]) from None


Found = list[tuple[Path, str]]


def _shaped(raw: dict[str, Any], sha256: bytes) -> tuple[Pack | None, Found]:
    try:
        return Pack.model_validate(raw, context=sha256), []
    except ValidationError as error:
        return None, [
            _said(detail, raw) for detail in error.errors(include_url=False) if not _is_echo(detail)
        ]


def _is_echo(detail: ErrorDetails) -> bool:
    """Whether this only repeats that elements of a list were wrong: they are not counted as its length."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _said(detail: ErrorDetails, raw: dict[str, Any]) -> tuple[Path, str]:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "pack")
    where = _of_item(path, raw)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _SENTENCES:
        return path, where + _SENTENCES[kind].format(name=name, **context)
    if kind == "string_pattern_mismatch":
        return path, f"{where}'{name}' must be {_PATTERNS.get(name, 'a plain name')}, not '{detail['input']}'"
    if kind == "enum":
        singular = "placeholder" if path[0] == "fallback" else name.removesuffix("s")
        return path, f"{where}unknown {singular} '{detail['input']}'; known: {context['expected']}"
    if kind == "too_short" and name == "variants":
        return path, f"{where}has {context['actual_length']} variants; at least {context['min_length']}"
    if kind == "value_error":
        return path, f"{where}{name}: {context['error']}"
    return path, f"{where}{name}: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def _of_item(path: Path, raw: dict[str, Any]) -> str:
    """ "item wait-apology: ", where the problem lies within an item that says its id."""
    if len(path) < 3 or path[0] != "item" or not isinstance(path[1], int):
        return ""
    return f"item {_table(_tables(raw, 'item')[path[1]]).get('id', path[1] + 1)}: "


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _cross_checks(raw: dict[str, Any]) -> Found:
    """What must hold between values; looks only at those that have the right shape."""
    first, last = raw.get("from"), raw.get("until")
    found: Found = []
    if type(first) is date and type(last) is date and last < first:
        found.append((("until",), f"'until' ({last}) lies before 'from' ({first})"))
    ids = [_table(item).get("id") for item in _tables(raw, "item")]
    seen: set[object] = set()
    for place, item in enumerate(_tables(raw, "item")):
        name = ids[place]
        if isinstance(name, str) and name in seen:
            found.append((("item", place, "id"), f"item {name}: this id is used more than once"))
        seen.add(name if isinstance(name, str) else place)
        found += [(("item", place, *path), f"item {name}: {said}") for path, said in _item_checks(raw, item)]
    found += [(("fallback", key), f"fallback: {fault}") for key, fault in _fallback_faults(raw)]
    return found


def _fallback_faults(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in _table(raw.get("fallback")).items():
        if isinstance(value, str):
            for fault in unseen_in(value, also="\n{}[]"):
                yield key, f"'{key}' {fault}"


def _item_checks(raw: dict[str, Any], item: object) -> Iterator[tuple[Path, str]]:
    table = _table(item)
    when = table.get("when")
    if when == {}:
        yield ("when",), "'when' names nothing, so it would answer every review"
    variants = [text for text in _tables(table, "variants") if isinstance(text, str)]
    for place, text in enumerate(variants):
        yield from ((("variants", place), f"variant {place + 1} {fault}") for fault in faults_of(text))
        yield from ((("variants", place), said) for said in _unknown_slots(raw, table, place, text))
    for text, times in Counter(variants).items():
        if times > 1:
            yield ("variants", variants.index(text)), "two variants are the same"
    yield from _blank_checks(raw, table, variants)


def _unknown_slots(raw: dict[str, Any], item: dict[str, Any], place: int, text: str) -> Iterator[str]:
    pieces = pieces_of(text)
    for name in dict.fromkeys(names_in(pieces, PieceKind.PLACEHOLDER)):
        if name not in list(Placeholder):
            known = ", ".join(Placeholder)
            yield f"variant {place + 1} has the unknown placeholder {{{name}}}; known: {known}"
        elif name not in _table(raw.get("fallback")):
            yield f"variant {place + 1} uses {{{name}}}, which has no fallback"
    for name in dict.fromkeys(names_in(pieces, PieceKind.BLANK)):
        if name not in _table(item.get("blank")):
            yield f"variant {place + 1} has the blank [{name}], which is not declared"


def _blank_checks(
    raw: dict[str, Any], item: dict[str, Any], variants: list[str]
) -> Iterator[tuple[Path, str]]:
    used = {name for text in variants for name in names_in(pieces_of(text), PieceKind.BLANK)}
    for name, declared in _table(item.get("blank")).items():
        if name not in used:
            yield ("blank", name), f"the blank '{name}' is declared but no variant uses it"
        hint = _table(declared).get("hint")
        for fault in unseen_in(hint, also="\n{}[]") if isinstance(hint, str) else ():
            yield ("blank", name, "hint"), f"the hint of '{name}' {fault}"
        for path, said in _choice_faults(_table(declared), hint):
            yield ("blank", name, *path), f"the blank '{name}' {said}"
        if _is_for_health(raw) and not _table(declared).get("choices"):
            free = f"the blank '{name}' has no choices: free words could confirm who is a patient"
            yield ("blank", name), free


def _choice_faults(declared: dict[str, Any], hint: object) -> Iterator[tuple[Path, str]]:
    """A choice is approved like locked words, so it is held to the same form."""
    choices = [choice for choice in _tables(declared, "choices") if isinstance(choice, str)]
    for place, choice in enumerate(choices):
        at = ("choices", place)
        it = f"has a fault in choice {place + 1}: it"
        faults = [*unseen_in(choice, also="\n{}[]"), *faults_of(choice)]
        yield from ((at, f"{it} {fault}") for fault in dict.fromkeys(faults))
        if choice and is_mark(choice[0]):
            yield at, f"{it} begins with a mark"
        if isinstance(hint, str) and choice.casefold() == hint.casefold():
            yield at, f"{it} reads like the hint"
    if len(set(choices)) < len(choices):
        yield ("choices",), "has the same choice twice"


def _is_for_health(raw: dict[str, Any]) -> bool:
    verticals = _table(raw.get("scope")).get("vertical")
    spoken = verticals if isinstance(verticals, list) else []
    return bool(HEALTH_VERTICALS.intersection(v for v in spoken if isinstance(v, str)))
