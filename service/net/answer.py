"""A server's answer as we take it in: the headers that matter, and a body that has an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx2

from service.domain import Validators
from service.errors import Refused, Unreachable
from service.net.retry_after import read_retry_after
from service.sentences import say

KEPT_HEADERS = (
    "content-type",
    "etag",
    "last-modified",
    "location",
    "retry-after",
    "cf-mitigated",
    "x-amzn-waf-action",
)
ERROR_PAGE = 64_000  # bytes read of an answer that is not a page: what it says is in its status
UNPACKED = frozenset({"identity", "gzip", "deflate"})


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered. ``headers`` are those of ``KEPT_HEADERS`` it sent; ``url`` is what answered.

    ``body`` is unpacked for a success, and as sent, at most ``ERROR_PAGE`` bytes of it, for anything else.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    retry_after: datetime | None = None

    @property
    def content_type(self) -> str:
        """The Content-Type as sent; "" where none was."""
        return self.headers.get("content-type", "")

    @property
    def validators(self) -> Validators:
        """What to hand to the next look."""
        return Validators(etag=self.headers.get("etag"), last_modified=self.headers.get("last-modified"))


def take(answer: httpx2.Response, url: str, now: datetime, most: int, *, cut: bool) -> Response:
    """Read ``answer`` and close it. A body of more than ``most`` unpacked bytes is cut, or ``Refused``."""
    try:
        body = _page(answer, most, cut=cut) if answer.is_success else _read(answer.iter_raw(), ERROR_PAGE)
    finally:
        answer.close()  # a body read to its end leaves the connection open, and a 304 has one of no bytes
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    return Response(answer.status_code, url, headers, body, read_retry_after(headers.get("retry-after"), now))


def _page(answer: httpx2.Response, most: int, *, cut: bool) -> bytes:
    _require_known_encoding(answer.headers.get("content-encoding", ""))
    length = answer.headers.get("content-length", "")
    too_large = Refused(say("the page is larger than %(most)s MB", most=f"{most / 1_000_000:g}"))
    if not cut and length.isdigit() and int(length[:18]) > most:
        raise too_large
    body = _read(answer.iter_bytes(), most + 1)
    if len(body) > most and not cut:
        raise too_large
    return body[:most]


def _read(pieces: Iterator[bytes], most: int) -> bytes:
    taken: list[bytes] = []
    left = most
    for piece in pieces:
        taken.append(piece[:left])
        left -= len(piece)
        if left <= 0:
            break
    return b"".join(taken)


def _require_known_encoding(header: str) -> None:
    encodings = {part.strip().lower() for part in header.split(",") if part.strip()}
    if not encodings <= UNPACKED:
        raise Unreachable(say("answered in a compression we did not ask for"))
