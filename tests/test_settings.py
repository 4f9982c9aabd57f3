"""Settings: documented, checked at the start, and one clear sentence where one is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import SettingsError
from service.settings import Settings, decode_secret, new_secret, read_settings, the_secret, variable_of

DOCS = Path(__file__).resolve().parents[1] / "docs" / "settings.md"


def documented() -> dict[str, str]:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| ", DOCS.read_text(), re.M)
    return {name: default.strip("`") for name, default in rows}


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    assert documented().keys() == {variable_of(field) for field in Settings.model_fields}


@pytest.mark.parametrize(
    "field", ["host", "port", "browser", "demo", "tick_seconds", "workers", "log_level", "backup_keep"]
)
def test_a_documented_default_is_the_real_one(field: str) -> None:
    assert documented()[variable_of(field)] == str(getattr(read_settings({}), field))


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("PORT", "eighty", "PORT"),
        ("PORT", "70000", "PORT"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x", "sqlite:/// or postgresql://"),
        ("SHOPBELL_SECRET", "hunter2", "32 bytes"),
        ("SHOPBELL_URL", "bell.example.com", "https://bell.example.com"),
        ("SHOPBELL_MAIL", "gopher://hunter2@host", "smtp://"),
        ("SHOPBELL_MAIL", "smtp://user:hunter2@host", "SHOPBELL_MAIL_FROM"),
        ("SHOPBELL_HEARTBEAT_URL", "hunter2", "SHOPBELL_HEARTBEAT_URL"),
        ("SHOPBELL_DEMO", "perhaps", "SHOPBELL_DEMO"),
        ("SHOPBELL_TICK_SECONDS", "0", "SHOPBELL_TICK_SECONDS"),
        ("SHOPBELL_WORKERS", "99", "SHOPBELL_WORKERS"),
        ("SHOPBELL_LOG_LEVEL", "loud", "SHOPBELL_LOG_LEVEL"),
        ("SHOPBELL_BACKUP_TO", "hunter2/backups", "full path"),
        ("SHOPBELL_BACKUP_TO", "https://ann:hunter2@dav.example.com/one", "ends in /"),
        ("SHOPBELL_BACKUP_TO", "ftp://hunter2@example.com/", "SHOPBELL_BACKUP_TO"),
        ("SHOPBELL_BACKUP_PASSPHRASE", "hunter2", "at least 12"),
        ("SHOPBELL_BACKUP_KEEP", "0", "SHOPBELL_BACKUP_KEEP"),
    ],
)
def test_a_malformed_setting_stops_with_one_sentence_that_names_it(
    variable: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    for attempt in (read_settings, lambda: read_settings({variable: value})):
        with pytest.raises(SettingsError) as error:
            attempt()
        sentence = str(error.value)
        assert says in sentence
        assert variable in sentence or says in sentence
        assert "\n" not in sentence
        assert "hunter2" not in sentence


def test_an_empty_value_counts_as_not_set() -> None:
    assert read_settings({"PORT": "", "DATABASE_URL": ""}).port == 8080


def test_hosts_may_be_separated_by_commas_or_spaces() -> None:
    settings = read_settings({"SHOPBELL_ALLOW_HOSTS": "10.0.0.5, shop.lan:8080"})
    assert settings.allow_hosts == ("10.0.0.5", "shop.lan:8080")


def test_no_secret_shows_when_settings_are_printed() -> None:
    environ = {
        "DATABASE_URL": "postgresql://user:hunter2@db/x",
        "SHOPBELL_SECRET": (secret := new_secret()),
        "SHOPBELL_MAIL": "smtp://user:hunter2@host",
        "SHOPBELL_MAIL_FROM": "bell@example.com",
        "SHOPBELL_HEARTBEAT_URL": "https://ping.example.com/hunter2",
    }
    shown = repr(read_settings(environ))
    assert "hunter2" not in shown
    assert secret not in shown


def test_the_secret_is_made_once_outside_the_database_and_read_by_nobody_else(tmp_path: Path) -> None:
    settings = read_settings({"SHOPBELL_DATA": str(tmp_path)})
    first = the_secret(settings)
    assert the_secret(settings) == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_damaged_secret_file_is_said_and_kept(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("half a sec")
    with pytest.raises(SettingsError, match="Nothing was changed"):
        the_secret(read_settings({"SHOPBELL_DATA": str(tmp_path)}))
    assert (tmp_path / "secret").read_text() == "half a sec"


@given(st.text())
def test_any_text_is_a_secret_or_a_clear_error(value: str) -> None:
    try:
        assert len(decode_secret(value)) == 32
    except ValueError as error:
        assert "32 bytes" in str(error)
