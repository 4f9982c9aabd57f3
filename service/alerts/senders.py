"""The senders of this installation, from its settings."""

from __future__ import annotations

from service.alerts.channels import DemoSender, Sender
from service.alerts.mail import MailSender, carrier_for, sender_for
from service.alerts.push import PushSender
from service.alerts.reach import ChannelKind
from service.alerts.vapid import contact_of
from service.alerts.via_apprise import AppriseSender
from service.net.client import Client
from service.net.guard import Guard
from service.settings import Settings


def senders(settings: Settings, secret: bytes, guard: Guard, client: Client) -> dict[str, Sender]:
    """A sender for each kind of channel that can be reached. Raises ``SettingsError``.

    Without ``SHOPBELL_MAIL`` there is none for mail; such deliveries wait, and say why.
    """
    found: dict[str, Sender] = {
        ChannelKind.DEMO: DemoSender(),
        ChannelKind.APPRISE: AppriseSender(guard),
        ChannelKind.PUSH: PushSender(secret, contact_of(settings), guard, client),
    }
    if settings.mail and settings.mail_from:
        carrier = carrier_for(settings.mail.get_secret_value(), guard, client)
        found[ChannelKind.MAIL] = MailSender(carrier, sender_for(settings.mail_from))
    return found
