"""The desk on a home screen: its manifest, its service worker, and the page without a network."""

from __future__ import annotations

import re
import struct
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.db import Database
from service.web.installed import PAPER
from tests.accounts import People
from tests.desk_rows import Rows

STATIC = Path(__file__).resolve().parents[2] / "service" / "web" / "static"


def test_the_manifest_starts_at_the_inbox_and_names_pictures_that_are_there(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    told = answer.get_json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert told["theme_color"] == told["background_color"] == PAPER["light"]
    assert {"any", "maskable"} == {icon["purpose"] for icon in told["icons"]}
    for icon in told["icons"]:
        with client.get(icon["src"]) as picture:
            assert picture.content_type.partition(";")[0] == icon["type"]
            if icon["type"] == "image/png":
                width, height = struct.unpack(">II", picture.data[16:24])
                assert icon["sizes"] == f"{width}x{height}"


def test_its_colours_are_the_stylesheets_in_either_theme(client: FlaskClient) -> None:
    light, dark = re.findall(r"--paper: (#[0-9a-f]{6});", (STATIC / "desk.css").read_text())
    assert {"light": light, "dark": dark} == PAPER
    page = client.get("/").text
    for theme, colour in PAPER.items():
        assert f'content="{colour}" media="(prefers-color-scheme: {theme})"' in page


def test_the_service_worker_lies_at_the_root_and_is_asked_for_anew(client: FlaskClient) -> None:
    with client.get("/sw.js") as answer:
        assert answer.content_type.startswith("text/javascript")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.data == (STATIC / "sw.js").read_bytes()


def test_what_is_kept_in_a_browser_is_the_same_for_everybody(
    app: Flask, sqlite_database: Database, now: datetime, rows: Rows, shop: int
) -> None:
    """No name, no review, no token: it outlasts a session, and another may sit there next."""
    rows.review(shop)
    people = People(sqlite_database, now)
    people.owner("Olga Owner")
    signed_in = app.test_client()
    signed_in.set_cookie("shopbell", people.token(1))
    kept = re.search(r"const SHELL = \[OFFLINE, (.+)\];", (STATIC / "sw.js").read_text())
    assert kept
    assert re.findall(r'"([^"]+)"', kept[1]) == ["/static/desk.css", "/static/bell.svg"]
    mine, nobodys = signed_in.get("/offline"), app.test_client().get("/offline")
    assert mine.text == nobodys.text
    assert "No connection" in nobodys.text
    assert "Set-Cookie" not in nobodys.headers
    assert "form_token" not in nobodys.text


@pytest.mark.parametrize("path", ["/", "/offline"])
def test_the_policy_lets_in_the_manifest_and_what_renews_itself_and_no_more(
    client: FlaskClient, path: str
) -> None:
    policy = client.get(path).headers["Content-Security-Policy"].split("; ")
    assert "manifest-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
