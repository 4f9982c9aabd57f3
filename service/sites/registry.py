"""Which sites there are, and whose a page is."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from urllib.parse import urlsplit

from service.domain import ReplyRules
from service.sites import aliases, generic
from service.sites.base import Site

_MODULES: tuple[str, ...] = (  # one line for each site, in the order of the alphabet
    "angi",
    "bbb",
    "bestpickreports",
    "dealerrater",
    "facebook",
    "google_maps",
    "homeadvisor",
    "justdial",
    "tripadvisor",
    "trustpilot",
    "yelp",
)

SITES: tuple[Site, ...] = (
    *(import_module(f"service.sites.{name}").SITE for name in _MODULES),
    *aliases.SITES,
)


def site_named(name: str) -> Site | None:
    """The site of that name; any other host's name ("hotels.com") is read the general way; else None."""
    return next((site for site in SITES if site.name == name), None) or generic.site_of(name)


def rules_of(name: str) -> ReplyRules:
    """What the site of that name asks of a reply; of a site nobody knows, nothing is known."""
    site = site_named(name)
    return site.reply if site else ReplyRules()


def site_for(url: str) -> Site | None:
    """The site an address belongs to: a known one by its hosts, else its host's own; None for no address."""
    host = host_of(url)
    return _of_host(host) if host else None


def host_of(url: str) -> str:
    """The host in an http(s) address, in lower case; "" where there is none."""
    try:
        parts = urlsplit(url.strip())
        return (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


@lru_cache(maxsize=1024)
def _of_host(host: str) -> Site | None:
    owner = next((site for site in SITES if any(_belongs(host, name) for name in site.hosts)), None)
    return owner or generic.site_of(generic.name_of(host))


def _belongs(host: str, name: str) -> bool:
    return host == name or host.endswith("." + name)
