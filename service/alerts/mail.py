"""Alerts by mail: composed, written as a letter, and handed to whatever carries mail here."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from service.alerts import media
from service.alerts.addresses import mail_address, named_address
from service.alerts.channels import Parcel
from service.alerts.compose import compose
from service.alerts.letter import Letter, Mailbox, write
from service.alerts.providers import ProviderCarrier, read_provider
from service.alerts.smtp import PORTS, SmtpCarrier, read_server
from service.errors import DeliveryFailed, SettingsError, UnusableChannel
from service.net.client import Client
from service.net.guard import Guard


class Carrier(Protocol):
    """Something that takes letters out of the house."""

    def carry(self, letter: Letter, now: datetime) -> None:
        """Return once the letter was taken. Raises ``DeliveryFailed``."""


class MailSender:
    """Sends parcels as mail from one sender."""

    def __init__(self, carrier: Carrier, sender: Mailbox) -> None:
        self._carrier = carrier
        self._sender = sender

    def send(self, parcel: Parcel, now: datetime) -> None:
        """As ``channels.Sender.send``."""
        try:
            to = Mailbox(parcel.name, mail_address(parcel.target))
        except UnusableChannel as error:
            raise DeliveryFailed(str(error), permanent=True) from None
        message = compose(parcel.facts, media.MAIL, parcel.ways, parcel.tongue)
        letter = write(message, self._sender, to, key=parcel.key, thread=parcel.thread, stop=parcel.ways.stop)
        self._carrier.carry(letter, now)


def carrier_for(address: str, guard: Guard, client: Client) -> Carrier:
    """What ``SHOPBELL_MAIL`` names. Raises ``SettingsError``; its text repeats no secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise SettingsError("SHOPBELL_MAIL: is not an address such as smtps://user:password@host.") from None
    if parts.scheme in PORTS:
        return SmtpCarrier(read_server(parts), guard)
    return ProviderCarrier(read_provider(parts), client)


def sender_for(mail_from: str) -> Mailbox:
    """What ``SHOPBELL_MAIL_FROM`` names. Raises ``SettingsError``."""
    try:
        name, address = named_address(mail_from)
    except UnusableChannel as error:
        raise SettingsError(f"SHOPBELL_MAIL_FROM: {error}") from None
    return Mailbox(name or "Shopbell", address)
