"""Whether a mail really comes from the site it names: our own receiver's word, or nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from service.domain import Proof
from service.sites.mail import results
from service.sites.mail.base import Mail
from service.sites.mail.results import Check

_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")


def proof(mail: Mail, site_domains: Iterable[str], authserv_id: str | None) -> Proof:
    """PROVEN where our own receiver verified a DKIM signature of the site's over a mail from the site.

    ``authserv_id`` is the name our receiver writes into its Authentication-Results; without one nothing is
    proven. Some write several headers under several names, or one under the name of whichever host it was:
    then it holds all names with spaces between, or "*.mx.example" for any host below.

    Only the topmost header counts, with those right below it that bear the other names: what stands further
    down, or bears a name once more, may have come with the mail. The signature must be of the sender's own
    domain among ``site_domains``, or of one below it. A mail quoted or attached in ``mail`` is never proven:
    a forwarder's pass says nothing of it.
    """
    domain = _owner(mail.domain, site_domains)
    if not authserv_id or domain is None:
        return Proof.UNPROVEN
    checks = _ours(mail.results, authserv_id.lower().split())
    return Proof.PROVEN if any(_signed(check, domain) for check in checks) else Proof.UNPROVEN


def _ours(values: Iterable[str], names: list[str]) -> Iterator[Check]:
    """What our receiver found: from the top, as long as each header bears a name that none above it has."""
    for value in values:
        told = results.read(value)
        name = next((name for name in names if told and _bears(told.authserv_id, name)), None)
        if told is None or name is None:
            return
        names = [each for each in names if each != name]
        yield from told.checks


def _bears(authserv_id: str, name: str) -> bool:
    return authserv_id.endswith(name[1:]) if name.startswith("*.") else authserv_id == name


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
