"""The services alerts may go to by way of Apprise: an allow-list, and what each may open. Pure data.

Apprise knows some 150 services. Those that read files, start programs or speak to this machine's desktop
have no place here; of the rest we take those we can say something about: what they can carry, where they
connect to, and which of their options are harmless (``template=`` reads a file, ``redirect=`` leaves the
guard behind). Mail goes by our own sender, which threads it and can be unsubscribed from.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.alerts import media
from service.alerts.media import Medium


@dataclass(frozen=True, slots=True)
class Scheme:
    """``hosts`` are where it connects to, on port 443; empty: to the host in the address itself.

    ``encrypted`` False: only inside the operator's own network. ``options`` are what may follow a "?".
    ``free``: headers, parameters and fields of one's own ("+", "-", ":") are part of the address.
    """

    medium: Medium
    hosts: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()
    encrypted: bool = True
    free: bool = False


_TEAMS = Scheme(
    media.TEAMS,
    options=frozenset(
        {"api-version", "sp", "sv", "sig", "id", "ver", "route", "routeid", "pa", "powerautomate"}
    ),
)
_NTFY = frozenset({"mode", "auth", "token", "to", "priority", "xtags"})

SCHEMES: dict[str, Scheme] = {
    "slack": Scheme(media.SLACK, ("hooks.slack.com", "slack.com"), frozenset({"to", "token", "mode"})),
    "workflow": _TEAMS,
    "workflows": _TEAMS,
    "discord": Scheme(media.DISCORD, ("discord.com",), frozenset({"thread"})),
    "tgram": Scheme(media.TELEGRAM, ("api.telegram.org",), frozenset({"to", "topic", "thread", "silent"})),
    "gchat": Scheme(
        media.GOOGLE_CHAT, ("chat.googleapis.com",), frozenset({"workspace", "key", "token", "thread"})
    ),
    "twilio": Scheme(media.SMS, ("api.twilio.com",), frozenset({"from", "to", "sid", "token", "apikey"})),
    "whatsapp": Scheme(media.WHATSAPP, ("graph.facebook.com",), frozenset({"from", "to", "token", "lang"})),
    "pover": Scheme(media.PUSHOVER, ("api.pushover.net",), frozenset({"to", "priority", "sound"})),
    "ntfy": Scheme(media.NTFY, options=_NTFY, encrypted=False),
    "ntfys": Scheme(media.NTFY, options=_NTFY),
    "json": Scheme(media.HOOK, options=frozenset({"method"}), encrypted=False, free=True),
    "jsons": Scheme(media.HOOK, options=frozenset({"method"}), free=True),
}

NTFY_CLOUD = "ntfy.sh"
