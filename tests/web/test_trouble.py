"""Pages for when something is wrong."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient


def test_what_is_not_there_is_said_without_an_echo(client: FlaskClient) -> None:
    answer = client.get("/<b>nowhere</b>")
    assert answer.status_code == 404
    assert "nowhere" not in answer.text


def test_a_wrong_method_is_405(client: FlaskClient) -> None:
    assert client.put("/read").status_code in (403, 405)


def test_our_own_fault_shows_nothing_of_itself_on_the_page_or_in_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise ValueError("words of a stranger")

    monkeypatch.setattr("service.web.inbox._figures", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "stranger" not in answer.text
    assert "Something of ours went wrong" in answer.text
    assert "inbox.inbox failed: ValueError at broken" in caplog.text
    assert "stranger" not in caplog.text


def test_an_error_page_needs_no_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.clean.demo_since", lambda _session: pytest.fail("asked the database"))
    assert app.test_client().get("/nowhere").status_code == 404
