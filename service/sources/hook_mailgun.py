"""Mailgun's routes: a form signed by HMAC-SHA256 over its timestamp and token, the mail in ``body-mime``.

Sources, read in November 2026: documentation.mailgun.com, "Receive HTTP" (raw MIME only to an address that
ends in ``mime``; 406 ends it, anything else but 200 is tried again for 8 hours) and "Securing Webhooks".
The signature does not cover the mail, so each token is good for one mail only.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.sources.hook import Fetch, Posted, Provider, Taken, forged, unusable

OLDEST = 9 * 3600  # seconds: a mail is tried again for 8 hours
AHEAD = 300  # seconds that a clock there may be before ours


def check(posted: Posted, secret: Mapping[str, Any], now: datetime, _fetch: Fetch) -> Taken:
    """As ``hook.Check``."""
    stamp, token, signature = (posted.fields.get(name, b"") for name in ("timestamp", "token", "signature"))
    right = hmac.new(str(secret["key"]).encode(), stamp + token, "sha256").hexdigest()
    if not token or not hmac.compare_digest(right.encode(), signature):
        raise forged("Mailgun's signature does not fit: check the HTTP webhook signing key.")
    if not stamp.isdigit() or not -AHEAD <= now.timestamp() - int(stamp[:12]) <= OLDEST:
        raise forged("Mailgun's signature is too old: check this machine's clock.")
    mail = posted.fields.get("body-mime")
    if not mail:
        raise unusable("Mailgun posted no raw mail: let the route forward to the address that ends in /mime.")
    return Taken(mail, once=token[:100].decode("ascii", "replace"), once_at=int(stamp[:12]))


MAILGUN = Provider(
    "mailgun",
    "Mailgun",
    check,
    (
        "Send > Receiving > Create route: match the recipient, action Forward, and paste the address.",
        "It must end in /mime, or Mailgun posts no raw mail.",
    ),
    key="the HTTP webhook signing key (Settings > API security)",
    suffix="/mime",
)
