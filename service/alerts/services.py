"""From an address on the allow-list to Apprise's service for it, with every switch as we want it.

Only the plugins on the list are ever loaded: all 150 of Apprise's would cost 26 MB, one costs 8.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from service.alerts.schemes import SCHEMES, Scheme
from service.errors import UnusableChannel
from service.sentences import say

if TYPE_CHECKING:
    from apprise import AppriseAsset
    from apprise.plugins.base import NotifyBase

SECONDS = 30.0  # for one message, whatever the server does
SOCKET_SECONDS = 10.0


def channel_url(text: str) -> str:
    """The address, if alerts may go there. Raises ``UnusableChannel`` with what is wrong with it."""
    service_of(text.strip())
    return text.strip()


def service_of(url: str) -> tuple[NotifyBase, Scheme]:
    """The service behind an address, ready to send. Raises ``UnusableChannel``."""
    _keep_quiet()
    plugin, read = _read(url)
    name = str(read["schema"])
    scheme = SCHEMES[name]
    options = {key for key in read["qsd"] if not (scheme.free and key[:1] in "+-:")}
    if strange := sorted(options - scheme.options):
        raise UnusableChannel(
            say(
                "The %(name)s:// address has an option that is not allowed: %(strange)s.",
                name=name,
                strange=strange[0],
            )
        )
    try:
        service: NotifyBase = plugin(**read | {"asset": _asset()})
    except TypeError:  # what Apprise raises for an address that is not whole
        raise UnusableChannel(
            say("The %(name)s:// address is not complete, or not as the service wants it.", name=name)
        ) from None
    _set_switches(service)
    return service, scheme


def _read(url: str) -> tuple[Any, dict[str, Any]]:
    name = _scheme_name(url)
    if name in SCHEMES:
        plugin = _plugin(SCHEMES[name])
        read = plugin.parse_url(url.replace("/#", "/%23"))  # a "#channel" is no fragment
        if read:
            return plugin, read
        raise UnusableChannel(say("The %(name)s:// address is not complete.", name=name))
    if name == "https":
        for plugin in (_plugin(scheme) for scheme in SCHEMES.values() if scheme.pasted):
            if read := plugin.parse_native_url(url):
                return plugin, read
    allowed = ", ".join(f"{known}://" for known in SCHEMES)
    hint = " Mail goes by kind `mail`." if name.startswith("mailto") else ""
    raise UnusableChannel(
        say(
            "Alerts cannot go to this kind of address.%(hint)s These are allowed: %(allowed)s.",
            hint=hint,
            allowed=allowed,
        )
    )


def _scheme_name(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _plugin(scheme: Scheme) -> Any:
    module, name = scheme.plugin
    return getattr(import_module(f"apprise.plugins.{module}"), name)


def _set_switches(service: NotifyBase) -> None:
    """Whatever the address says: no redirects, certificates verified, in time, no pictures from elsewhere."""
    service.redirects = False
    service.verify_certificate = True
    service.socket_connect_timeout = service.socket_read_timeout = SOCKET_SECONDS
    if hasattr(service, "include_image"):
        service.include_image = False


def _asset() -> AppriseAsset:
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="Shopbell",
        app_desc="Shopbell",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        http_redirects=False,
        async_mode=False,
        secure_logging=True,
        storage_mode="memory",
        interpret_emojis=False,
        interpret_escapes=False,
        service_timeout=SECONDS,
    )


def _keep_quiet() -> None:
    """Apprise logs what servers say, below a warning whole messages, and urllib3 addresses with their tokens.

    Results still carry Apprise's warnings; only the log does not.
    """
    log = logging.getLogger("apprise")
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
