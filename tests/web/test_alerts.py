"""The alerts screen."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from service.models import DigestItem
from tests.desk_rows import Rows


def test_an_alert_shows_its_message_and_what_came_of_it(client: FlaskClient, rows: Rows, shop: int) -> None:
    person = rows.person()
    desk, mail = rows.channel(person), rows.channel(person, "mail", "mail to Dana")
    review = rows.review(shop)
    alert = rows.alert(review, shop)
    rows.delivery(alert, desk)
    rows.delivery(alert, mail, state="failed", sent_at=None, tries=6, last_error="550 no such mailbox")
    page = client.get("/alerts").text
    assert "Harbour Street: 2 of 5 stars on TableNotes, from Marta K." in page
    assert f'<a href="/reviews/{review}">' in page
    assert "We waited forty minutes" in page
    assert "delivered" in page
    assert "Because: rule 2, Everything else." in page
    assert "after 6 tries: 550 no such mailbox" in page


def test_an_alert_waiting_to_be_tried_again_says_when(client: FlaskClient, rows: Rows, shop: int) -> None:
    alert = rows.alert(rows.review(shop), shop)
    later = rows.now + timedelta(minutes=4)
    rows.delivery(
        alert,
        rows.channel(rows.person()),
        state="queued",
        tries=2,
        sent_at=None,
        last_error="the server hung",
        next_try_at=later,
    )
    page = client.get("/alerts").text
    assert "will be tried again" in page
    assert "in 4 minutes" in page


def test_an_alert_to_nobody_says_so(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.alert(rows.review(shop), shop)
    assert "Nobody was told" in client.get("/alerts").text


def test_without_a_channel_the_alerts_screen_says_how_to_name_one(client: FlaskClient) -> None:
    assert "shopbell channel add" in client.get("/alerts").text


def test_many_alerts_have_pages(client: FlaskClient, rows: Rows, shop: int) -> None:
    for _ in range(27):
        rows.alert(rows.review(shop), shop)
    assert client.get("/alerts").text.count("<article") == 25
    assert client.get("/alerts?page=2").text.count("<article") == 2


def test_an_alert_that_waits_for_a_digest_is_not_said_to_be_told_to_nobody(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    review = rows.review(shop)
    alert, channel = rows.alert(review, shop), rows.channel(rows.person())
    rows.add(DigestItem(alert_id=alert, channel_id=channel, every="daily", gathered_at=rows.now))
    for path in ("/alerts", f"/reviews/{review}"):
        page = client.get(path).text
        assert "waits for a digest" in page
        assert "Nobody was told" not in page
        assert "nobody is named" not in page
