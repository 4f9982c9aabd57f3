"""The base of the extension's API: who is let in, what is refused and how, and that nothing else gets in."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from service.cli.main import shopbell
from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Device, Ended
from service.people import devices, extension
from service.settings import Settings
from service.web.api import serving
from service.web.api.endpoint import Endpoint
from service.web.api.table import ENDPOINTS
from service.web.app import create_app
from tests.accounts import People
from tests.desk_rows import Rows
from tests.paired import ORIGIN, Browser, paired
from tests.web.desk_people import COOKIE


@pytest.fixture
def people(sqlite_database: Database, now: datetime) -> People:
    people = People(sqlite_database, now)
    people.owner()
    rows = Rows(sqlite_database, now)
    rows.listing(rows.branch("Harbour Street", code="harbour"))
    rows.listing(rows.branch("Old Mill", code="mill"))
    return people


@pytest.fixture
def browser(app: Flask, people: People, sqlite_database: Database, now: datetime) -> Browser:
    """The owner's."""
    return paired(app, sqlite_database, 1, now)


def me(browser: Browser, **headers: str) -> TestResponse:
    return browser.ask("/me", {"version": "0.1.0"}, **headers)


def refused(answer: TestResponse) -> tuple[int, str]:
    """A refusal's status and code; it is a problem as RFC 9457 has it, and names no other origin."""
    assert answer.content_type == "application/problem+json"
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert answer.json is not None
    assert answer.json["detail"].endswith((".", "!"))
    assert (answer.json["type"], answer.json["status"]) == ("about:blank", answer.status_code)
    return answer.status_code, answer.json["code"]


def test_whoever_is_paired_is_told_who_she_is_and_where(browser: Browser) -> None:
    told = me(browser).json
    assert told is not None
    assert told["person"] == {"id": 1, "name": "Olga Owner"}
    assert [one["name"] for one in told["branches"]] == ["Harbour Street", "Old Mill"]
    assert (told["capture"], told["auto_capture"], told["station"]) == (True, [], None)
    assert (told["min_version"], told["latest_version"]) == (extension.MIN_VERSION, extension.LATEST_VERSION)


def test_a_manager_is_told_of_her_own_branch_alone(
    app: Flask, people: People, sqlite_database: Database, now: datetime
) -> None:
    kim = people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "harbour")
    told = me(paired(app, sqlite_database, kim, now)).json
    assert told is not None
    assert [one["name"] for one in told["branches"]] == ["Harbour Street"]
    assert told["capture"]


def test_who_may_not_answer_sends_nothing_either(
    app: Flask, people: People, sqlite_database: Database, now: datetime
) -> None:
    vera = people.person("Vera Viewer", Role.VIEWER)
    told = me(paired(app, sqlite_database, vera, now)).json
    assert told is not None
    assert not told["capture"]


CLOSED = [one for one in ENDPOINTS if not one.open]


@pytest.mark.parametrize("endpoint", CLOSED, ids=lambda one: one.name)
@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer made-up", "Basic YTpi"])
def test_every_endpoint_that_is_not_open_asks_for_a_token(app: Flask, endpoint: Endpoint, sent: str) -> None:
    assert refused(Browser(app).ask(endpoint.path, Authorization=sent)) == (401, "unauthorized")


def test_three_endpoints_are_open_for_who_has_no_token_yet() -> None:
    assert {one.path for one in ENDPOINTS if one.open} == {"/pair/start", "/pair/token", "/token"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.name)
@pytest.mark.parametrize("origin", ["", "null", "https://www.example.com", "chrome-extension://a b"])
def test_no_page_is_answered_by_any_endpoint(browser: Browser, endpoint: Endpoint, origin: str) -> None:
    assert refused(browser.ask(endpoint.path, Origin=origin)) == (403, "other_origin")


def test_another_extension_cannot_use_what_it_found(browser: Browser) -> None:
    browser.origin = "moz-extension://another"
    assert refused(me(browser)) == (403, "other_origin")
    assert refused(browser.renew()) == (403, "other_origin")
    browser.origin = ORIGIN
    assert me(browser).status_code == 200


