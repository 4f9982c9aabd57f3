"""Whether a mail really comes from the site it names: our own receiver's word, or nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from service.domain import Proof
from service.sites.mail import results
from service.sites.mail.base import Mail
from service.sites.mail.results import Check

_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")


def proof(mail: Mail, site_domains: Iterable[str], authserv_id: str | None) -> Proof:
    """PROVEN where our own receiver verified a DKIM signature of the site's over a mail from the site.

    ``authserv_id`` is the name our receiver writes into its Authentication-Results; without one nothing is
    proven. Only the topmost header counts, and only where that name is in it: whatever stands below may have
    come with the mail. The signature must be of the sender's own domain among ``site_domains``, or of one
    below it. A mail quoted or attached in ``mail`` is never proven: a forwarder's pass says nothing of it.
    """
    domain = _owner(mail.domain, site_domains)
    if not authserv_id or domain is None or not mail.results:
        return Proof.UNPROVEN
    told = results.read(mail.results[0])
    if told is None or told.authserv_id != authserv_id.strip().lower():
        return Proof.UNPROVEN
    return Proof.PROVEN if any(_signed(check, domain) for check in told.checks) else Proof.UNPROVEN


def below(domain: str, owner: str) -> bool:
    """Whether ``domain`` is ``owner`` or one of its subdomains; names are compared in lower case."""
    return domain == owner or domain.endswith("." + owner)


def _owner(domain: str, site_domains: Iterable[str]) -> str | None:
    return next((owner for owner in site_domains if below(domain, owner.lower())), None)


def _signed(check: Check, domain: str) -> bool:
    """Whether this clause says that a signature of ``domain`` was verified; all it names must agree."""
    if (check.method, check.result) != ("dkim", "pass"):
        return False
    identity = check.told("header.i")
    signers = [check.told("header.d"), identity.rpartition("@")[2] if identity else None]
    named = [signer for signer in signers if signer is not None]
    return bool(named) and all(_DOMAIN.fullmatch(each) and below(each, domain) for each in named)
