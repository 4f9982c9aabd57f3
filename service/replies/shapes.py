"""What a reply looks like rather than says: emoji, lists, capital letters, things left to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator

Range = tuple[int, int]

_EMOJI = re.compile(
    "(?:[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u2b1b\u2b1c\u231a\u231b\u23e9-\u23fa\u25b6\u25c0\u3030\u303d]"
    "|[#*0-9]\ufe0f?\u20e3|[\u203c\u2049\u2122\u00a9\u00ae\u2139\u2194-\u21aa]\ufe0f)[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
_BULLET = re.compile(
    r"^[ \t]*(?:(?P<sure>[•‣▪●◦∙✓✔►▶→*])|[-\u2013\u2014+]|\d{1,2}[.)])[ \t]+\S.*$", re.MULTILINE
)
_MARKUP = re.compile(
    r"\*\*[^*\n]{1,500}\*\*|^#{1,4} \S.*$|</?(?:b|i|u|a|p|br|em|strong|ul|ol|li)\b[^>\n]{0,200}>", re.M
)
_UNFILLED = re.compile(r"\[[^\[\]\n]{1,300}\]|\{[^{}\n]{0,300}\}")
_LEAST_LETTERS, _LEAST_WORDS = 10, 3


def emoji(text: str) -> list[Range]:
    """Where emoji stand, joined ones as one."""
    return [found.span() for found in _EMOJI.finditer(text)]


def lists(text: str) -> list[Range]:
    """Where lines of a list, or marks of formatting, stand; one dash alone may be a signature's."""
    lines = list(_BULLET.finditer(text))
    if len(lines) < 2 and not any(found["sure"] for found in lines):
        lines = []
    return sorted(found.span() for found in (*lines, *_MARKUP.finditer(text)))


def unfilled(text: str) -> list[Range]:
    """Where brackets or braces hold something to fill in."""
    return [found.span() for found in _UNFILLED.finditer(text)]


def shouted(text: str) -> list[Range]:
    """Where three words or more in a row are written in capitals."""
    return list(_shouted(text))


def _shouted(text: str) -> Iterator[Range]:
    row: list[re.Match[str]] = []
    for word in (*re.finditer(r"[^\W\d_]+", text), None):
        if word is not None and word.group().isupper():
            row.append(word)
            continue
        letters = sum(len(one.group()) for one in row)
        if len(row) >= _LEAST_WORDS and letters >= _LEAST_LETTERS:
            yield row[0].start(), row[-1].end()
        row = []
