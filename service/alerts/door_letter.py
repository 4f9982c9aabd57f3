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
from service.sentences import Sentence, say
from service.settings import Settings
from service.tongues import ENGLISH, Tongue


def can_mail(settings: Settings) -> bool:
    """Whether mail can go out at all."""
    return bool(settings.mail and settings.mail_from)


def send_link(
    settings: Settings,
    to: Mailbox,
    link: str,
    now: datetime,
    *,
    by: str | None = None,
    tongue: Tongue = ENGLISH,
) -> None:
    """Mail a link, in the reader's ``tongue``; ``by`` invites, else its owner asked for it herself.

    Raises ``DeliveryFailed`` where it was not taken, and ``SettingsError``.
    """
    if not settings.mail or not settings.mail_from:
        raise DeliveryFailed(
            say("No way to send mail is set: set SHOPBELL_MAIL and SHOPBELL_MAIL_FROM."), permanent=True
        )
    guard = Guard(AllowList.parse(settings.allow_hosts))
    client = Client(guard, user_agent(version("shopbell"), settings.contact))
    try:
        carrier = carrier_for(settings.mail.get_secret_value(), guard, client)
        carrier.carry(written(settings, to, link, by, tongue), now)
    finally:
        client.close()


def written(settings: Settings, to: Mailbox, link: str, by: str | None, tongue: Tongue = ENGLISH) -> Letter:
    """The letter."""
    host = mail_host(settings.mail_from, settings.public_url)
    name = one_line(to.name, 80)
    before, behind = _invited(name, one_line(by, 80)) if by else _asked(name)
    text = f"{before.in_language(tongue)}\n\n{link}\n\n{behind.in_language(tongue)}\n"
    subject = say("Your account at Shopbell") if by else say("Sign in to Shopbell")
    return Letter(
        sender=sender_for(settings.mail_from or ""),
        to=to,
        subject=subject.in_language(tongue),
        text=text,
        html=_html(text, link),
        headers=(
            ("Message-ID", f"<door-{secrets.token_hex(16)}@{host}>"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
        ),
    )


def _asked(name: str) -> tuple[Sentence, Sentence]:
    return say(
        "Somebody asked for a link to sign in to Shopbell as %(name)s. If it was you, open it within "
        "half an hour and press the button there:",
        name=name,
    ), say("It works once. If it was not you, leave it: nothing happens.")


def _invited(name: str, by: str) -> tuple[Sentence, Sentence]:
    return say(
        "%(by)s has made you an account at Shopbell, as %(name)s. Open this link within a week, press the "
        "button there, and you are in:",
        by=by,
        name=name,
    ), say("It works once. At the desk you may choose a password, or have a link mailed each time.")


def _html(text: str, link: str) -> str:
    """The same in HTML: some providers take no mail without it."""
    shown = [
        f'<p><a href="{escape(link)}">{escape(link)}</a></p>' if part == link else f"<p>{escape(part)}</p>"
        for part in text.strip().split("\n\n")
    ]
    return "".join(shown)
