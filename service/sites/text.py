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
_MARKUP = re.compile(r"""<[a-zA-Z/!?](?:[^>"]++|"[^"]{0,4000}+"){0,200}+>""")
_SIMPLE = re.compile(r"[!-%'-;=?-~]+(?: [!-%'-;=?-~]+)*")  # plain ASCII, nothing to resolve in it
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, *range(0x20), *range(0x7F, 0xA0)])


def clean(value: object) -> str | None:
    """A body of text: entities and stray markup resolved, NFC, spaces collapsed, line breaks kept.

    Runs of breaks become one; nothing left, or no string at all, is None. Never raises.
    """
    if not isinstance(value, str):
        return None
    if _SIMPLE.fullmatch(value):
        return value
    return _tidy(_without_stray_markup(value)) or None


def line(value: object) -> str | None:
    """The same for what stands on one line (names, titles, addresses): breaks become spaces."""
    if isinstance(value, str) and _SIMPLE.fullmatch(value):
        return value
    words = clean(value)
    return words.replace("\n", " ") if words else None


def of(node: LexborNode | None, *, lines: bool = False) -> str | None:
    """The words a person sees in ``node``: ``<br>`` and block ends are breaks; scripts, styles and buttons
    are silent. ``lines`` keeps the source's own line breaks, for elements the site shows pre-formatted."""
    if node is None:
        return None
    source = node.html or ""
    inner = source[source.find(">") + 1 : source.rfind("<")]
    if _SIMPLE.fullmatch(inner):
        return inner
    if "<" not in inner:
        return _tidy(html.unescape(inner if lines else _one_line(inner))) or None
    markup = _BREAK.sub("\n", _SILENT.sub("", source if lines else _one_line(source)))
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
    lines = (" ".join(line.split()) for line in value.splitlines())
    return "\n".join(told for line in lines if (told := _seen(line)))


def _seen(line: str) -> str:
    """``line`` without controls, soft hyphens and zero-width spaces, its half characters marked, in NFC."""
    if line.isascii() and line.isprintable():
        return line
    if not line.isprintable():
        line = line.translate(_UNSEEN)
        if _SURROGATE.search(line):
            line = line.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", line).strip()
