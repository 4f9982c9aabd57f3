"""The mail that carries a link to sign in: it goes out at once, since somebody waits for it, and once."""

from __future__ import annotations

import secrets
from datetime import datetime
from html import escape
from importlib.metadata import version

from service.alerts.keys import mail_host
from service.alerts.letter import Letter, Mailbox
from service.alerts.mail import carrier_for, sender_for
from service.alerts.neutral import one_line
from service.errors import DeliveryFailed
from service.net.allow import AllowList
from service.net.client import Client, user_agent
from service.net.guard import Guard
from service.settings import Settings

SIGN_IN = """Somebody asked for a link to sign in to Shopbell as {name}. If it was you, open it within \
half an hour and press the button there:

{link}

It works once. If it was not you, leave it: nothing happens.
"""
INVITED = """{by} has made you an account at Shopbell, as {name}. Open this link within a week, press the \
button there, and you are in:

{link}

It works once. At the desk you may choose a password, or have a link mailed each time.
"""


def can_mail(settings: Settings) -> bool:
    """Whether mail can go out at all."""
    return bool(settings.mail and settings.mail_from)


def send_link(settings: Settings, to: Mailbox, link: str, now: datetime, *, by: str | None = None) -> None:
    """Mail a link; ``by`` invites, else its owner asked for it herself.

    Raises ``DeliveryFailed`` where it was not taken, and ``SettingsError``.
    """
    if not settings.mail or not settings.mail_from:
        raise DeliveryFailed(
            "No way to send mail is set: set SHOPBELL_MAIL and SHOPBELL_MAIL_FROM.", permanent=True
        )
    guard = Guard(AllowList.parse(settings.allow_hosts))
    client = Client(guard, user_agent(version("shopbell"), settings.contact))
    try:
        carrier = carrier_for(settings.mail.get_secret_value(), guard, client)
        carrier.carry(written(settings, to, link, by), now)
    finally:
        client.close()


def written(settings: Settings, to: Mailbox, link: str, by: str | None) -> Letter:
    """The letter."""
    host = mail_host(settings.mail_from, settings.public_url)
    text = (INVITED if by else SIGN_IN).format(
        name=one_line(to.name, 80), by=one_line(by or "", 80), link=link
    )
    return Letter(
        sender=sender_for(settings.mail_from or ""),
        to=to,
        subject="Your account at Shopbell" if by else "Sign in to Shopbell",
        text=text,
        html=_html(text, link),
        headers=(
            ("Message-ID", f"<door-{secrets.token_hex(16)}@{host}>"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
        ),
    )


def _html(text: str, link: str) -> str:
    """The same in HTML: some providers take no mail without it."""
    shown = [
        f'<p><a href="{escape(link)}">{escape(link)}</a></p>' if part == link else f"<p>{escape(part)}</p>"
        for part in text.strip().split("\n\n")
    ]
    return "".join(shown)
