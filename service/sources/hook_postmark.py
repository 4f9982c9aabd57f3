"""Postmark's inbound stream: JSON with the mail in ``RawEmail``. The secret address is the proof.

Sources, read in November 2026: postmarkapp.com/developer/webhooks/inbound-webhook and "Understanding inbound
webhook retries": 403 ends it, anything else but 200 is tried again for ten hours. Postmark signs nothing;
its own advice is a secret in the address, which ours is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from service.sources.hook import Fetch, Posted, Provider, Taken, unusable


def check(posted: Posted, _secret: Mapping[str, Any], _now: datetime, _fetch: Fetch) -> Taken:
    """As ``hook.Check``."""
    try:
        said = orjson.loads(posted.body)
    except orjson.JSONDecodeError:
        raise unusable("What came to Postmark's address was no JSON.", 422) from None
    mail = said.get("RawEmail") if isinstance(said, dict) else None
    if not isinstance(mail, str) or not mail:
        raise unusable(
            'Postmark posted no raw mail: switch on "Include raw email content in JSON payload" there.'
        )
    return Taken(mail.encode("utf-8", "replace"))


POSTMARK = Provider(
    "postmark",
    "Postmark",
    check,
    (
        "Server > Default Inbound Stream > Settings > Webhook: paste the address.",
        'Switch on "Include raw email content in JSON payload".',
    ),
)
