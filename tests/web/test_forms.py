"""Forms act only for our own pages."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from service.installation import demo_since
from tests.desk_rows import Rows
from tests.web.reading import form_token


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    assert client.post("/demo/end").status_code == 403
    with rows.database.reading() as session:
        assert demo_since(session) is not None


def test_a_token_from_another_browser_is_refused(app: Flask, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    mine, theirs = app.test_client(), app.test_client()
    mine.get("/read")
    token = form_token(theirs.get("/read"))
    assert mine.post("/demo/end", data={"form_token": token}).status_code == 403


def test_a_form_sent_by_another_site_is_refused(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    token = form_token(client.get("/"))
    answer = client.post("/demo/end", data={"form_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_form_with_its_token_acts_and_leads_on(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    token = form_token(client.get("/"))
    answer = client.post("/demo/end", data={"form_token": token}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    with rows.database.reading() as session:
        assert demo_since(session) is None


def test_the_forms_cookie_is_for_our_pages_alone(client: FlaskClient) -> None:
    cookie = client.get("/read").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
