"""Bytes of a page to text, whatever they claim to be."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_WHERE_META_STANDS = 4096
_WEB = re.compile(  # the encodings of the web; Python knows others, some of which are no encodings of text
    r"utf-8|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp125\d|cp866|cp874|cp932|cp949|koi8-[ru]|mac-(roman|cyrillic)"
    r"|gb2312|gbk|gb18030|big5(hkscs)?|euc_(jp|kr)|shift_jis|iso2022_jp"
)
# Browsers read these names as their supersets (WHATWG Encoding).
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
          "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"}  # fmt: skip
_LOOK_LIKE_UTF8 = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "iso2022_jp",
)  # their bytes are sound UTF-8, and nonsense


def decode(body: bytes, content_type: str | None) -> str:
    """The text of ``body``: by its byte order mark, its header, its own ``<meta>``, else as UTF-8.

    What cannot be decoded becomes U+FFFD. A page that names a legacy encoding but is sound UTF-8 is UTF-8:
    sites convert their pages and forget the label. Never raises.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    named = _named_in_header(content_type) or _named_in_page(body) or "utf-8"
    if named in _LOOK_LIKE_UTF8:
        return body.decode(named, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(named, "replace")


def _named_in_header(content_type: str | None) -> str | None:
    found = _HEADER.search(content_type or "")
    return _known(found[1]) if found else None


def _named_in_page(body: bytes) -> str | None:
    found = _META.search(body, 0, _WHERE_META_STANDS)
    name = _known(found[1].decode("ascii", "replace")) if found else None
    return None if name and name.startswith("utf-16") else name  # its own name could not be read in ASCII


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return _MEANT.get(name, name) if _WEB.fullmatch(name) else None
