"""The mails in ``tests/mails``: each ``<case>.eml`` stands beside a ``<case>.json`` that says what it is.

The JSON holds the name our own receiver signs with (``authserv_id``), and ``expected``: what is read of the
mail. All names, places and texts in them are invented.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from service.sites.mail.base import Mail, MailReading
from service.sites.mail.mime import parse
from service.sites.mail.origin import proof
from service.sites.mail.reading import read_mail, speaking
from service.sites.mail.registry import known_sender
from service.sites.printed import item as printed_item

MAILS = Path(__file__).parent / "mails"
_ODDITIES = [
    b"\x00",
    b"\xff\xfe",
    b"=?",
    b"--",
    b"\r\n\r\n",
    b"<",
    b"(((",
    b'"',
    b"\xed\xa0\x80",
    b"&#0;",
    b"=3D",
]


def cases(site: str = "") -> list[str]:
    """Every case of a site, whether its mail or only its JSON is there: half a pair fails its test."""
    return sorted({path.stem for path in MAILS.glob(f"{site}*")})


def raw(case: str) -> bytes:
    """The mail of a case."""
    return (MAILS / f"{case}.eml").read_bytes()


def told(case: str) -> dict[str, Any]:
    """What the JSON of a case says."""
    return json.loads((MAILS / f"{case}.json").read_bytes())


def read(case: str) -> dict[str, Any]:
    """The mail of a case, as its JSON tells it."""
    mail = parse(raw(case))
    return printed(read_mail(mail, {}), mail, told(case)["authserv_id"])


def printed(reading: MailReading, mail: Mail, authserv_id: str | None) -> dict[str, Any]:
    """A reading as plain JSON values."""
    site = known_sender(speaking(mail))
    return {
        "kind": reading.kind.value,
        "site": reading.site,
        "proof": proof(mail, site.domains if site else (), authserv_id).value,
        "reviews": [
            {"kind": each.kind.value, "ids": dict(each.ids), "translated": each.translated}
            | printed_item(each)
            for each in reading.items
        ],
        "listing_keys": list(reading.clues.listing_keys),
        "place": reading.clues.name,
        "link": reading.link,
        "code": reading.code,
        "teachable": reading.shape is not None,
    }


@st.composite
def mangled(draw: st.DrawFn, mail: bytes) -> bytes:
    """``mail`` after up to four accidents on its way."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(mail)))
        end = min(len(mail), start + draw(st.integers(0, 400)))
        accident = draw(st.sampled_from(["cut", "lose", "double", "reverse", "insert"]))
        mail = {
            "cut": mail[:start],
            "lose": mail[:start] + mail[end:],
            "double": mail[:end] + mail[start:],
            "reverse": mail[:start] + mail[start:end][::-1] + mail[end:],
            "insert": mail[:start] + draw(st.sampled_from(_ODDITIES)) + mail[start:],
        }[accident]
    return mail
