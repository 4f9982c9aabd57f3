"""``shopbell people``: the way in on a machine that can send no mail."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import select

from service.cli import people
from service.cli.main import shopbell
from service.db import Database
from service.errors import AccountRefused, ShopbellError
from service.models import AuditBody, Person
from service.people import accounts, factors, sign_in
from tests.desk_rows import Rows


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Rows:
    """An installation that the environment names; the clock stands."""
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path))
    for name in ("SHOPBELL_URL", "SHOPBELL_MAIL", "DATABASE_URL", "SHOPBELL_HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(people, "now", lambda: now)
    rows = Rows(sqlite_database, now)
    rows.branch(code="harbour", region="Coast")
    return rows


def say(*words: str) -> str:
    ended = CliRunner().invoke(shopbell, ["people", *words])
    if isinstance(ended.exception, ShopbellError):
        raise ended.exception
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_the_first_account_gets_its_link_printed_where_no_mail_can_go_out(shop: Rows) -> None:
    assert "the desk opens on this machine alone" in say("list")
    said = say("add", "Dana Whitlock", "--email", "Dana@Example.com")
    token = said.rsplit("http://127.0.0.1:8080/sign-in/", maxsplit=1)[1].strip()
    with shop.database.transaction() as session:
        person = accounts.with_address(session, "dana@example.com")
        assert person and sign_in.spend(session, token, shop.now) == person.id
    assert "Dana Whitlock <dana@example.com>: admin, approver (never signed in)" in say("list")


def test_the_first_account_must_manage_people(shop: Rows) -> None:
    with pytest.raises(AccountRefused, match="administrator"):
        say("add", "Kim", "--email", "kim@example.com", "--role", "viewer")
    assert "Nobody has an account" in say("list")


def test_roles_have_one_scope_and_come_and_go(shop: Rows) -> None:
    say("add", "Dana", "--email", "dana@example.com")
    with pytest.raises(AccountRefused, match="--role"):
        say("add", "Kim", "--email", "kim@example.com")
    say("add", "Kim", "--email", "kim@example.com", "--role", "branch", "--branch", "harbour")
    say("grant", "kim@example.com", "--role", "area", "--region", "Coast")
    assert "Kim <kim@example.com>: branch for branch harbour, area for region Coast" in say("list")
    say("grant", "kim@example.com", "--role", "area", "--region", "Coast", "--withdraw")
    assert "area for" not in say("list")
    with pytest.raises(AccountRefused, match="no such role"):
        say("grant", "kim@example.com", "--role", "admin", "--withdraw")
    with pytest.raises(AccountRefused, match="one branch, one region or one brand"):
        say("grant", "kim@example.com", "--role", "area", "--region", "Coast", "--branch", "harbour")


def test_a_link_can_be_printed_again_and_leaving_ends_it(shop: Rows) -> None:
    say("add", "Dana", "--email", "dana@example.com")
    say("add", "Kim", "--email", "kim@example.com", "--role", "admin")
    token = say("link", "kim@example.com").split("/sign-in/")[1].split()[0]
    with shop.database.reading() as session:
        assert sign_in.whose_link(session, token, shop.now)
    assert "Kim has left" in say("leave", "kim@example.com", "--yes")
    with shop.database.reading() as session:
        assert sign_in.whose_link(session, token, shop.now) is None
    with pytest.raises(AccountRefused, match="Nobody with the address"):
        say("link", "kim@example.com")
    assert "Kim <kim@example.com>: left on 2026-11-22" in say("list")


def test_the_last_administrator_gets_back_in_without_her_second_factor(shop: Rows) -> None:
    say("add", "Dana", "--email", "dana@example.com")
    with shop.database.transaction() as session:
        session.get_one(Person, 1).totp_enc = b"lost with her phone"
        factors.require(session, True, by="Dana", now=shop.now)
    said = say("reset", "dana@example.com", "--yes")
    assert "0 passkeys and the codes are taken away" in said
    with shop.database.reading() as session:
        assert not factors.held(session, 1)
        (told,) = session.exec(select(AuditBody).where(AuditBody.kind == "second_factor_reset"))
    assert told.body
    assert told.body["person"] == "the command line"
    assert "/sign-in/" in say("link", "dana@example.com")
