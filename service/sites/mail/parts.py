"""The parts of a mail, in order, found by their boundaries: bounded in number and depth, whatever the bytes.

The standard library's parser recurses for each level and asks every open boundary at every line: ten thousand
nested parts end it. Here a level is an entry in a list, and the search is one pass over the bytes for each
level, so that 30 MB of attachments are passed over and never copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.sites.mail import headers
from service.sites.mail.charsets import text_of, transferred
from service.sites.mail.headers import Headers

_DEEPEST = 10
_MOST_PARTS = 200
_MOST_BYTES = 1024 * 1024  # of one part's text, before it is decoded


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds no others: what it is, and where it lies in the mail's bytes."""

    headers: Headers
    start: int
    end: int

    @property
    def type(self) -> str:
        """Its media type in lower case; text/plain where it tells none."""
        told = headers.parameters(headers.last(self.headers, "content-type"))[0]
        return told if "/" in told else "text/plain"

    @property
    def attached(self) -> bool:
        """Whether it is sent as a file."""
        return headers.last(self.headers, "content-disposition").lower().startswith("attachment")

    @property
    def cut(self) -> bool:
        """Whether it is longer than what is read of it."""
        return self.end - self.start > _MOST_BYTES

    def body(self, raw: bytes) -> bytes:
        """Its bytes, freed from their transfer encoding."""
        told = headers.last(self.headers, "content-transfer-encoding")
        encoding = told.strip().split(";")[0].strip(' "').lower()
        return transferred(raw[self.start : min(self.end, self.start + _MOST_BYTES)], encoding)

    def text(self, raw: bytes) -> str:
        """Its text; long lines that were broken for the way (``format=flowed``) made whole."""
        asked = headers.parameters(headers.last(self.headers, "content-type"))[1]
        told = text_of(self.body(raw), asked.get("charset"))
        if asked.get("format", "").lower() != "flowed":
            return told
        return _flowed(told, without_space=asked.get("delsp", "").lower() == "yes")


def leaves(raw: bytes, told: Headers, start: int, end: int) -> Iterator[Part]:
    """The parts of a mail with the headers ``told`` and a body from ``start`` to ``end``, in order."""
    open_parts, seen = [(told, start, end, 0)], 0
    while open_parts and seen < _MOST_PARTS:
        part_headers, first, last, depth = open_parts.pop()
        seen += 1
        boundary = _boundary(part_headers)
        if boundary is None:
            yield Part(part_headers, first, last)
        elif depth < _DEEPEST:
            inside = _between(raw, boundary, first, last, _MOST_PARTS - seen)
            if not inside:  # its boundary is nowhere: what is there is text
                yield Part((), first, last)
            open_parts += reversed([(*_opened(raw, *place), depth + 1) for place in inside])


def _opened(raw: bytes, start: int, end: int) -> tuple[Headers, int, int]:
    told, body = headers.split(raw, start, end)
    return told, min(body, end), end


def _boundary(told: Headers) -> bytes | None:
    kind, asked = headers.parameters(headers.last(told, "content-type"))
    boundary = asked.get("boundary", "").rstrip()
    return boundary.encode("utf-8") if kind.startswith("multipart/") and boundary else None


def _between(raw: bytes, boundary: bytes, start: int, end: int, most: int) -> list[tuple[int, int]]:
    """Where the parts between the lines of ``boundary`` lie; the last may be open, where the mail is cut."""
    places: list[tuple[int, int]] = []
    line, opened = b"--" + boundary, None
    place = raw.find(line, start, end)
    while place >= 0 and len(places) < most:
        after = place + len(line)
        closing = raw[after : after + 2] == b"--"
        if _begins_line(raw, place, start) and (closing or raw[after : after + 1] in b"\r\n \t"):
            if opened is not None:
                places.append((opened, max(opened, place - (2 if raw[place - 2 : place] == b"\r\n" else 1))))
            opened = None if closing else _next_line(raw, after, end)
            if closing:
                break
        place = raw.find(line, after, end)
    if opened is not None and len(places) < most:
        places.append((opened, end))
    return places


def _begins_line(raw: bytes, place: int, start: int) -> bool:
    return place == start or raw[place - 1 : place] in (b"\n", b"\r")


def _next_line(raw: bytes, place: int, end: int) -> int:
    found = raw.find(b"\n", place, end)
    return found + 1 if found >= 0 else end


def _flowed(text: str, *, without_space: bool) -> str:
    """Lines joined as RFC 3676 has it: a space at a line's end says that it goes on."""
    told: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        plain = line[1:] if line.startswith(" ") else line
        if goes_on and told:
            told[-1] += plain
        else:
            told.append(plain)
        goes_on = plain.endswith(" ") and plain != "-- "
        if goes_on and without_space:
            told[-1] = told[-1][:-1]
    return "\n".join(told)
