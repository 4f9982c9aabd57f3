"""Chat, push, text messages and hooks, by way of Apprise.

Apprise opens its own connections, so the guard cannot hand it the address that was checked: each host is
resolved and checked just before, redirects are off, certificates are verified, and what may be opened is the
allow-list in ``schemes``. Between check and connection a name could in theory still change where it leads;
the README says so.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from service.alerts import services
from service.alerts.channels import Parcel
from service.alerts.compose import Message, compose
from service.alerts.schemes import NTFY_CLOUD, Scheme
from service.domain import Urgency
from service.errors import DeliveryFailed, Refused, Unreachable, UnusableChannel
from service.net.guard import Guard
from service.sentences import say

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

AGAIN = frozenset({408, 425, 429})

_ANSWERED = re.compile(r"error=(\d{3})\b")
_TYPE = {Urgency.HELD: "failure", Urgency.HIGH: "warning"}


class AppriseSender:
    """Sends by any scheme on the allow-list."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def send(self, parcel: Parcel, now: datetime) -> None:
        """As ``channels.Sender.send``."""
        try:
            service, scheme = services.service_of(parcel.target)
        except UnusableChannel as error:
            raise DeliveryFailed(str(error), permanent=True) from None
        for host, port in _opens(service, scheme):
            self._check(host, port, encrypted=scheme.encrypted)
        _notify(service, compose(parcel.facts, scheme.medium, parcel.ways, parcel.tongue))

    def _check(self, host: str, port: int, *, encrypted: bool) -> None:
        try:
            checked = self._guard.check_host(host, port)
        except Refused as error:
            raise DeliveryFailed(
                say("The channel was refused: %(evidence)s.", evidence=error.evidence[0]), permanent=True
            ) from None
        except Unreachable as error:
            raise DeliveryFailed(
                say("The channel was not found: %(evidence)s.", evidence=error.evidence[0]), permanent=False
            ) from None
        if not encrypted and any(address.is_global for address in checked.addresses):
            raise DeliveryFailed(
                say(
                    "The channel is not encrypted and leads outside this network; use its encrypted form "
                    "(jsons://, ntfys://)."
                ),
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
        timeout=services.SECONDS,
    )
    if result:
        return
    if result.status is AppriseResultStatus.TIMEOUT:
        raise DeliveryFailed(
            say("%(service_name)s did not answer in time.", service_name=service.service_name),
            permanent=False,
        )
    codes = [int(code) for entry in result.logs() for code in _ANSWERED.findall(entry.message)]
    raise _as_failure(str(service.service_name), codes)


def _as_failure(name: str, codes: list[int]) -> DeliveryFailed:
    if not codes:
        return DeliveryFailed(
            say("%(name)s could not be reached, or did not take the message.", name=name), permanent=False
        )
    permanent = all(300 <= code <= 499 and code not in AGAIN for code in codes)
    return DeliveryFailed(
        say("%(name)s answered %(codes)s.", name=name, codes=codes[-1]), permanent=permanent
    )
