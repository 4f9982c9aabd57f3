"""What a mail says, as JSON (``shopbell mail read``)."""

from __future__ import annotations

from typing import Any

from service.domain import Proof
from service.sites import printed as pages
from service.sites.mail.base import Mail, MailReading
from service.sites.mail.mime import parse
from service.sites.mail.origin import proof
from service.sites.mail.reading import read_mail, speaking
from service.sites.mail.registry import mail_site_named


def printed(raw: bytes, authserv_id: str | None) -> dict[str, Any]:
    """What is read in the mail ``raw`` with no shape taught, as plain JSON values; absent facts None."""
    mail = parse(raw)
    reading = read_mail(mail, {})
    return {
        "kind": reading.kind.value,
        "site": reading.site,
        "evidence": list(reading.evidence),
        "sender": speaking(mail).sender,
        "origin": _origin(mail, reading, authserv_id).value,
        "listing": {"name": reading.clues.name, "keys": list(reading.clues.listing_keys)},
        "link": reading.link,
        "reviews": [pages.item(item) for item in reading.items],
    }


def _origin(mail: Mail, reading: MailReading, authserv_id: str | None) -> Proof:
    site = mail_site_named(reading.site) if reading.site else None
    return proof(mail, site.domains, authserv_id) if site else Proof.NONE
