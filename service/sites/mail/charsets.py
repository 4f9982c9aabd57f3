"""Bytes in a mail to text: by the charset they claim, or by what they are where the claim is wrong."""

from __future__ import annotations

import binascii
import re

from service.sites.decode import decode

_JAPANESE = b"\x1b$"  # ISO-2022-JP is sound ASCII but for these, and no other text has them
_KANA = re.compile(r"[\u3041-\u30fe]")
_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_CONTROLS = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFEFF, *range(0xD800, 0xE000)]
)


def text_of(body: bytes, charset: str | None) -> str:
    """``body`` as text, its line ends ``\\n``, without control characters. Never raises."""
    told = decode(body, f"text/plain; charset={charset}" if charset else "text/plain")
    if "\ufffd" in told or (_JAPANESE in body and "2022" not in (charset or "")):
        told = _guessed(body) or told
    return told.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)


def transferred(body: bytes, encoding: str) -> bytes:
    """``body`` freed from its transfer encoding; what is broken in it is left out. Never raises."""
    match encoding:
        case "base64":
            letters = _BASE64.sub(b"", body)
            letters = letters[: -1 if len(letters) % 4 == 1 else None]
            return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
        case "quoted-printable":
            return binascii.a2b_qp(body)
    return body


def _guessed(body: bytes) -> str | None:
    """What unlabelled bytes are, where that can be told: UTF-8, Japanese by its kana, else Western."""
    for name in ("iso2022_jp", "utf-8", "cp932", "euc_jp"):
        try:
            told = body.decode(name)
        except UnicodeDecodeError:
            continue
        if name == "utf-8" or _KANA.search(told):
            return told
    try:
        return body.decode("cp1252")
    except UnicodeDecodeError:
        return None
