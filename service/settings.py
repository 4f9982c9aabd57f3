"""Settings: read once from the environment, checked, frozen.

Every field is documented in ``docs/settings.md``; a test holds the two together. A malformed value raises
``SettingsError`` with one sentence that names the variable and never repeats a secret.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from service.errors import SettingsError

CHECKOUT = Path(__file__).resolve().parents[1]
SECRET_BYTES = 32
SHORTEST_PASSPHRASE = 12  # of a backup
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")
MAIL_SCHEMES = ("smtp", "smtps", "postmark", "mailgun", "sendgrid")


class Settings(BaseSettings):
    """All that an operator may set. Field names are the variables' names without ``SHOPBELL_``."""

    model_config = SettingsConfigDict(
        env_prefix="SHOPBELL_", frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    home: Path = CHECKOUT
    data: Path | None = None
    database_url: Annotated[SecretStr | None, Field(validation_alias="DATABASE_URL")] = None
    secret: SecretStr | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, validation_alias="PORT")] = 8080
    url: str | None = None
    contact: str | None = None
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    mail: SecretStr | None = None
    mail_from: str | None = None
    mail_in: str | None = None
    google_client: SecretStr | None = None
    microsoft_client: SecretStr | None = None
    heartbeat_url: SecretStr | None = None
    backup_to: SecretStr | None = None
    backup_passphrase: SecretStr | None = None
    backup_keep: Annotated[int, Field(ge=1, le=365)] = 7
    browser: str = "auto"
    demo: Literal["auto", "never"] = "auto"
    tick_seconds: Annotated[float, Field(gt=0, le=60)] = 1.0
    workers: Annotated[int, Field(ge=1, le=8)] = 2
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment is the only source: no file in the working folder changes what runs."""
        return (init_settings, env_settings)

    @field_validator("allow_hosts", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part for part in value.replace(",", " ").split() if part)
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value and urlsplit(value.get_secret_value()).scheme not in DATABASE_SCHEMES:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            decode_secret(value.get_secret_value())
        return value

    @field_validator("url")
    @classmethod
    def _a_web_address(cls, value: str | None) -> str | None:
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            raise ValueError("must be an address such as https://bell.example.com")
        return value.rstrip("/") if value else None

    @field_validator("heartbeat_url")
    @classmethod
    def _a_heartbeat(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            cls._a_web_address(value.get_secret_value())
        return value

    @field_validator("backup_to")
    @classmethod
    def _a_place(cls, value: SecretStr | None) -> SecretStr | None:
        place = value.get_secret_value() if value else ""
        if "://" in place:
            cls._a_web_address(place)
        is_folder = place.endswith("/") if "://" in place else Path(place).is_absolute()
        if value and not is_folder:
            raise ValueError("must be the full path of a folder, or a WebDAV folder's address that ends in /")
        return value

    @field_validator("backup_passphrase")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < SHORTEST_PASSPHRASE:
            raise ValueError(f"must have at least {SHORTEST_PASSPHRASE} characters")
        return value

    @field_validator("mail")
    @classmethod
    def _a_mail_route(cls, value: SecretStr | None) -> SecretStr | None:
        if value and urlsplit(value.get_secret_value()).scheme not in MAIL_SCHEMES:
            raise ValueError(f"must begin with one of {', '.join(f'{s}://' for s in MAIL_SCHEMES)}")
        return value

    @field_validator("mail_in")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        local, _, domain = (value or "").strip().lower().partition("@")
        if value and (not local or "+" in local or "." not in domain or not value.isascii()):
            raise ValueError("must be an address such as in@hear.example.com, without a + in it")
        return f"{local}@{domain}" if value else None

    @model_validator(mode="after")
    def _mail_says_who_sends(self) -> Self:
        if self.mail and not self.mail_from:
            raise ValueError("SHOPBELL_MAIL is set, so SHOPBELL_MAIL_FROM must name the sender's address")
        return self

    @property
    def data_folder(self) -> Path:
        """Where the database, the secret and the backups lie."""
        return self.data or self.home / "var"

    @property
    def database_address(self) -> str:
        """The database's address; a SQLite file in the data folder unless told otherwise."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.own_file}"

    @property
    def own_file(self) -> Path:
        """The SQLite file in the data folder: the database, unless ``DATABASE_URL`` names one."""
        return self.data_folder / "shopbell.db"

    @property
    def is_sqlite(self) -> bool:
        """Whether one file is the database."""
        return urlsplit(self.database_address).scheme == "sqlite"

    @property
    def public_url(self) -> str:
        """How a person reaches the desk; links in alerts begin with it."""
        return self.url or f"http://127.0.0.1:{self.port}"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in the environment. Raises ``SettingsError``: one sentence, no secret in it."""
    try:
        if environ is None:
            return Settings()
        return Settings.model_validate(_by_field(environ))
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _by_field(environ: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"SHOPBELL_{name.upper()}")
        if environ.get(variable):
            values[str(field.validation_alias or name)] = environ[variable]
    return values


def variable_of(field: str) -> str:
    """The environment variable that sets ``field``."""
    return str(Settings.model_fields[field].validation_alias or f"SHOPBELL_{field.upper()}")


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = str(first["loc"][0]) if first["loc"] else ""
    name = variable_of(where) if where in Settings.model_fields else where
    what = first["msg"].removeprefix("Value error, ")
    return f"{name}: {what}. Nothing was started; see docs/settings.md." if name else f"{what}."


def decode_secret(value: str) -> bytes:
    """The 32 bytes behind a secret as it is written down (base64). Raises ``ValueError``."""
    try:
        raw = base64.urlsafe_b64decode(value.strip().encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != SECRET_BYTES:
        raise ValueError("must be 32 bytes in base64; `shopbell doctor --new-secret` prints one")
    return raw


def new_secret() -> str:
    """A fresh secret, as it is written down."""
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def the_secret(settings: Settings) -> bytes:
    """The installation's secret: from the environment, else from a file beside the database, made once.

    It lies outside the database, so that a copy of the database alone opens nothing.
    """
    if settings.secret:
        return decode_secret(settings.secret.get_secret_value())
    path = settings.data_folder / "secret"
    if not path.exists():
        _write_once(path, new_secret())
    try:
        return decode_secret(path.read_text())
    except ValueError as error:
        raise SettingsError(f"The secret in {path} {error}. Nothing was changed.") from None


def _write_once(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
    with contextlib.suppress(FileExistsError):  # another process was first: its secret is the one
        os.link(draft, path)
    draft.unlink()
