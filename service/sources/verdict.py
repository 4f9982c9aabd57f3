"""What an answer amounts to: every one is exactly one outcome. Pure.

An answer that is not a page of reviews raises what it is instead; evidence is in our own words, never the
page's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from service.domain import Look, Outcome, Route, Validators
from service.errors import (
    Gone,
    Limited,
    LookFailed,
    NotAListing,
    PageChanged,
    SignedOut,
    Unreachable,
    Walled,
)
from service.net.answer import Response
from service.sentences import say
from service.sites.base import Reading, Site
from service.sites.decode import decode
from service.sources.records import records_sha256

Read = Callable[[str, str, datetime], Reading]
"""A page's text, its address and the moment it was fetched, to facts; raises ``LookFailed``."""

_READABLE = re.compile(r"(text/(html|plain|xml)|application/([a-z.]+\+)?(xml|json))?", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}", re.IGNORECASE)
_SIGN_IN = re.compile(
    r"(^|/)(authwall|checkpoint|log[-_]?in|login|logon|servicelogin|session/new|sign[-_]?in|sso)([/.;]|$)",
    re.IGNORECASE,
)
_SIGN_IN_HOST = re.compile(r"(account|accounts|auth|id|login|signin|sso)\.")
_CHALLENGE = re.compile(
    r"(^|/)(captcha|challenge|cdn-cgi/challenge-platform|_incapsula_resource|sorry/index|sorry)([/.;]|$)",
    re.IGNORECASE,
)
_CHALLENGE_HOST = re.compile(r"(geo\.captcha-delivery\.com|validate\.perfdrive\.com|consent\.[a-z.]+)$")


def look_of(
    response: Response,
    asked: str,
    site: Site,
    *,
    read: Read,
    cache: Validators,
    known_total: int | None,
    now: datetime,
    route: Route = Route.PAGE,
) -> Look:
    """The look that ``response`` to ``asked`` came to. Raises ``LookFailed`` for what is no reading."""
    if response.status == 304 and cache != Validators():
        return Look(Outcome.UNCHANGED, ("HTTP 304",), cache=renewed(cache, response))
    require_page(response, asked, site)
    body = hashlib.sha256(response.body).digest()
    if body == cache.body_sha256:
        return Look(Outcome.UNCHANGED, (say("the same page, byte for byte"),), cache=renewed(cache, response))
    reading = read(decode(response.body, response.content_type), response.url, now)
    outcome = _heard(reading, known_total)
    records = records_sha256(reading)
    fresh = Validators(response.validators.etag, response.validators.last_modified, body, records)
    if records == cache.records_sha256:
        return Look(Outcome.UNCHANGED, (say("the same reviews on a page that changed"),), cache=fresh)
    return Look(outcome, reading.evidence, reading.observed(route, now), fresh)


def failed(error: LookFailed) -> Look:
    """The look that ended so. Nothing is remembered of it: the next one is made without conditions."""
    return Look(error.outcome, error.evidence, retry_after=error.retry_after)


def require_page(response: Response, asked: str, site: Site) -> None:
    """Return where ``response`` is a page to read; raise what it is instead."""
    require_success(response)
    _require_same_place(response.url, asked, site)
    _require_text(response)


def require_success(response: Response) -> None:
    """Return where ``response`` brings what was asked for; raise what its status or a challenge means."""
    if response.headers.get("cf-mitigated", "").lower() == "challenge":
        raise Walled(say("HTTP %(status)s: a challenge (Cloudflare)", status=response.status))
    if "x-amzn-waf-action" in response.headers:
        raise Walled(say("HTTP %(status)s: a challenge (AWS WAF)", status=response.status))
    _require_good_status(response)


def _require_good_status(response: Response) -> None:
    status, told = response.status, f"HTTP {response.status}"
    if status in (200, 203):
        return
    if status in (404, 410):
        raise Gone(told)
    if status == 429 or (status == 503 and response.retry_after):
        raise Limited(told, retry_after=response.retry_after)
    if status in (408, 425) or 500 <= status <= 599:
        raise Unreachable(told)
    if 300 <= status <= 399:
        raise Unreachable(say("%(told)s that leads nowhere", told=told))
    if status == 451:
        raise Walled(say("%(told)s: withheld for legal reasons", told=told))
    if 200 <= status <= 299:
        raise PageChanged(say("%(told)s in place of a page", told=told))
    raise Walled(told)


def _require_same_place(final: str, asked: str, site: Site) -> None:
    there, here = urlsplit(final), urlsplit(asked)
    if (there.netloc, there.path) == (here.netloc, here.path):
        return
    if is_challenge(there):
        raise Walled(say("redirected to a challenge"))
    if is_sign_in(there) and not is_sign_in(here):
        raise SignedOut(say("redirected to a sign-in page"))
    if there.path in ("", "/") and here.path not in ("", "/"):
        raise NotAListing(say("redirected to a home page"))
    if not _belongs(there.hostname or "", site):
        raise NotAListing(say("redirected to another site"))
    wanted, got = site.listing(here), site.listing(there)
    if wanted and not got:
        raise NotAListing(say("redirected to a page that is no listing"))
    if wanted and got and wanted.key != got.key:
        raise NotAListing(say("redirected to another listing"))


def _belongs(host: str, site: Site) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in site.hosts)


def is_sign_in(parts: SplitResult) -> bool:
    """Whether an address is that of a sign-in page."""
    return bool(_SIGN_IN.search(parts.path) or _SIGN_IN_HOST.match(parts.hostname or ""))


def is_challenge(parts: SplitResult) -> bool:
    """Whether an address is that of a challenge to programs."""
    return bool(_CHALLENGE.search(parts.path) or _CHALLENGE_HOST.search(parts.hostname or ""))


def _require_text(response: Response) -> None:
    media_type = response.content_type.partition(";")[0].strip()
    if not _READABLE.fullmatch(media_type):
        named = media_type.lower() if _MEDIA_TYPE.fullmatch(media_type) else say("something unnamed")
        raise NotAListing(say("not a page but %(named)s", named=named))
    if not response.body.strip():
        raise PageChanged(say("an empty page"))


def _heard(reading: Reading, known_total: int | None) -> Outcome:
    if reading.items:
        return Outcome.OK
    if reading.site_total is None:
        raise PageChanged(say("no review readable"), say("no count of reviews on the page"))
    if expected := reading.site_total or known_total:
        raise PageChanged(say("0 reviews readable where there are %(expected)s", expected=expected))
    return Outcome.EMPTY


def renewed(cache: Validators, response: Response) -> Validators:
    """What to hand to the next look after one that changed nothing."""
    fresh = response.validators
    return Validators(
        fresh.etag or cache.etag,
        fresh.last_modified or cache.last_modified,
        cache.body_sha256,
        cache.records_sha256,
    )
