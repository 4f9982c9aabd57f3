"""The headers of a mail as they come: folded, encoded, wrongly labelled, hostile.

The standard library's header classes raise on some of what is sent, and its address parser recurses once for
each parenthesis; what is needed here is little, and must answer for any bytes at all.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from service.sites.mail.charsets import text_of, transferred

Headers = tuple[tuple[str, str], ...]
"""Names in lower case and unfolded values, in order."""

_MOST_BYTES = 256 * 1024
_MOST_HEADERS = 1000
_LONGEST_VALUE = 10_000
_END = re.compile(rb"\r?\n\r?\n|\r\r(?!\n)")
_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]+")
_LINE_END = re.compile(r"\r\n|\n|\r")
_HEADER = re.compile(r"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)", re.DOTALL)
_UNSEEN = dict.fromkeys([*range(0x09), *range(0x0A, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\s]{0,4000}|[^?]{0,400})\?=")
_ADDRESS = re.compile(r"(?<![^\s:])[^\s<>()\[\]\\,;:\"@\x01]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{1,63}(?![\w@-])")
_ANGLE = re.compile(r"<([^<>]{3,320})>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PARAMETER = re.compile(
    r'[;\s]([\w-]{1,30})\*?(?:0\*?)?\s*=\s*(?:"((?:[^"\\]|\\.){0,300})"|([^\s;"]{1,300}))'
)


def split(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The headers that begin at ``start``, and where the body after them begins."""
    if raw[start : start + 2] == b"\r\n" or raw[start : start + 1] == b"\n":
        return (), start + raw[start : start + 2].find(b"\n") + 1
    found = _END.search(raw, start, end)
    head_end, body = found.span() if found else (end, end)
    return tuple(_told(raw[start : min(head_end, start + _MOST_BYTES)])), body


def every(headers: Headers, *names: str) -> tuple[str, ...]:
    """The values of all headers of these names, the topmost first."""
    return tuple(value for name, value in headers if name in names)


def last(headers: Headers, name: str) -> str:
    """The lowest header of that name: the one a signature covers where there are two; "" for none."""
    return next((value for held, value in reversed(headers) if held == name), "")


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """``text/plain; charset=utf-8`` as its first word and its parameters; names and word in lower case."""
    word = re.match(r"\s*([\w.+/-]{0,100})", value)
    found = _PARAMETER.finditer(value, word.end() if word else 0)
    told = {each[1].lower(): re.sub(r"\\(.)", r"\1", each[2] or "") or each[3] or "" for each in found}
    return (word[1].lower() if word else ""), told


def words(value: str) -> str:
    """A header's words, its encoded ones decoded, on one line."""
    told, place, held = [], 0, ("", b"")
    for found in _WORD.finditer(value):
        between = value[place : found.start()]
        charset, piece = found[1].lower(), _encoded(found[2], found[3])
        if held[0] == charset and not between.strip():  # one character may be cut in two words
            held = (charset, held[1] + piece)
        else:
            told += [_decoded(held), between if between.strip() or not held[0] else ""]
            held = (charset, piece)
        place = found.end()
    return " ".join("".join([*told, _decoded(held), value[place:]]).split())


def mailboxes(value: str) -> tuple[tuple[str, str], ...]:
    """The (name, address) pairs in an address header; addresses in lower case.

    An address inside a name, a comment or a quoted string is none.
    """
    kept: list[str] = []
    plain = without_comments(_put_away(_WORD, value, kept))
    if plain is None:  # "Bob :( <bob@x>" leaves a bracket open
        plain = "".join(re.findall(r"<[^<>\s]{3,320}>", value)[-1:])
    told: list[tuple[str, str]] = []
    for piece in re.split("[,;]", _put_away(_QUOTED, plain, kept)):
        angled = _ANGLE.search(piece)
        name = _brought_back(piece[: angled.start()], kept) if angled else ""
        found = _ADDRESS.findall(angled[1] if angled else piece)
        told += [(name, address.lower()) for address in found]
    return tuple(told)


def moment(value: str) -> datetime | None:
    """A Date header in UTC; None where it is none."""
    try:
        told = parsedate_to_datetime(value[:100])
        aware = told if told.tzinfo else told.replace(tzinfo=UTC)
        return aware.astimezone(UTC) if abs(aware.utcoffset() or timedelta()) < timedelta(days=1) else None
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def without_comments(value: str) -> str | None:
    """``value`` with each (comment (nested)) as a space, its quoted strings kept; None where one is open."""
    told: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\" and (quoted or depth):
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
            told.append(" ")
            continue
        if not depth:
            told.append(letter)
    return None if depth or quoted or escaped else "".join(told)


def _told(head: bytes) -> Iterator[tuple[str, str]]:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text = text_of(head, None)
    for line in _LINE_END.split(_FOLD.sub(" ", text))[:_MOST_HEADERS]:
        found = _HEADER.fullmatch(line[: _LONGEST_VALUE + 100])
        if found:
            yield found[1].lower(), found[2][:_LONGEST_VALUE].translate(_UNSEEN).strip()


def _encoded(way: str, words: str) -> bytes:
    raw = words.encode("utf-8", "replace")
    return transferred(raw, "base64") if way in "bB" else binascii.a2b_qp(raw, header=True)


def _decoded(held: tuple[str, bytes]) -> str:
    return text_of(held[1], held[0]) if held[0] else ""


def _put_away(what: re.Pattern[str], value: str, kept: list[str]) -> str:
    """``value`` with what may hold brackets and commas as mere numbers; no header holds their mark."""

    def put(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\x01{len(kept) - 1}\x01"

    return what.sub(put, value)


def _brought_back(shown: str, kept: list[str]) -> str:
    """A name as it is shown: what was put away in its place again, quotes taken off, words decoded."""
    for _ in range(2):  # a quoted string may hold an encoded word
        shown = re.sub("\x01(\\d+)\x01", lambda found: kept[int(found[1])], shown)
    plain = re.sub(r"\\(.)", r"\1", re.sub(r'(?<!\\)"', "", shown))
    return words(plain)[:200]
