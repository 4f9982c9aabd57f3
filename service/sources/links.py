"""Where an entry leads: the article's own address, without a redirect or what only tracks a reader. Pure."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, quote, urljoin, urlsplit

LONGEST = 2000  # characters: what every browser still opens
LONGEST_NAME = 500  # characters of an address as a name; a longer one is named by its hash

_GOOGLE = re.compile(r"www\.google\.(com|[a-z]{2}|com?\.[a-z]{2})")
_TRACKS = re.compile(
    r"(utm_|hsa_|mtm_|pk_)\w*|_hsenc|_hsmi|dclid|fbclid|gclid|gbraid|igshid|mc_[ce]id|mkt_tok|msclkid|oly_(anon|enc)_id"
    r"|s_cid|twclid|vero_(conv|id)|wbraid|yclid",
    re.IGNORECASE,
)
_AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"
_DEFAULT_PORT = {"http": 80, "https": 443}


def address(link: str | None, base: str) -> str | None:
    """The http(s) address that ``link`` means, seen from ``base``; None where it means none.

    Google's redirect is unwrapped, tracking parameters and text fragments are left out.
    """
    parts = _parts(link, base)
    if parts is None:
        return None
    if _GOOGLE.fullmatch(parts.hostname or "") and parts.path == "/url":
        parts = _parts(_wrapped(parts), "")
        if parts is None:
            return None
    query = "&".join(one for one in parts.query.split("&") if not _TRACKS.fullmatch(one.partition("=")[0]))
    fragment = parts.fragment.partition(":~:")[0]
    kept = "" if _TRACKS.fullmatch(fragment.partition("=")[0]) else fragment
    return parts._replace(query=query, fragment=kept).geturl()


def name_of(found: str) -> str:
    """What makes two addresses one article: not the scheme, "www.", nor a slash at the end."""
    parts = urlsplit(found)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, _DEFAULT_PORT.get(parts.scheme)) else ""
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return named(f"{host}{port}{parts.path.rstrip('/')}{query}{fragment}")


def named(name: str) -> str:
    """``name`` where it is short enough for a key, else its hash."""
    return name if len(name) <= LONGEST_NAME else f"sha256:{sha256(name.encode()).hexdigest()}"


def _parts(link: str | None, base: str) -> SplitResult | None:
    if not link or not link.strip():
        return None
    try:
        parts = urlsplit(quote(urljoin(base, link.strip()), safe=_AS_IT_IS, errors="replace"))
        usable = parts.scheme in _DEFAULT_PORT and parts.hostname and "@" not in parts.netloc
        _ = parts.port  # raises for what is no port
    except ValueError:
        return None
    whole = parts.geturl()
    return urlsplit(whole) if usable and len(whole) <= LONGEST else None


def _wrapped(parts: SplitResult) -> str | None:
    try:
        asked = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return None
    return next((asked[name][0] for name in ("url", "q") if name in asked), None)
