"""What every test may use: a real database of each kind, a fixed clock, the shared pages where they are."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from service.db import Database
from service.schema import migrate
from tests import costs, made_once
from tests.apart import Apart
from tests.loopback import Asked, Loopback, answer
from tests.postbox import certificate
from tests.provision import browsers, dovecot, postgres
from tests.provision.lending import Lending

# A loaded machine is no failure; what must be fast has a test of its own that says how fast.
settings.register_profile("shopbell", deadline=None)
settings.load_profile("shopbell")

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker for each core; two where tests wait for browsers more than they work."""
    cores = os.cpu_count() or 1
    return 2 * cores if config.option.markexpr == "browser" else cores


def pytest_configure(config: pytest.Config) -> None:
    """Tests are marked by what they use."""
    config.pluginmanager.register(Apart())


SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def pytest_collection_finish() -> None:
    """What all tests are is looked through once, not by each collection: it held servers up for seconds.

    And collections are fewer: each app that a test leaves behind was a reason to look through all others.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def what_no_test_is_about() -> Iterator[None]:
    """Is compiled once, and a passphrase costs little."""
    with made_once.once(), costs.held_at(costs.LOWERED):
        yield


@pytest.fixture
def as_shipped() -> Iterator[None]:
    """A passphrase costs what it costs everybody."""
    with costs.held_at(costs.SHIPPED):
        yield


@pytest.fixture
def now() -> datetime:
    """The moment all tests live in."""
    return NOW


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the real pages (../shared) are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser to start; a named skip on a laptop without one, a failure in CI."""
    found = browsers.chromium()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium is installed here")
    return str(found)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL of our own: a temporary folder, loopback, a user without rights; gone afterwards."""
    try:
        server = postgres.start()
    except postgres.NotHere as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mail_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for the test mail server's name, signed by itself."""
    return certificate(tmp_path_factory.mktemp("mail-tls"), dovecot.HOST)


@pytest.fixture(scope="session")
def token_server() -> Iterator[Loopback]:
    """Whom the mail server asks about XOAUTH2 tokens: "good:<user>" is one of that user's."""

    def say(asked: Asked) -> bytes:
        state, _, user = asked.headers.get("authorization", "").removeprefix("Bearer ").partition(":")
        shape = {"email": user or "nobody", "active": state == "good"}
        return answer(json.dumps(shape), content_type="application/json")

    with Loopback(say) as server:
        yield server


@pytest.fixture(scope="session")
def mail_server(mail_certificate: Path, token_server: Loopback) -> Iterator[dovecot.Server]:
    """A mail server of our own: a temporary folder, loopback, an account without rights; gone afterwards."""
    try:
        server = dovecot.start(mail_certificate, f"{token_server.url}/me")
    except dovecot.NotHere as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite_database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite file of one's own."""
    path = tmp_path / "shopbell.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database of one's own: each test that takes it runs on SQLite and on PostgreSQL."""
    database: Database = request.getfixturevalue(f"{request.param}_database")
    return database


@pytest.fixture(scope="session")
def lending(postgres_server: postgres.Server) -> Lending:
    """Migrated PostgreSQL databases, for one test after another."""
    return Lending(postgres_server, migrate)


@pytest.fixture
def postgres_database(lending: Lending) -> Iterator[Database]:
    """A migrated PostgreSQL database of one's own."""
    address = lending.lend()
    database = Database(address)
    yield database
    database.close()
    lending.take_back(address)
