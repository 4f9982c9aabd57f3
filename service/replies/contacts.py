"""Web addresses, e-mail addresses and telephone numbers in a reply, however they are dressed.

Works on the undressed text, so that full-width letters, invisible characters and look-alikes hide nothing.
Times, dates, prices, order numbers and opening hours are no telephone numbers. Every pattern is bounded: the
time it takes grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.replies.bounds import spoken_digits
from service.replies.grounds import word_list
from service.replies.patterns import Token

Range = tuple[int, int]

_ENDINGS = "|".join(sorted(word_list("endings")))
_WORD_ENDINGS = "|".join(sorted(word_list("word_endings")))
_LABELS = r"(?<![\w.@-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}"
_LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:h[tx]{2}ps?|ftp)\s?:\s?/\s?/?\s?[^\s]{0,200}",
        r"\bwww\s?\.\s?[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}(?:/[^\s]{0,200})?",
        rf"{_LABELS}\.(?:{_ENDINGS})(?![\w@-])(?:/[^\s]{{0,200}})?",
        rf"{_LABELS}\.(?:{_WORD_ENDINGS})(?:/[^\s]{{1,200}})",
        r"(?<![\w.@-])[\w-]{2,63}\.(?:de|es|it|co)(?=[,;:!?)]|\.?$|\.\s)",
        r"\b(?:at|on|see|visit|to|auf|unter|bei|en|visit[ae]|sur|chez)\s[\w-]{2,63}\.(?:de|es|it|co)\b",
        r"(?<![\w@-])[\w-]{2,63}\s?[\[(]?\s?(?:\bdot\b|\bpunto\b|\bpoint\b|\bpunkt\b|\.)\s?[\])]?\s?(?:com|org)\b",
        r"(?<![\w@-])[\w-]{2,63}\s?[\[(]?\s?(?:\bdot\b|\bpunto\b|\bpunkt\b)\s?[\])]?\s?(?:net|de|es|fr|uk|co)\b",
    )
)
_EMAILS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.+-])[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\s\.\s?|\.)[\w-]{2,63}(?:\.[\w-]{2,63}){0,3}",
        r"(?<![\w.+-])[\w.+-]{1,64}\s?[\[(]\s?(?:at|arroba|chez|a)\s?[\])]\s?[\w-]{1,63}",
        r"(?<![\w.+-])[\w.+-]{1,64}\s(?:at|arroba|chez|bei)\s(?:gmail|hotmail|outlook|yahoo|icloud|gmx)\b",
    )
)

_DAY, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
_NO_PHONE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d./-]){_YEAR}-\d\d?-\d\d?(?![\d-])",
        rf"(?<![\d./-]){_DAY}[./-]{_DAY}[./-](?:{_YEAR}|\d\d)(?!\d|[./-]\d)",
        rf"(?<![\d./-]){_DAY}[./]{_DAY}[.]?(?=\s?[-\u2010-\u2015]\s?{_DAY}[./])",
        rf"(?<!\d){_YEAR}\s?[-/\u2010-\u2015]\s?{_YEAR}(?!\d)",
        r"(?<![\d.])(?:[01]?\d|2[0-4])[.:h][0-5]\d(?!\d|\.\d)",
        r"[$\u20ac£¥]\s?\d{1,3}(?:[., ]\d{3}){0,3}(?:[.,]\d{1,2})?(?!\d)",
        r"(?<!\d)\d{1,3}(?:[., ]\d{3}){0,3}(?:[.,]\d{1,2})?\s?"
        r"(?:[$\u20ac£¥%]|euros?\b|eur\b|dollars?\b|usd\b|chf\b)",
        r"(?<![\d.])\d{1,2}(?:\.\d{3}){2,3}(?![.\d])",
        r"(?:#|\b(?:order|booking|reference|ref|ticket|case|invoice|confirmation|reservation|receipt|id|isbn"
        r"|pedido|reserva|factura|referencia|expediente|recibo|commande|dossier|facture|reservation|ticket"
        r"|bestellung|bestellnummer|auftrag|auftragsnummer|rechnung|rechnungsnummer|buchung|buchungsnummer"
        r"|vorgang|vorgangsnummer|kundennummer)\b)\W{0,3}(?:(?:number|no|nr|num|numero|n|id|code)\b\W{0,3}){0,2}"
        r"[\d-]{4,20}(?![\d-]|[ ./(]\d)",
    )
)
_NUMBER = re.compile(r"(?<![\w.,])(?:\+ ?|00)?\(?\d(?:[ ().\-/\u2010-\u2015]{0,3}\d){4,17}(?![\w])")
_RUNG = re.compile(
    r"\b(?:call|ring|phone|tel|telephone|text|whatsapp|mobile|cell|dial|llam\w{1,6}|telefono|movil|appel\w{1,4}"
    r"|joindre|portable|anruf\w{0,4}|rufen sie|telefon|handy|nummer|number|numero)\b[^\d]{0,25}$"
)
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # E.164 allows fifteen
_SPOKEN_AT_LEAST = 3


def links(plain: str) -> list[Range]:
    """Where web addresses stand in the undressed text."""
    return _apart(found.span() for pattern in _LINKS for found in pattern.finditer(plain))


def emails(plain: str) -> list[Range]:
    """Where people's e-mail addresses stand in the undressed text; a mailbox such as "info" is nobody's."""
    found = (one for pattern in _EMAILS for one in pattern.finditer(plain))
    return _apart(one.span() for one in found if not _is_shared(one.group()))


def _is_shared(address: str) -> bool:
    return re.split(r"[^a-z]", address, maxsplit=1)[0] in word_list("mailboxes")


def phones(plain: str, tokens: Sequence[Token]) -> list[Range]:
    """Where telephone numbers stand, in digits or spelled out."""
    if not any(map(str.isdecimal, plain)):
        return list(_spelled_out(tokens))
    for pattern in _NO_PHONE:
        plain = pattern.sub(_masked, plain)
    found = (one.span() for one in _NUMBER.finditer(plain) if _is_phone(one, plain))
    return _apart([*found, *_spelled_out(tokens)])


def _masked(found: re.Match[str]) -> str:
    return "x" * len(found.group())


def _is_phone(found: re.Match[str], plain: str) -> bool:
    digits = sum(map(str.isdecimal, found.group()))
    if digits > _MOST_DIGITS:
        return False
    return digits >= _FEWEST_DIGITS or bool(_RUNG.search(plain, max(0, found.start() - 40), found.start()))


def _spelled_out(tokens: Sequence[Token]) -> Iterator[Range]:
    """Rows of digits of which some are words: "five five five, one two …"."""
    begun, digits, spoken = 0, 0, 0
    for place, token in enumerate((*tokens, Token("", 0, 0, "."))):
        is_spoken = token.word in spoken_digits()
        if is_spoken or (token.word.isdecimal() and token.after != "."):
            begun = place if not digits else begun
            digits += 1 if is_spoken else len(token.word)
            spoken += is_spoken
            continue
        if digits >= _FEWEST_DIGITS and spoken >= _SPOKEN_AT_LEAST:
            yield tokens[begun].start, tokens[place - 1].end
        digits, spoken = 0, 0


def _apart(ranges: Iterator[Range] | Sequence[Range]) -> list[Range]:
    """``ranges`` in order; those that overlap as one."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
