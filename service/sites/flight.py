"""What a page streams to its own scripts in React's rows (``self.__next_f.push``, 2026), as plain JSON.

A row points at others by name ("$41"), for long words and for parts: here they are put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder

from service.sites.embedded import parsed

_PUSH = "self.__next_f.push("
_ROW = re.compile(rb"([0-9a-f]{1,8}):(?:T([0-9a-f]{1,8}),)?")
_DECODER = JSONDecoder(strict=False)
_DEEPEST = 40


def records(text: str, *marks: str) -> Iterator[object]:
    """Each row of the page's stream that holds one of ``marks``, with the rows it points at in place."""
    sought = [mark.encode() for mark in marks]
    book = _Book(_stream(text).encode(errors="replace"))
    for row in list(book.rows.values()):
        if any(mark in row for mark in sought):
            yield book.plain(parsed(row.decode(errors="replace")))


def _stream(text: str) -> str:
    """The pushed pieces, joined: a row may begin in one and end in the next."""
    pieces = []
    place = text.find(_PUSH)
    while place >= 0:
        place += len(_PUSH)
        try:
            pushed, _ = _DECODER.raw_decode(text, place)
        except (JSONDecodeError, RecursionError):
            pushed = None
        match pushed:
            case [1, str(piece)]:
                pieces.append(piece)
        place = text.find(_PUSH, place)
    return "".join(pieces)


class _Book:
    """The rows of a stream by name: of JSON, and of words, whose length in bytes is told before them."""

    def __init__(self, stream: bytes) -> None:
        self.rows: dict[str, bytes] = {}
        self._words: dict[str, str] = {}
        self._left = 2 * len(stream)  # rows may point at each other in a ring: so much is followed, no more
        place = 0
        while place < len(stream):
            row = _ROW.match(stream, place)
            if row and row[2]:
                place = row.end() + int(row[2], 16)
                self._words[row[1].decode()] = stream[row.end() : place].decode(errors="replace")
                continue
            end = stream.find(b"\n", place)
            end = end if end >= 0 else len(stream)
            if row:
                self.rows[row[1].decode()] = stream[row.end() : end]
            place = end + 1

    def plain(self, value: object, depth: int = _DEEPEST) -> object:
        """``value`` with what it points at; "$undefined" and the like are None, "$$4" is "$4"."""
        if depth <= 0:
            return None
        if isinstance(value, str) and value.startswith("$"):
            return value[1:] if value.startswith("$$") else self._named(value[1:], depth)
        if isinstance(value, dict):
            return {key: self.plain(inner, depth - 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.plain(inner, depth - 1) for inner in value]
        return value

    def _named(self, name: str, depth: int) -> object:
        if name in self._words:
            return self._words[name]
        row = self.rows.get(name, b"")
        self._left -= len(row)
        return self.plain(parsed(row.decode(errors="replace")), depth - 1) if row and self._left > 0 else None
