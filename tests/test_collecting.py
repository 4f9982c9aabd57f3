"""The engine's part in mail: due mailboxes are collected, and a new mail is in within seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.db import Database
from service.engine.collecting import Collecting
from service.models import AccountKind, Lease, SourceAccount
from service.settings import Settings
from service.sources import accounts, collect, idle, oauth
from tests.loopback import Loopback, answer
from tests.mailboxes import VAULT, Box, a_mail, clock, cutting_proxy, logins, send, wait_for
from tests.provision.dovecot import Server

pytestmark = pytest.mark.server

Make = Callable[..., Box]


@pytest.fixture
def box(sqlite_database: Database, mail_server: Server, mail_certificate: Path) -> Make:
    return lambda **more: Box(sqlite_database, mail_server, mail_certificate, **more)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "BETWEEN", 0.01)
    monkeypatch.setattr(idle, "AGAIN", 0.1)


@contextmanager
def at_work(mine: Box, holder: str = "one") -> Iterator[Collecting]:
    """The engine's rounds, as fast as they go."""
    collecting = Collecting(mine.database, mine.collector, clock, holder)
    stop = threading.Event()

    def rounds() -> None:
        while not stop.wait(0.02):
            collecting._listened_at = None
            collecting.round(clock())

    thread = threading.Thread(target=rounds)
    thread.start()
    try:
        yield collecting
    finally:
        stop.set()
        thread.join()
        collecting.close()


def waited_at(mine: Box) -> bool:
    return any(thread.name == f"idle-{mine.id}" for thread in threading.enumerate())


def polled_late(mine: Box) -> bool:
    """Whether the mailbox was read and is due in minutes only, so that what comes now, IDLE brings."""
    row = mine.row
    return (
        row.state == "open"
        and row.next_try_at is not None
        and row.next_try_at - clock() > timedelta(minutes=1)
    )


def test_a_mailbox_that_is_due_is_read(box: Make, mail_server: Server) -> None:
    mine = box(more={"idle": False})
    send(mail_server, mine.user, a_mail(1))
    with at_work(mine):
        assert wait_for(lambda: mine.subjects == ["Mail 1"])
        assert not waited_at(mine)


def test_a_new_mail_is_in_within_seconds_where_the_server_tells(box: Make, mail_server: Server) -> None:
    mine = box()
    with at_work(mine):
        assert wait_for(lambda: waited_at(mine) and polled_late(mine))
        for number in (1, 2):
            send(mail_server, mine.user, a_mail(number))
            assert wait_for(lambda number=number: len(mine.subjects) == number, 5)
    assert mine.subjects == ["Mail 1", "Mail 2"]
    assert not waited_at(mine)


