"""Authentication-Results (RFC 8601): what a receiver found when it checked a mail's signatures.

Read strictly: a clause that is not exactly as the standard has it says nothing. What stands in a comment, in
a quoted string or in a value was written by others, and is never a result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from service.sites.mail.headers import without_comments

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>[=;])|(?P<word>[^\s;="]+))(?P<space>\s*)')
_NAME = re.compile(r"[a-z][a-z0-9_.-]*(?:/1)?")


@dataclass(frozen=True, slots=True)
class Check:
    """One clause: a method, what came of it, and of what ("header.d", …), all in lower case."""

    method: str
    result: str
    about: tuple[tuple[str, str], ...] = ()

    def told(self, name: str) -> str | None:
        """The value of a property; None where it is absent."""
        return next((value for held, value in self.about if held == name), None)


@dataclass(frozen=True, slots=True)
class Results:
    """One header: who wrote it, and the clauses in it that could be read."""

    authserv_id: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "word", "quoted", "=" or ";"
    text: str
    spaced: bool  # white space follows


def read(value: str) -> Results | None:
    """What one header says; None where it does not even name its writer, or leaves something open."""
    plain = without_comments(value)
    tokens = _tokens(plain) if plain is not None else None
    if not tokens:
        return None
    head, *clauses = _clauses(tokens)
    name = _writer(head)
    if name is None:
        return None
    return Results(name, tuple(check for clause in clauses if (check := _check(clause))))


def _tokens(plain: str) -> list[_Token] | None:
    told: list[_Token] = []
    place = 0
    while place < len(plain.rstrip()):
        found = _TOKEN.match(plain, place)
        if not found:
            return None
        place = found.end()
        spaced = bool(found["space"])
        if found["quoted"] is not None:
            told.append(_Token("quoted", re.sub(r"\\(.)", r"\1", found["quoted"][1:-1]), spaced))
        elif found["mark"]:
            told.append(_Token(found["mark"], "", spaced))
        else:
            told.append(_Token("word", found["word"], spaced))
    return told


def _clauses(tokens: list[_Token]) -> list[list[_Token]]:
    told: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == ";":
            told.append([])
        else:
            told[-1].append(token)
    return told


def _writer(head: list[_Token]) -> str | None:
    """``mx.example`` or ``mx.example 1``."""
    if not head or any(token.kind == "=" for token in head) or len(head) > 2:
        return None
    if len(head) == 2 and head[1].text != "1":
        return None
    return head[0].text.lower() or None


def _check(clause: list[_Token]) -> Check | None:
    """``method = result``, then ``name = value`` until the end; None for anything else."""
    pairs = _pairs(clause)
    if not pairs or clause[0].kind != "word" or clause[2].kind != "word":
        return None
    (method, result), *about = pairs
    names = [name for name, _value in about]
    if len(set(names)) < len(names):  # said twice, and so not at all
        return None
    return Check(method.removesuffix("/1"), result, tuple(about))


def _pairs(clause: list[_Token]) -> list[tuple[str, str]] | None:
    if not clause or len(clause) % 3:
        return None
    told: list[tuple[str, str]] = []
    for place in range(0, len(clause), 3):
        name, mark, value = clause[place : place + 3]
        if name.kind != "word" or mark.kind != "=" or value.kind not in ("word", "quoted"):
            return None
        if not _NAME.fullmatch(name.text.lower()):
            return None
        told.append((name.text.lower(), value.text.lower()))
    values = clause[2::3]
    apart = all(value.spaced for value, _next in pairwise(values))
    return told if apart else None
