"""A mail's bytes: any of them give a mail, bounded, and one mail is one however it came."""

from __future__ import annotations

from service.sites.mail.mime import parse
from tests import letters


def test_a_mail_is_read_with_its_sender_its_text_and_its_links() -> None:
    mail = parse(letters.raw("google-single"))
    assert mail.sender == "businessprofile-noreply@google.com"
    assert mail.domain == "google.com"
    assert mail.subject == "Mirelle left a review for Corner Bakery Hartsea"
    assert mail.text.startswith("You got a new 2-star review\n\nRead review\n")
    assert [link.text for link in mail.links] == ["Read review", "Reply to review"]
    assert mail.recipients == ("in+north@bell.example", "owner@corner.example")
    assert not mail.cut


def test_a_mail_is_one_however_often_and_by_whom_it_is_delivered() -> None:
    raw = letters.raw("google-single")
    again = b"Received: from elsewhere\r\nX-Forwarded-To: other@bell.example\r\n" + raw.replace(
        b"\n", b"\r\n"
    )
    assert parse(again).fingerprint == parse(raw).fingerprint
    assert parse(raw.replace(b"bread", b"cake")).fingerprint != parse(raw).fingerprint