def test_a_wait_is_renewed_before_servers_end_it(
    box: Make, mail_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert idle.RENEW < 29 * 60
    monkeypatch.setattr(idle, "RENEW", 0.2)
    mine = box()
    with at_work(mine):
        assert wait_for(lambda: waited_at(mine))
        assert not wait_for(lambda: not waited_at(mine), 1)
        send(mail_server, mine.user, a_mail(1))
        assert wait_for(lambda: mine.subjects == ["Mail 1"], 5)


def test_a_wait_that_breaks_off_is_begun_again(
    box: Make, mail_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "RENEW", 0.02)  # each renewal is some bytes more, until the line is cut
    woken = threading.Semaphore(0)
    with cutting_proxy(mail_server.port, 6000) as port:
        mine = box(port=port, more={"implicit": False})
        waiting = idle.Waiting(lambda: mine.collector.open(mine.id, clock()), "INBOX", woken.release)
        thread = threading.Thread(target=waiting.run)
        thread.start()
        assert wait_for(lambda: len(logins(mail_server, mine.user)) >= 2)
        waiting.stop()
        thread.join(5)
    assert not thread.is_alive()
    assert woken.acquire(blocking=False)


def test_stopping_ends_a_wait_at_once(box: Make) -> None:
    mine = box()
    with at_work(mine):
        assert wait_for(lambda: waited_at(mine) and polled_late(mine))
        began = clock()
    assert clock() - began < timedelta(seconds=2)
    assert mine.row.state == "open"


def test_stopping_amid_a_fetch_blames_nobody(
    box: Make, mail_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1))
    reached, stopped = threading.Event(), threading.Event()
    genuine = collect.new_mails

    def slow(*words: object) -> Iterator[collect.Batch]:
        reached.set()
        stopped.wait(5)
        yield from genuine(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(collect, "new_mails", slow)
    with at_work(mine):
        assert reached.wait(10)
        mine.collector.stop()
        stopped.set()
        assert wait_for(lambda: mine.row.lease_until is None)
        assert (mine.row.failures, mine.row.state) == (0, "new")


def test_one_process_alone_waits_at_a_mailbox(box: Make) -> None:
    mine = box()
    with at_work(mine, "one"):
        assert wait_for(lambda: waited_at(mine))
        with mine.database.transaction() as session:
            assert not accounts.hold_ear(session, mine.id, "two", clock(), timedelta(minutes=1))
            later = clock() + timedelta(minutes=2)
            assert accounts.hold_ear(session, mine.id, "two", later, timedelta(minutes=1))
        assert wait_for(lambda: not waited_at(mine))


def test_what_a_dead_process_held_is_free_at_the_next_start(box: Make) -> None:
    mine = box()
    with mine.database.transaction() as session:
        accounts.claim(session, clock(), 1)
        accounts.hold_ear(session, mine.id, "dead", clock(), timedelta(minutes=1))
    with mine.database.transaction() as session:
        accounts.let_go(session)
    with mine.database.reading() as session:
        assert accounts.anything_due(session, clock())
        assert session.get(Lease, f"ear:{mine.id}") is None


def test_an_error_of_ours_ends_no_wait_for_good(box: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = box()
    errors = [OSError("locked"), None]
    genuine = accounts.wake

    def wake(*words: object) -> None:
        if errors and (error := errors.pop(0)):
            raise ValueError from error
        genuine(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(accounts, "wake", wake)
    with at_work(mine):
        assert wait_for(lambda: not errors)
        assert wait_for(lambda: waited_at(mine))


# Signing in at a provider


def with_tokens(mine: Box, access: str) -> None:
    """Give the mailbox what its provider gave: ``access`` is one the mail server asks about."""
    until = (clock() + timedelta(hours=1)).isoformat()
    tokens = {"refresh": "R1", "access": access, "until": until}
    with mine.database.transaction() as session:
        account = session.get_one(SourceAccount, mine.id)
        account.secret_enc = accounts.seal(VAULT, AccountKind.IMAP, account.external_id, tokens)


def test_a_sign_in_by_token_opens_the_mailbox(box: Make, mail_server: Server) -> None:
    mine = box(more={"oauth": "google"})
    with_tokens(mine, f"good:{mine.user}")
    send(mail_server, mine.user, a_mail(1))
    assert mine.collect().state == "open"
    assert mine.subjects == ["Mail 1"]


@pytest.mark.parametrize(
    ("said", "state", "why"),
    [
        ('{"access_token": "good:%s", "expires_in": 3600}', "open", None),
        ('{"error": "invalid_grant"}', "sign_in", "Google no longer accepts this sign-in: sign in again."),
    ],
)
def test_a_token_taken_back_is_renewed_once_or_told(
    said: str, state: str, why: str | None, box: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(google_client=SecretStr("id:secret"))
    mine = box(more={"oauth": "google"}, settings=settings)
    with_tokens(mine, f"gone:{mine.user}")
    status = "200 OK" if "access" in said else "400 Bad"
    with Loopback(lambda _asked: answer(said.replace("%s", mine.user), status)) as provider:
        google = replace(oauth.PROVIDERS["google"], token=f"{provider.url}/token")
        monkeypatch.setitem(oauth.PROVIDERS, "google", google)
        account = mine.collect()
        mine.client.close()
    assert (account.state, account.last_error) == (state, why)
    assert len(provider.asked) == 1
