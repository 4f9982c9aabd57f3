"""Who may reach the desk: this machine, and nobody else until there are accounts."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.db import Database
from service.people.links import Links, Purpose
from service.settings import Settings, the_secret
from service.web.app import create_app
from service.web.gate import Visit, closed_because, is_loopback
from tests.desk_rows import Rows

HERE = Visit(remote="127.0.0.1", host="127.0.0.1", proxied=False)


def test_the_desk_opens_to_this_machine(settings: Settings) -> None:
    assert closed_because(settings, HERE) is None
    assert closed_because(settings, Visit("::1", "localhost", proxied=False)) is None


@pytest.mark.parametrize(
    "visit",
    [
        Visit("192.168.4.7", "127.0.0.1", proxied=False),
        Visit("127.0.0.1", "desk.example.com", proxied=False),
        Visit("127.0.0.1", "127.0.0.1", proxied=True),
        Visit("", "127.0.0.1", proxied=False),
        Visit("2001:db8::1", "localhost", proxied=False),
    ],
)
def test_the_desk_is_closed_to_others(settings: Settings, visit: Visit) -> None:
    assert closed_because(settings, visit)


@pytest.mark.parametrize("published", [{"host": "0.0.0.0"}, {"url": "https://bell.example.com"}])
def test_the_desk_is_closed_as_soon_as_others_could_reach_it(published: dict[str, str]) -> None:
    assert closed_because(Settings(**published), HERE)  # type: ignore[arg-type]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_a_proxy_is_noticed_and_its_word_is_not_taken(client: FlaskClient, header: str) -> None:
    answer = client.get("/", headers={header: "127.0.0.1"})
    assert answer.status_code == 403
    assert "proxy" in answer.text


def test_a_closed_desk_says_why_and_still_opens_links_from_alerts(
    sqlite_database: Database, tmp_path: Path, now: datetime, rows: Rows, shop: int
) -> None:
    settings = Settings(data=tmp_path, url="https://bell.example.com")
    client = create_app(settings, sqlite_database, lambda: now).test_client()
    token = Links(the_secret(settings), settings.public_url).token(Purpose.REVIEW, rows.review(shop), now)
    outside = {"base_url": "https://bell.example.com", "environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    refused = client.get("/", **outside)  # type: ignore[arg-type]
    assert refused.status_code == 403
    assert "published as https://bell.example.com" in refused.text
    with client.get("/static/desk.css", **outside) as style:  # type: ignore[arg-type]
        assert style.status_code == 200
    assert client.get("/healthz", **outside).status_code == 200  # type: ignore[arg-type]
    letter = client.get(f"/r/{token}", **outside)  # type: ignore[arg-type]
    assert letter.status_code == 200
    assert "Marta K." in letter.text


@pytest.mark.parametrize("path", ["/", "/alerts", "/health", "/read", "/reviews/1", "/nowhere"])
def test_no_screen_opens_from_another_machine(client: FlaskClient, path: str) -> None:
    assert client.get(path, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403


def test_every_route_is_either_closed_to_others_or_known_to_be_open(app: Flask) -> None:
    """A new screen must be looked at here before it is open to the world."""
    client = app.test_client()
    opened = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            continue  # by bearer alone: ``test_api`` walks it
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        method = "POST" if rule.methods and "GET" not in rule.methods else "GET"
        with client.open(path, method=method, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}) as answer:
            if answer.status_code != 403:
                opened.add(rule.endpoint)
    letters = {f"letters.{name}" for name in ("one_review", "one_listing", "leave", "left")}
    letters |= {f"letters.{name}" for name in ("one_answer", "copy", "copied", "told")}
    told = {
        "inbound_mail.posted",
        "packfeed.pack",
        "packfeed.statement",
        "packfeed.receipt",
    }  # each proves its caller itself
    installed = {"installed.manifest", "installed.offline", "installed.worker"}  # the same for everybody
    assert opened == {"static", "healthz.healthz"} | told | letters | installed


def test_another_host_name_is_refused_before_anything_is_read(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "SHOPBELL_URL" in answer.text


def test_a_health_check_may_come_under_any_name(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"Host": "10.1.2.3:8080"}).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "localhost"])
def test_loopback_is_this_machine_in_every_notation(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["", "0.0.0.0", "10.0.0.1", "::ffff:10.0.0.1", "localhost.evil.example"])
def test_what_is_not_loopback_is_not_this_machine(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize("path", ["/", "/read", "/healthz", "/static/desk.css", "/nowhere", "/r/x"])
def test_every_answer_is_sealed(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_with_peoples_words_are_not_kept_by_browsers(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"
    with client.get("/static/desk.css") as style:
        assert "max-age" in style.headers["Cache-Control"]


def test_no_template_carries_script_or_style_of_its_own() -> None:
    folder = Path(__file__).resolve().parents[1] / "service" / "web" / "templates"
    for template in folder.glob("*.html"):
        markup = template.read_text(encoding="utf-8")
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|\|\s*safe|javascript:", markup), template
