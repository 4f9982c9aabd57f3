"""Links in plain text, and the words they stand under: ``Read review``, then ``<https://…>``."""

from __future__ import annotations

import re

from service.sites.mail.base import Link

MOST_LINKS = 200
LONGEST_HREF = 4000
LONGEST_WORDS = 200
URL = re.compile(r"https?://[^\s<>\"\[\]{}|\\^`]{1,4000}+", re.IGNORECASE)
_ALONE = re.compile(r"\(?https?://[^\s<>\"\[\]]{1,4000}+", re.IGNORECASE)
_TARGET = re.compile(r"[<\[]\s*https?://[^\s<>\"\[\]]{1,4000}+\s*[>\]]", re.IGNORECASE)


def of_text(text: str) -> tuple[Link, ...]:
    """The links in ``text``, each under the words before it on its line, else under the line above it."""
    links: list[Link] = []
    above = ""
    for line in text.split("\n"):
        place, words = 0, ""
        for found in URL.finditer(line):
            if len(links) == MOST_LINKS:
                return tuple(links)
            words = line[place : found.start()].strip(" <[(\t>])")
            links.append(Link(_trimmed(found.group()), " ".join((words or above).split())[:LONGEST_WORDS]))
            place = found.end()
        if without_targets(line):
            above = line
    return tuple(links)


def without_targets(line: str) -> str:
    """``line`` as a person reads it: without the targets of links that plain parts write in brackets.

    "" for a line that is nothing but an address.
    """
    rest = " ".join(_TARGET.sub(" ", line).split())
    return "" if _ALONE.fullmatch(rest) else rest


def _trimmed(url: str) -> str:
    """Without the mark that ends the sentence or the bracket around it."""
    while url[-1] in ".,;:!?'" or (url.endswith(")") and url.count("(") < url.count(")")):
        url = url[:-1]
    return url
