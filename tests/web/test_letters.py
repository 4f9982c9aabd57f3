"""Where links in alerts lead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.models import Channel, Person
from service.people.links import Links, Purpose
from tests.desk_rows import Rows


def test_a_letter_opens_one_review_and_leads_nowhere_else(
    client: FlaskClient, rows: Rows, shop: int, links: Links
) -> None:
    page = client.get(f"/r/{links.token(Purpose.REVIEW, rows.review(shop), rows.now)}")
    assert page.status_code == 200
    assert "We waited forty minutes" in page.text
    assert 'href="/' not in page.text.partition("</head>")[2]
    assert "<form" not in page.text


@pytest.mark.parametrize("spoilt", ["x", "", "../..", "a.b", "%00"])
def test_a_spoilt_link_opens_nothing(client: FlaskClient, spoilt: str) -> None:
    assert client.get(f"/r/{spoilt}").status_code in (404, 410)


def test_a_link_is_for_its_own_purpose(client: FlaskClient, rows: Rows, shop: int, links: Links) -> None:
    token = links.token(Purpose.REVIEW, rows.review(shop), rows.now)
    assert client.get(f"/u/{token}").status_code == 410
    assert client.get(f"/l/{token}").status_code == 410


def test_an_old_link_is_over(client: FlaskClient, rows: Rows, shop: int, links: Links) -> None:
    token = links.token(Purpose.REVIEW, rows.review(shop), rows.now - timedelta(days=15))
    answer = client.get(f"/r/{token}")
    assert answer.status_code == 410
    assert "no longer opens" in answer.text


def test_a_link_to_an_erased_review_is_over(client: FlaskClient, rows: Rows, shop: int, links: Links) -> None:
    token = links.token(Purpose.REVIEW, rows.review(shop, erased_at=rows.now), rows.now)
    assert client.get(f"/r/{token}").status_code == 410


@pytest.mark.parametrize("gone", ["person", "channel"])
def test_a_letter_ends_with_the_channel_it_went_to(
    client: FlaskClient, rows: Rows, shop: int, links: Links, gone: str
) -> None:
    person, review = rows.person(), rows.review(shop)
    channel = rows.channel(person, verified_at=rows.now)
    token = links.token(Purpose.REVIEW, review, rows.now, channel)
    assert "We waited forty minutes" in client.get(f"/r/{token}").text
    with rows.database.transaction() as session:
        if gone == "person":
            session.get_one(Person, person).disabled_at = rows.now
        else:
            session.delete(session.get_one(Channel, channel))
    answer = client.get(f"/r/{token}")
    assert answer.status_code == 410
    assert "no longer here" in answer.text
    assert "We waited forty minutes" not in answer.text


def test_a_letter_about_a_listing_shows_how_it_is_heard(
    client: FlaskClient, rows: Rows, shop: int, links: Links
) -> None:
    rows.source(shop, health="walled", evidence=["HTTP 403"])
    page = client.get(f"/l/{links.token(Purpose.LISTING, shop, rows.now)}")
    assert "The site shuts us out" in page.text
    assert "Look now" not in page.text


def paused(rows: Rows, channel: int) -> bool:
    with rows.database.reading() as session:
        return session.get_one(Channel, channel).paused_at is not None


def test_opening_the_way_out_changes_nothing(client: FlaskClient, rows: Rows, links: Links) -> None:
    channel = rows.channel(rows.person(), verified_at=rows.now)
    page = client.get(f"/u/{links.token(Purpose.UNSUBSCRIBE, channel, rows.now)}")
    assert page.status_code == 200
    assert "Stop these alerts?" in page.text
    assert not paused(rows, channel)


def test_a_mail_program_stops_alerts_without_a_cookie(app: Flask, rows: Rows, links: Links) -> None:
    person = rows.person()
    leaving = rows.channel(person, title="mail to Dana", verified_at=rows.now)
    rows.channel(person, title="her phone", verified_at=rows.now)
    token = links.token(Purpose.UNSUBSCRIBE, leaving, rows.now)
    for _ in range(2):
        answer = app.test_client().post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "mail to Dana" in answer.text
    assert paused(rows, leaving)


def test_the_last_recipient_cannot_be_silenced(client: FlaskClient, rows: Rows, links: Links) -> None:
    channel = rows.channel(rows.person(), verified_at=rows.now)
    answer = client.post(f"/u/{links.token(Purpose.UNSUBSCRIBE, channel, rows.now)}")
    assert answer.status_code == 409
    assert "Nobody else is told of anything" in answer.text
    assert not paused(rows, channel)


def test_a_spoilt_way_out_stops_nothing(client: FlaskClient) -> None:
    assert client.post("/u/spoilt").status_code == 410
