"""Passkeys in a real browser with a virtual authenticator; codes, and the other ways without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pyotp
import pytest

from service.db import Database
from service.people import accounts, codes, factors, passwords, sign_in
from service.secrets import Vault
from service.settings import Settings, the_secret
from service.web.app import create_app
from service.web.server import make_server
from tests.accounts import People
from tests.browser.test_way_in import _looked_at

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE, DESKTOP = 360, 1280
PASSWORD = "a walk by the harbour"


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk with its owner's account, under a name for which browsers make passkeys."""

    base: str
    people: People
    secret: bytes

    def link(self) -> str:
        """A fresh link that signs the owner in."""
        with self.people.database.transaction() as session:
            token = sign_in.make_link(session, 1, timedelta(hours=1), datetime.now(UTC))
        return f"{self.base}/sign-in/{token}"

    def codes(self) -> str:
        """One-time codes of the owner's, since an hour ago; their secret."""
        made, before = codes.new_secret(), datetime.now(UTC) - timedelta(hours=1)
        with self.people.database.transaction() as session:
            codes.turn_on(session, Vault(self.secret), 1, made, pyotp.TOTP(made).at(before), before)
        return made


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'shopbell.db'}")
    settings = Settings(data=tmp_path, port=0)
    people = People(database, datetime.now(UTC))
    people.owner()
    with database.transaction() as session:
        accounts.set_password(session, 1, passwords.hashed(PASSWORD), by="Olga", now=people.now)
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(f"http://localhost:{server.effective_port}", people, the_secret(settings))  # type: ignore[union-attr]
    server.close()
    thread.join(5)
    database.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


def with_device(page: Any) -> tuple[Any, str]:
    """A phone's own authenticator, whose owner puts her finger on it; how to speak to it, and its name."""
    speaks = page.context.new_cdp_session(page)
    speaks.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = speaks.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": kind | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    return speaks, made["authenticatorId"]


def sign_in_by_link(page: Any, desk: Desk) -> None:
    page.goto(desk.link())
    page.get_by_role("button", name="Sign in").click()


def add_passkey(page: Any, desk: Desk) -> None:
    page.goto(f"{desk.base}/you/second")
    page.get_by_label("What it is called").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is added").wait_for()


def test_a_passkey_is_added_on_a_phone_and_signs_in(browser: Any, desk: Desk) -> None:
    with browser.new_context(viewport={"width": PHONE, "height": 740}) as visit:
        page = visit.new_page()
        errors: list[str] = []
        page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
        speaks, device = with_device(page)
        sign_in_by_link(page, desk)
        add_passkey(page, desk)
        (kept,) = speaks.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
        assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
        visit.clear_cookies()
        page.goto(f"{desk.base}/health")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/health")
        assert "Olga Owner" in page.content()
        page.goto(f"{desk.base}/you/second")
        assert "last used" in page.inner_text("main")
        page.get_by_role("button", name="Take it back").click()
        page.get_by_text("opens nothing here any more").wait_for()
        assert errors == []


def test_who_shows_no_passkey_is_told_and_goes_another_way(browser: Any, desk: Desk) -> None:
    with browser.new_context(viewport={"width": PHONE, "height": 740}) as visit:
        page = visit.new_page()
        speaks, device = with_device(page)
        sign_in_by_link(page, desk)
        add_passkey(page, desk)
        page.goto(f"{desk.base}/you/second")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_text("This device has a passkey for you already.").wait_for()
        speaks.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
        visit.clear_cookies()
        page.goto(f"{desk.base}/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("No passkey was shown").wait_for()
        page.get_by_label("Your mail address").fill("olga@shops.example")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in with the password").click()
        page.wait_for_url(f"{desk.base}/")


def test_without_javascript_the_other_ways_work_and_a_code_is_asked_for(browser: Any, desk: Desk) -> None:
    with browser.new_context(viewport={"width": PHONE, "height": 740}) as visit:
        page = visit.new_page()
        with_device(page)
        sign_in_by_link(page, desk)
        add_passkey(page, desk)
    secret = desk.codes()
    plain = {"viewport": {"width": PHONE, "height": 740}, "java_script_enabled": False}
    with browser.new_context(**plain) as visit:
        page = visit.new_page()
        page.goto(f"{desk.base}/sign-in?next=/you/second")
        assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
        page.get_by_label("Your mail address").fill("olga@shops.example")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in with the password").click()
        page.get_by_label("The code in your app").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Sign in").click()
        assert page.url.endswith("/you/second")
        assert "makes no passkeys, or its scripts are off" in page.inner_text("main")
        page.get_by_role("button", name="Make other recovery codes").click()
        assert "Keep these apart from your phone" in page.inner_text("main")


def test_codes_are_set_up_without_javascript(browser: Any, desk: Desk) -> None:
    plain = {"viewport": {"width": PHONE, "height": 740}, "java_script_enabled": False}
    with browser.new_context(**plain) as visit:
        page = visit.new_page()
        sign_in_by_link(page, desk)
        page.goto(f"{desk.base}/you/second")
        page.get_by_role("button", name="Set up codes").click()
        secret = page.locator("code.command").inner_text().replace(" ", "")
        page.get_by_label("The code in your app").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Have codes from now on").click()
        assert "Keep these apart from your phone" in page.inner_text("main")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing_and_a_thumb_finds_everything(
    browser: Any, desk: Desk, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with browser.new_context(**options) as visit:
        page = visit.new_page()
        with_device(page)
        sign_in_by_link(page, desk)
        found = [_looked_at(Axe(), page, f"{desk.base}/you/second")]
        add_passkey(page, desk)
        for path in ("/you/second", "/you", "/people/1", "/settings"):
            found.append(_looked_at(Axe(), page, desk.base + path))
        page.goto(f"{desk.base}/you/second")
        page.get_by_role("button", name="Set up codes").click()
        found.append(_looked_at(Axe(), page, None))
        secret = page.locator("code.command").inner_text().replace(" ", "")
        page.get_by_label("The code in your app").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Have codes from now on").click()
        found.append(_looked_at(Axe(), page, None))
        found.append(_looked_at(Axe(), page, f"{desk.base}/you/second"))
        with desk.people.database.transaction() as session:
            factors.require(session, True, by="Olga Owner", now=datetime.now(UTC))
        visit.clear_cookies()
        found.append(_looked_at(Axe(), page, f"{desk.base}/sign-in"))
        sign_in_by_link(page, desk)
        found.append(_looked_at(Axe(), page, None))
        token = desk.people.token(1)
        visit.add_cookies([{"name": "shopbell", "value": token, "url": desk.base}])
        page.goto(f"{desk.base}/health")
        page.get_by_text("Show that it is you").wait_for()
        found.append(_looked_at(Axe(), page, None))
    assert [one for one in found if one[1:] != ((), True, True)] == []
