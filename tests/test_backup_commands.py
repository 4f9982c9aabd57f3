"""``shopbell backup``: made, checked, and brought back into an installation of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from service.cli.main import shopbell
from service.db import Database
from service.errors import BackupRefused, ShopbellError
from service.models import Branch
from service.settings import new_secret
from tests.conftest import NOW
from tests.desk_rows import Rows

PASSPHRASE = "a long enough passphrase\n"


@pytest.fixture
def shop(
    sqlite_database: Database, migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An installation that the environment names, and an empty one beside it; answers where that lies."""
    for name in ("SHOPBELL_MAIL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path))
    monkeypatch.setenv("SHOPBELL_SECRET", new_secret())
    Rows(sqlite_database, NOW).branch("Harbour Street")
    anew = tmp_path / "anew"
    anew.mkdir()
    (anew / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    return anew


def say(*words: str, typed: str = "") -> str:
    ended = CliRunner().invoke(shopbell, ["backup", *words], input=typed)
    if isinstance(ended.exception, ShopbellError):
        raise ended.exception
    assert ended.exit_code == 0, ended.output
    return ended.output


def branches(folder: Path) -> list[str]:
    database = Database(f"sqlite:///{folder / 'shopbell.db'}")
    with database.reading() as session:
        names = [branch.name for branch in session.scalars(select(Branch))]
    database.close()
    return names


@pytest.mark.parametrize(("more", "typed"), [((), ""), (("--passphrase",), PASSPHRASE)])
def test_it_is_made_checked_and_brought_back(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], typed: str
) -> None:
    file = str(tmp_path / "bell.backup")
    assert "Copy it off this machine" in say("make", file, *more, typed=typed * 2)
    assert "Whole and in order" in say("check", file, typed=typed)
    monkeypatch.setenv("SHOPBELL_DATA", str(shop))
    assert "are back" in say("restore", file, typed=typed)
    assert branches(shop) == ["Harbour Street"]
    with pytest.raises(BackupRefused, match="is not empty"):
        say("restore", file, typed=typed)


def test_without_its_secret_nothing_is_brought_back(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "bell.backup")
    say("make", file)
    monkeypatch.setenv("SHOPBELL_DATA", str(shop))
    monkeypatch.setenv("SHOPBELL_SECRET", new_secret())
    with pytest.raises(BackupRefused, match="Put the right one in place first"):
        say("restore", file)
    assert branches(shop) == []


def test_that_it_was_copied_elsewhere_is_noted(shop: Path, tmp_path: Path) -> None:
    say("make", str(tmp_path / "bell.backup"))
    assert "no longer ask" in say("kept")