def test_a_session_at_the_desk_opens_nothing_here(app: Flask, people: People) -> None:
    client = app.test_client()
    client.set_cookie(COOKIE, people.token(1))
    answer = client.post("/api/v1/me", json={"version": "0.1.0"}, headers={"Origin": ORIGIN})
    assert refused(answer) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_only_a_post_is_taken(app: Flask, method: str) -> None:
    for endpoint in ENDPOINTS:
        answer = app.test_client().open(f"/api/v1{endpoint.path}", method=method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert answer.content_type == "application/problem+json"


def test_what_is_no_endpoint_is_told_so_in_the_same_form(app: Flask) -> None:
    assert refused(app.test_client().post("/api/v1/nowhere")) == (404, "no_such_path")
    assert "text/html" in app.test_client().get("/nowhere").content_type


def test_the_api_opens_from_anywhere_and_under_its_own_name_alone(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    app = create_app(
        settings.model_copy(update={"url": "https://bell.example.com"}), sqlite_database, lambda: now
    )
    far: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}, "headers": {"Origin": ORIGIN}}
    here = app.test_client().post("/api/v1/me", json={}, base_url="https://bell.example.com", **far)
    assert refused(here) == (401, "unauthorized")
    elsewhere = app.test_client().post("/api/v1/me", json={}, base_url="https://evil.example", **far)
    assert refused(elsewhere) == (400, "bad_request")


@pytest.mark.parametrize(
    ("url", "came_to", "told"),
    [
        (None, "http://localhost:8080", "http://localhost:8080/pair"),
        (None, "http://127.0.0.1:8080", "http://127.0.0.1:8080/pair"),
        ("https://bell.example.com", "https://bell.example.com", "https://bell.example.com/pair"),
        ("https://bell.example.com", "http://127.0.0.1:8080", "https://bell.example.com/pair"),
    ],
)
def test_the_code_is_typed_where_the_browser_found_us(
    sqlite_database: Database, settings: Settings, now: datetime, url: str | None, came_to: str, told: str
) -> None:
    app = create_app(settings.model_copy(update={"url": url}), sqlite_database, lambda: now)
    asked = {"challenge": "x" * 43, "browser": "Firefox", "version": "0.1.0", "label": "Laptop"}
    answer = app.test_client().post(
        "/api/v1/pair/start", json=asked, base_url=came_to, headers={"Origin": ORIGIN}
    )
    assert answer.json is not None
    assert answer.json["verify_url"] == told


@pytest.mark.parametrize(
    ("body", "kind", "at"),
    [
        (b"{", "application/json", None),
        (b"", "application/json", None),
        (b"version=1", "application/x-www-form-urlencoded", None),
        (b'{"version": "\\ud800"}', "application/json", None),
        (b'{"version": "\xff"}', "application/json", None),
        (b"[]", "application/json", ""),
        (b'{"version": 1}', "application/json", "version"),
        (b'{"version": "1.2.3.4.5"}', "application/json", "version"),
        (b'{"version": "0.1.0", "more": "x"}', "application/json", "more"),
    ],
)
def test_what_has_not_its_shape_is_refused_and_not_repeated(
    browser: Browser, body: bytes, kind: str, at: str | None
) -> None:
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {browser.access}", "Content-Type": kind}
    answer = browser.app.test_client().post("/api/v1/me", data=body, headers=headers)
    assert refused(answer) == (400, "bad_request")
    assert answer.json is not None
    assert [one["at"] for one in answer.json["errors"]] == ([] if at is None else [at])


def test_what_is_too_large_is_refused_before_it_is_read(browser: Browser) -> None:
    assert refused(browser.ask("/me", {"version": "0" * 70_000})) == (413, "too_large")


def test_an_old_extension_is_told_so_and_served_again_once_it_is_new(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extension, "MIN_VERSION", "0.2.0")
    answer = me(browser)
    assert refused(answer) == (426, "too_old")
    assert answer.json is not None
    assert answer.json["min_version"] == "0.2.0"
    assert refused(browser.ask("/unlock", {"person": 1, "pin": "1234"})) == (426, "too_old")
    assert refused(Browser(browser.app).start()) == (426, "too_old")
    assert browser.ask("/me", {"version": "0.2.0"}).status_code == 200
    assert refused(browser.ask("/unlock", {"person": 1, "pin": "1234"})) == (403, "scope")


