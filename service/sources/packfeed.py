"""A brand's pack feed, asked for: one conditional request each minute, and the packs that are new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain import Validators
from service.errors import FeedRefused
from service.net.answer import Response
from service.net.client import Client

FEED_PATH = "/packs/feed.json"
RECEIPTS_PATH = "/packs/receipts"
LARGEST_PACK = 1024 * 1024  # bytes; two thousand items take 600 kB


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: ``statement`` is None where nothing changed since ``etag``."""

    statement: bytes | None
    etag: str | None


def fetch(client: Client, url: str, token: str, etag: str | None, now: datetime) -> Fetched:
    """The newest statement. Raises ``FeedRefused``, ``Refused`` and ``Unreachable``."""
    asked = f"{url.rstrip('/')}{FEED_PATH}"
    answer = client.fetch(asked, now=now, validators=Validators(etag=etag), bearer=token)
    if answer.status == 304 and etag:
        return Fetched(None, etag)
    _require(answer)
    return Fetched(answer.body, answer.validators.etag)


def fetch_pack(client: Client, url: str, token: str, sha256: str, now: datetime) -> bytes:
    """The bytes of one version, for the caller to check against its hash. Raises as ``fetch``."""
    asked = f"{url.rstrip('/')}/packs/{sha256}.toml"
    answer = client.fetch(asked, now=now, bearer=token, cut_at=LARGEST_PACK)
    _require(answer)
    return answer.body


def send_receipt(client: Client, url: str, receipt: bytes, header: Mapping[str, str], now: datetime) -> None:
    """Tell the brand that its recall is obeyed. Raises as ``fetch``."""
    headers = {"Content-Type": "application/json", **header}
    answer = client.send(f"{url.rstrip('/')}{RECEIPTS_PATH}", receipt, now=now, headers=headers)
    if answer.status not in (200, 204):
        raise FeedRefused(f"the brand did not take our receipt (HTTP {answer.status})")


def _require(answer: Response) -> None:
    if answer.status in (401, 403):
        raise FeedRefused("the brand does not admit us any more: ask for a new invitation")
    if answer.status != 200:
        raise FeedRefused(f"it answered with HTTP {answer.status}")
