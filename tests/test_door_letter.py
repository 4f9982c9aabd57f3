"""The mail with a link to sign in: its link on one line, nobody's name a header of its own."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import SecretStr

from service.alerts.door_letter import send_link, written
from service.alerts.letter import Mailbox, as_message
from service.errors import DeliveryFailed
from service.settings import Settings

LINK = "https://bell.example.com/sign-in/" + "x" * 43
SETTINGS = Settings(mail=SecretStr("smtp://mail.example"), mail_from="bell@example.com")


@pytest.mark.parametrize("by", [None, "Olga Owner"])
def test_the_link_stands_whole_in_a_mail_that_answers_nobody(now: datetime, by: str | None) -> None:
    mail = as_message(written(SETTINGS, Mailbox("Kim", "kim@example.com"), LINK, by), now)
    plain = mail.get_body(("plain",))
    rich = mail.get_body(("html",))
    assert plain and LINK in plain.get_content().splitlines()
    assert rich and f'<a href="{LINK}">' in rich.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert ("Olga Owner has made" in plain.get_content()) == bool(by)


def test_a_name_cannot_add_a_header_or_a_line(now: datetime) -> None:
    evil = Mailbox("Kim\r\nBcc: eve@evil.example\n\nhttps://evil.example/", "kim@example.com")
    mail = as_message(written(SETTINGS, evil, LINK, "Eve\n\nhttps://evil.example/"), now)
    assert mail["Bcc"] is None
    parts = [part.get_content() for part in mail.iter_parts()]
    assert not any(line.startswith("https://evil") for part in parts for line in part.splitlines())
    assert all('href="https://evil' not in part for part in parts)


def test_without_a_way_to_send_mail_it_says_what_to_set(now: datetime) -> None:
    with pytest.raises(DeliveryFailed, match="SHOPBELL_MAIL"):
        send_link(Settings(), Mailbox("Kim", "kim@example.com"), LINK, now)