def test_a_browser_that_asks_without_end_is_told_to_wait(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PER_BROWSER", 3)
    browser.app.extensions.pop(serving.EXTENSION)
    assert [me(browser).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = me(browser)
    assert refused(answer) == (429, "slow_down")
    assert 0 < int(answer.headers["Retry-After"]) <= 601


@pytest.mark.parametrize("label", ["", "x" * 61, "two\nlines", "turned \u202e round", "in\u200bvisible"])
def test_a_browser_calls_itself_nothing_that_deceives(app: Flask, label: str) -> None:
    assert refused(Browser(app).start(label=label)) == (400, "bad_request")


def test_codes_are_handed_to_one_place_only_so_often(app: Flask, people: People) -> None:
    first = {Browser(app).start().status_code for _ in range(60)}
    assert (first, refused(Browser(app).start())) == ({200}, (429, "slow_down"))


def test_what_ended_is_told_to_wipe_itself(
    browser: Browser, sqlite_database: Database, now: datetime
) -> None:
    with sqlite_database.transaction() as session:
        assert devices.end(session, 1, Ended.BY_PERSON, by="Olga Owner", now=now)
        assert not devices.end(session, 1, Ended.BY_PERSON, by="Olga Owner", now=now)
    assert refused(me(browser)) == (401, "revoked")
    assert refused(browser.renew()) == (401, "revoked")


def test_a_browser_that_is_disconnected_ends_its_pairing(browser: Browser) -> None:
    assert browser.ask("/pair/end").status_code == 204
    assert refused(browser.ask("/pair/end")) == (401, "revoked")
    assert refused(browser.renew()) == (401, "revoked")


def test_who_loses_her_roles_loses_what_her_browser_may(
    app: Flask, people: People, sqlite_database: Database, now: datetime
) -> None:
    tess = people.person("Tess Told", Role.ALERT_ONLY)
    assert refused(me(paired(app, sqlite_database, tess, now))) == (403, "scope")


def test_when_it_was_last_used_is_noted_once_a_minute(
    people: People, sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    moment = [now]
    browser = paired(create_app(settings, sqlite_database, lambda: moment[0]), sqlite_database, 1, now)
    noted = []
    for seconds in (0, 30, 70):
        moment[0] = now + timedelta(seconds=seconds)
        assert me(browser).status_code == 200
        with sqlite_database.reading() as session:
            noted.append(session.get_one(Device, 1).last_used_at)
    assert noted == [now, now, now + timedelta(seconds=70)]


def test_a_quarter_of_an_hour_ends_an_access_token(
    people: People, sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    moment = [now]
    browser = paired(create_app(settings, sqlite_database, lambda: moment[0]), sqlite_database, 1, now)
    moment[0] = now + timedelta(minutes=15)
    assert refused(me(browser)) == (401, "unauthorized")
    assert browser.renew().status_code == 200
    assert me(browser).status_code == 200


def test_a_database_that_does_not_answer_is_said_as_a_problem(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def fails(*_asked: object) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(devices, "caller", fails)
    answer = me(browser)
    assert refused(answer) == (503, "no_database")
    assert answer.headers["Retry-After"] == "30"


def test_our_own_fault_is_a_problem_too(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "caller", lambda *_asked: 1 / 0)
    assert refused(me(browser)) == (500, "our_error")


def test_the_description_is_there_for_all_and_names_every_refusal(app: Flask) -> None:
    told = app.test_client().get("/api/v1/openapi.json").json
    assert told is not None
    assert set(told["paths"]) == {one.path for one in ENDPOINTS}
    answers = told["paths"]["/me"]["post"]["responses"]
    assert set(answers) == {"200", "400", "401", "403", "413", "426", "429", "503"}
    assert told["paths"]["/me"]["post"]["security"] == [{"access": []}]
    assert told["components"]["schemas"]["MeAsked"]["additionalProperties"] is False


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.name)
def test_every_endpoint_says_what_it_does_and_is_open_or_counted(endpoint: Endpoint) -> None:
    assert endpoint.does.__doc__
    assert endpoint.open == bool(endpoint.per_place)
    assert not (endpoint.open and endpoint.scope)
    assert endpoint.asks.model_config["extra"] == "forbid"


def test_the_command_line_prints_the_same_description(app: Flask) -> None:
    printed = json.loads(CliRunner().invoke(shopbell, ["api"]).output)
    assert printed == app.test_client().get("/api/v1/openapi.json").json
