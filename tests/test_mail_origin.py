"""Where a mail comes from: our own receiver's word for the site's signature, and nothing else."""

from __future__ import annotations

from service.domain import Proof
from service.sites.mail.base import Mail
from service.sites.mail.origin import proof

GOOGLE = ("google.com",)


def origin(
    *results: str, sender: str = "businessprofile-noreply@google.com", by: str | None = "mx.ours"
) -> Proof:
    mail = Mail(sender=sender, subject="", text="", fingerprint=b"", results=results)
    return proof(mail, GOOGLE, by)


def test_a_signature_our_receiver_verified_proves_the_site() -> None:
    assert origin("mx.ours; dkim=pass header.d=google.com") is Proof.PROVEN


def test_nothing_is_proven_where_nobody_knows_what_our_receiver_is_called() -> None:
    assert origin("mx.ours; dkim=pass header.d=google.com", by=None) is Proof.UNPROVEN
