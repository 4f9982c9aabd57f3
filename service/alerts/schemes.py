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
    """``plugin`` is Apprise's module and class.

    ``hosts`` are where it connects to, on port 443; empty: to the host in the address itself. ``encrypted``
    False: only inside the operator's own network. ``options`` are what may follow a "?". ``free``: headers,
    parameters and fields of one's own ("+", "-", ":") are part of the address. ``pasted``: the https address
    the service itself shows may be given as it is.
    """

    medium: Medium
    plugin: tuple[str, str]
    hosts: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()
    encrypted: bool = True
    free: bool = False
    pasted: bool = False


_TEAMS = Scheme(
    media.TEAMS,
    ("workflows", "NotifyWorkflows"),
    options=frozenset(
        {"api-version", "sp", "sv", "sig", "id", "ver", "route", "routeid", "pa", "powerautomate"}
    ),
    pasted=True,
)
_NTFY = ("ntfy", "NotifyNtfy")
_NTFY_OPTIONS = frozenset({"mode", "auth", "token", "to", "priority", "xtags"})
_JSON = ("custom_json", "NotifyJSON")
_JSON_OPTIONS = frozenset({"method"})

SCHEMES: dict[str, Scheme] = {
    "slack": Scheme(
        media.SLACK,
        ("slack", "NotifySlack"),
        ("hooks.slack.com", "slack.com"),
        frozenset({"to", "token"}),
        pasted=True,
    ),
    "workflow": _TEAMS,
    "workflows": _TEAMS,
    "discord": Scheme(
        media.DISCORD, ("discord", "NotifyDiscord"), ("discord.com",), frozenset({"thread"}), pasted=True
    ),
    "tgram": Scheme(
        media.TELEGRAM,
        ("telegram", "NotifyTelegram"),
        ("api.telegram.org",),
        frozenset({"to", "topic", "thread", "silent"}),
    ),
    "gchat": Scheme(
        media.GOOGLE_CHAT,
        ("google_chat", "NotifyGoogleChat"),
        ("chat.googleapis.com",),
        frozenset({"workspace", "key", "token", "thread"}),
        pasted=True,
    ),
    "twilio": Scheme(
        media.SMS,
        ("twilio", "NotifyTwilio"),
        ("api.twilio.com",),
        frozenset({"from", "to", "sid", "token", "apikey"}),
    ),
    "whatsapp": Scheme(
        media.WHATSAPP,
        ("whatsapp", "NotifyWhatsApp"),
        ("graph.facebook.com",),
        frozenset({"from", "to", "token", "lang"}),
    ),
    "pover": Scheme(
        media.PUSHOVER,
        ("pushover", "NotifyPushover"),
        ("api.pushover.net",),
        frozenset({"to", "priority", "sound"}),
    ),
    "ntfy": Scheme(media.NTFY, _NTFY, options=_NTFY_OPTIONS, encrypted=False),
    "ntfys": Scheme(media.NTFY, _NTFY, options=_NTFY_OPTIONS),
    "json": Scheme(media.HOOK, _JSON, options=_JSON_OPTIONS, encrypted=False, free=True),
    "jsons": Scheme(media.HOOK, _JSON, options=_JSON_OPTIONS, free=True),
}

NTFY_CLOUD = "ntfy.sh"
