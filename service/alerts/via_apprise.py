"""Chat, push, text messages and hooks, by way of Apprise.

Apprise opens its own connections, so the guard cannot hand it the address that was checked: each host is
resolved and checked just before, redirects are off, certificates are verified, and what may be opened is the
allow-list in ``schemes``. Between check and connection a name could in theory still change where it leads;
the README says so.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from service.alerts.channels import Parcel
from service.alerts.compose import Message, compose
from service.alerts.schemes import NTFY_CLOUD, SCHEMES, Scheme
from service.domain import Urgency
from service.errors import DeliveryFailed, Refused, Unreachable, UnusableChannel
from service.net.guard import Guard

if TYPE_CHECKING:
    from apprise import AppriseAsset
    from apprise.plugins.base import NotifyBase

SECONDS = 30.0  # for one message, whatever the server does
SOCKET_SECONDS = 10.0
AGAIN = frozenset({408, 425, 429})

_ANSWERED = re.compile(r"error=(\d{3})\b")
_TYPE = {Urgency.HELD: "failure", Urgency.HIGH: "warning"}


def channel_url(text: str) -> str:
    """The address, if alerts may go there. Raises ``UnusableChannel`` with what is wrong with it."""
    _instance(text.strip())
    return text.strip()


class AppriseSender:
    """Sends by any scheme on the allow-list."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def send(self, parcel: Parcel, now: datetime) -> None:
        """As ``Sender.send``."""
        try:
            service, scheme = _instance(parcel.target)
        except UnusableChannel as error:
            raise DeliveryFailed(str(error), permanent=True) from None
        self._check(service, scheme)
        _notify(service, compose(parcel.facts, scheme.medium, parcel.ways))

    def _check(self, service: NotifyBase, scheme: Scheme) -> None:
        for host, port in _opens(service, scheme):
            try:
                checked = self._guard.check_host(host, port)
            except Refused as error:
                raise DeliveryFailed(
                    f"The channel was refused: {error.evidence[0]}.", permanent=True
                ) from None
            except Unreachable as error:
                raise DeliveryFailed(
                    f"The channel was not found: {error.evidence[0]}.", permanent=False
                ) from None
            if not scheme.encrypted and any(address.is_global for address in checked.addresses):
                raise DeliveryFailed(
                    "The channel is not encrypted and leads outside this network; use its encrypted form "
                    "(jsons://, ntfys://).",
                    permanent=True,
                )


def _opens(service: NotifyBase, scheme: Scheme) -> list[tuple[str, int]]:
    if scheme.hosts:
        return [(host, 443) for host in scheme.hosts]
    if getattr(service, "mode", None) == "cloud":
        return [(NTFY_CLOUD, 443)]
    return [(str(service.host), int(service.port or (443 if service.secure else 80)))]


def _notify(service: NotifyBase, message: Message) -> None:
    from apprise import Apprise
    from apprise.result import AppriseResultStatus

    carrier = Apprise(asset=service.asset)
    carrier.add(service)
    result = carrier.notify(
        body=message.text,
        title=message.subject,
        notify_type=_TYPE.get(message.priority, "info"),
        body_format="text",
        timeout=SECONDS,
    )
    if result:
        return
    if result.status is AppriseResultStatus.TIMEOUT:
        raise DeliveryFailed(f"{service.service_name} did not answer in {SECONDS:g} s.", permanent=False)
    codes = [int(code) for entry in result.logs() for code in _ANSWERED.findall(entry.message)]
    raise _as_failure(str(service.service_name), codes)


def _as_failure(name: str, codes: list[int]) -> DeliveryFailed:
    if not codes:
        return DeliveryFailed(f"{name} could not be reached, or did not take the message.", permanent=False)
    permanent = all(300 <= code <= 499 and code not in AGAIN for code in codes)
    return DeliveryFailed(f"{name} answered {codes[-1]}.", permanent=permanent)


def _instance(url: str) -> tuple[NotifyBase, Scheme]:
    """The service behind an address, its scheme allowed and its every switch as we want it."""
    read, scheme = _read(url)
    from apprise import Apprise

    service = Apprise.instantiate(read, asset=_asset())
    if service is None:
        raise UnusableChannel(f"The {read['schema']}:// address is incomplete; see docs/settings.md.")
    service.redirects = False
    service.verify_certificate = True
    service.socket_connect_timeout = service.socket_read_timeout = SOCKET_SECONDS
    if hasattr(service, "include_image"):
        service.include_image = False
    return service, scheme


def _read(url: str) -> tuple[dict[str, Any], Scheme]:
    from apprise.plugins import url_to_dict

    _keep_quiet()
    parse: Any = url_to_dict
    read = parse(url) or {}
    name = str(read.get("schema", ""))
    scheme = SCHEMES.get(name)
    if scheme is None:
        allowed = ", ".join(f"{known}://" for known in SCHEMES)
        hint = " Mail goes by kind `mail`." if name.startswith("mailto") else ""
        raise UnusableChannel(
            f"Alerts cannot go to this kind of address.{hint} These are allowed: {allowed}."
        )
    options = {key for key in read.get("qsd", {}) if not (scheme.free and key[:1] in "+-:")}
    if strange := sorted(options - scheme.options):
        raise UnusableChannel(f"The {name}:// address has an option that is not allowed: {strange[0]}.")
    return read, scheme


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
    """Below a warning Apprise logs whole messages, and urllib3 addresses with the tokens in them."""
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
