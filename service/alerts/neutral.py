"""Words from strangers, made harmless for each place they are shown in. Pure.

Nothing here changes what a person reads: what is taken out cannot be seen, and what is put in is U+200B,
which takes no room and which comparing a reply with its approved words drops again (CONTRACTS §8.6).
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

BREAK = "\u200b"
LONGEST_LINK = 500

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{_BIDI}\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CALLS = re.compile(r"([@<])")  # @everyone; <!channel>, <@U123>, <at>
_LINKS = re.compile(r":(?=//)|(?<=\w)\.(?=[^\W\d_])|\](?=\()")  # https://, example.com, [here](…
_DISCORD_LISTS = re.compile(r"(?m:^)( *)([#>+-])|(?m:^)( *\d+)([.)])")
_DISCORD_MARKS = re.compile(r"[\\*_~`|\[\]]")
_FORMULA = re.compile(r"[\s'\"]*[=+\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20]")


def lines(text: str) -> str:
    """``text`` without what cannot be seen: controls, direction overrides, tags; lines end in ``\\n``."""
    text = _SURROGATE.sub("\ufffd", text)
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text).replace("\t", " "))
    return _BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str, longest: int = 120) -> str:
    """``text`` fit for a header, a name or a subject: one line, at most ``longest`` characters."""
    line = " ".join(lines(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def quiet(text: str) -> str:
    """``lines`` that call nobody and link nowhere, in any chat or mail program."""
    return _CALLS.sub(rf"\1{BREAK}", _LINKS.sub(lambda found: found.group() + BREAK, lines(text)))


def unformatted(text: str) -> str:
    """``text`` with every mark of Discord's Markdown escaped; there alone plain text cannot be asked for."""
    return _DISCORD_LISTS.sub(r"\1\3\\\2\4", _DISCORD_MARKS.sub(r"\\\g<0>", text))


def cell(text: str) -> str:
    """``text`` as a spreadsheet's cell: what would begin a formula is text (OWASP, "CSV Injection")."""
    return f"'{text}" if _FORMULA.match(text) else text


def link(address: str | None) -> str | None:
    """An address from a page, if it is a plain web address; None where it is anything else.

    What a chat program could read as a mention or as formatting is percent-encoded.
    """
    if not address or len(address) > LONGEST_LINK or _SURROGATE.search(address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    return quote(address, safe="/:?=&%#+,;~-._!$")
