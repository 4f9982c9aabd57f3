"""``shopbell mail``: tried truthfully at once, nothing stored where it fails, and read by ``serve``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import exits
from service.cli.main import shopbell
from service.db import Database
from service.errors import ShopbellError
from service.models import Branch, Listing
from tests.mailboxes import a_large_mail, a_mail
from tests.provision.dovecot import PASSWORD, Server
from tests.test_cli import HOME
from tests.test_serve import Served, wait

pytestmark = pytest.mark.server

GOOGLE_MAIL = HOME / "tests" / "mails" / "google-single.eml"


@pytest.fixture
def serving(installed: Path) -> Iterator[Callable[..., Served]]:
    """Serves the installation, and ends with the test."""
    begun: list[Served] = []

    def serve(**environment: str) -> Served:
        begun.append(Served(installed, **environment))
        return begun[-1]

    yield serve
    for served in begun:
        if served.process and served.process.poll() is None:
            served.kill()


@pytest.fixture
def installed(migrated_sqlite: Path, tmp_path: Path) -> Path:
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


def mail(*words: str, folder: Path, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {"SHOPBELL_DATA": str(folder), "SHOPBELL_DEMO": "never", "SHOPBELL_ALLOW_HOSTS": "localhost"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SHOPBELL_")}
    return subprocess.run(
        [sys.executable, "-m", "service", "mail", *words],
        env=clean | ours | environment,
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=HOME,
        check=False,
    )


def address(server: Server, user: str) -> str:
    return f"imaps://{user}@localhost:{server.tls_port}"


def memory_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def watch_the_bakery(folder: Path) -> None:
    """A listing that the mail in ``GOOGLE_MAIL`` speaks of; it is never looked at."""
    database = Database(f"sqlite:///{folder}/shopbell.db")
    with database.transaction() as session:
        branch = Branch(code="hartsea", name="Corner Bakery Hartsea")
        session.add(branch)
        session.flush()
        page = {"site": "google_maps", "key": "0x1:0x2", "url": "https://maps.example/hartsea"}
        session.add(Listing(branch_id=branch.id, added_at=datetime(2026, 1, 1, tzinfo=UTC), **page))
    database.close()


def test_a_mailbox_is_tried_added_read_within_192_mib_and_told_of_in_seconds(
    installed: Path, serving: Callable[..., Served], mail_server: Server, mail_certificate: Path
) -> None:
    user = mail_server.fresh_user()
    trust = {"SSL_CERT_FILE": str(mail_certificate)}
    mail_server.deliver(user, GOOGLE_MAIL.read_bytes())
    words = ("add", address(mail_server, user), "--password-from-stdin")
    added = mail(*words, folder=installed, said=f"{PASSWORD}\n", **trust)
    assert added.returncode == 0, added.stderr
    assert "Mails in INBOX: 1;" in added.stdout
    assert "from senders that tell of reviews: 1." in added.stdout
    for number in range(1000):
        mail_server.deliver(user, a_mail(number))
    mail_server.deliver(user, a_large_mail(22_000_000))  # 30 MB as base64
    watch_the_bakery(installed)
    served = serving(SHOPBELL_DEMO="never", SHOPBELL_ALLOW_HOSTS="localhost", **trust)
    process = served.start()
    wait(lambda: served.rows("SELECT count(*) FROM inbound") == [(1002,)], 60)
    wait(lambda: served.rows("SELECT state FROM source_account") == [("open",)], 60)
    wait(lambda: served.rows("SELECT author FROM review") == [("Mirelle Oduya",)], 60)
    wait(lambda: served.rows("SELECT name FROM lease WHERE name LIKE 'ear:%'"), 60)
    mail_server.deliver(user, a_mail(1001))
    wait(lambda: served.rows("SELECT count(*) FROM inbound") == [(1003,)], 60)
    peak = memory_mb(process.pid)
    code, said = served.end()
    assert code == 0, said
    assert "Traceback" not in said
    assert peak < 192
    listed = mail("list", folder=installed)
    assert f"{user} (INBOX): open" in listed.stdout
    assert PASSWORD not in listed.stdout


def quick(*words: str, folder: Path, said: str = "", **environment: str) -> Result:
    """The command in this process; an error of ours is what it would have printed."""
    ours = {"SHOPBELL_DATA": str(folder), "SHOPBELL_DEMO": "never"}
    result = CliRunner().invoke(shopbell, ["mail", *words], input=said, env=ours | environment)
    if result.exception and not isinstance(result.exception, ShopbellError | SystemExit):
        raise result.exception
    return result


def test_nothing_is_stored_where_the_mailbox_cannot_be_read(
    installed: Path, mail_server: Server, mail_certificate: Path
) -> None:
    place = address(mail_server, mail_server.fresh_user())
    words = ("add", place, "--password-from-stdin")
    trust = {"SSL_CERT_FILE": str(mail_certificate)}
    refused = mail(*words, folder=installed, said="wrong\n", **trust)
    assert refused.returncode == exits.FAILED
    assert "does not accept the password" in refused.stderr
    assert "Traceback" not in refused.stderr
    stranger = quick(*words, folder=installed, said="x\n", SHOPBELL_ALLOW_HOSTS="localhost")
    assert "certificate" in str(stranger.exception)
    assert quick("list", folder=installed).exit_code == exits.FAILED


def test_a_sign_in_at_the_provider_waits_for_a_person(installed: Path) -> None:
    place = "imaps://bell@gmail.com@imap.gmail.com"
    without = quick("add", place, "--oauth", "google", folder=installed)
    assert "SHOPBELL_GOOGLE_CLIENT" in str(without.exception)
    added = quick("add", place, "--oauth", "google", folder=installed, SHOPBELL_GOOGLE_CLIENT="a:b")
    assert "http://127.0.0.1:8080/mailboxes/1/sign-in" in added.output
    assert "sign_in, not heard yet" in quick("list", folder=installed).output
    assert "is read no longer" in quick("remove", "1", folder=installed).output
    assert isinstance(quick("remove", "1", folder=installed).exception, ShopbellError)


def test_who_forwards_is_named_by_an_address(installed: Path) -> None:
    place = "imaps://bell@gmail.com@imap.gmail.com"
    refused = quick("add", place, "--oauth", "google", "--also-from", 'boss" OR ALL', folder=installed)
    assert "is not a mail address" in str(refused.exception)


def test_a_hook_is_printed_once_with_what_to_switch_on(installed: Path) -> None:
    url = {"SHOPBELL_URL": "https://bell.example.com"}
    made = quick("hook", "add", "mailgun", "--key-from-stdin", folder=installed, said="s3cret\n", **url)
    address = made.output.splitlines()[0]
    assert address.startswith("https://bell.example.com/hooks/mail/mailgun/")
    assert address.endswith("/mime")
    assert "s3cret" not in made.output
    assert address.split("/")[-2] not in quick("list", folder=installed).output
    assert quick("hook", "add", "ses", folder=installed).exit_code == exits.USAGE
    assert "SHOPBELL_URL" in quick("hook", "add", "postmark", folder=installed).output


def test_a_branch_has_an_address_of_its_own(installed: Path) -> None:
    ours = {"SHOPBELL_MAIL_IN": "in@hear.example.com"}
    nobody = quick("address", "--branch", "North", folder=installed, **ours)
    assert "No branch is named" in str(nobody.exception)
    database = Database(f"sqlite:///{installed}/shopbell.db")
    with database.transaction() as session:
        session.add(Branch(code="north", name="North"))
    database.close()
    first = quick("address", "--branch", "North", folder=installed, **ours).output
    assert first.startswith("in+")
    assert quick("address", "--branch", "north", folder=installed, **ours).output == first


def test_a_saved_mail_is_read_and_nothing_is_stored(tmp_path: Path) -> None:
    ended = quick("read", str(GOOGLE_MAIL), "--authserv-id", "mx.bell.example", folder=tmp_path)
    shape = json.loads(ended.output)
    assert ended.exit_code == exits.DONE
    assert (shape["kind"], shape["site"], shape["origin"]) == ("review", "google_maps", "proven")
    assert [one["author"] for one in shape["reviews"]] == ["Mirelle Oduya"]
    assert not (tmp_path / "shopbell.db").exists()
