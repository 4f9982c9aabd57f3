"""Words as people wrote them, freed from how a page carried them."""

from __future__ import annotations

import html
import re
import unicodedata

from selectolax.lexbor import LexborNode

_ATTRIBUTES = r"""(?:\s(?:[^<>"]|"[^"<>]*"){0,2000})?"""
_BREAK = re.compile(rf"<(?:br|/p|/div|/li|/h[1-6]|/tr|/blockquote){_ATTRIBUTES}/?>", re.IGNORECASE)
_STRAY = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|div|em|font|h[1-6]|i|img|li|mark|ol|p|s|small|span|strong|sub|sup|u|ul|wbr)"
    rf"{_ATTRIBUTES}/?>",
    re.IGNORECASE,
)
_SILENT = re.compile(r"<(script|style|noscript|template|svg|button)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_MARKUP = re.compile(r"""<[a-zA-Z/!?](?:[^>"]|"[^"]*")*>""")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF])
_LINE_ENDS = dict.fromkeys([0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n")
_CONTROLS = dict.fromkeys([*range(9), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)], " ")
_TRANSLATION = _UNSEEN | _LINE_ENDS | _CONTROLS


def clean(value: object) -> str | None:
    """A body of text: entities and stray markup resolved, NFC, spaces collapsed, line breaks kept.

    Runs of breaks become one; nothing left, or no string at all, is None. Never raises.
    """
    if not isinstance(value, str):
        return None
    return _tidy(_without_stray_markup(value)) or None


def line(value: object) -> str | None:
    """The same for what stands on one line (names, titles, addresses): breaks become spaces."""
    words = clean(value)
    return words.replace("\n", " ") if words else None


def of(node: LexborNode | None) -> str | None:
    """The words a person sees in ``node``: ``<br>`` and block ends are breaks; scripts, styles and buttons
    are silent."""
    if node is None:
        return None
    markup = _BREAK.sub("\n", _SILENT.sub("", _one_line(node.html or "")))
    return _tidy(html.unescape(_MARKUP.sub("", markup))) or None


def line_of(node: LexborNode | None) -> str | None:
    """The words in ``node`` on one line."""
    words = of(node)
    return words.replace("\n", " ") if words else None


def _one_line(markup: str) -> str:
    return markup.replace("\r", " ").replace("\n", " ")


def _without_stray_markup(value: str) -> str:
    for _ in range(2):  # entities are at times escaped twice: &amp;#39;
        if "&" not in value:
            break
        value = html.unescape(value)
    if "<" not in value:
        return value
    return _STRAY.sub("", _BREAK.sub("\n", value))


def _tidy(value: str) -> str:
    value = value.replace("\r\n", "\n").translate(_TRANSLATION)
    if not value.isascii():
        if _SURROGATE.search(value):
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        value = unicodedata.normalize("NFC", value)
    return _BREAKS.sub("\n", _SPACES.sub(" ", value)).strip()
