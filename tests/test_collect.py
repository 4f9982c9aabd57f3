"""Collecting mail from a real IMAP server: only what is new and wanted, nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from service.db import Database
from service.models import AccountState, InboundState
from service.sources import accounts, imap, imap_wire
from service.sources.mailbox import BACK, LARGEST
from tests.mailboxes import (
    DOMAINS,
    Box,
    a_large_mail,
    a_mail,
    clock,
    cutting_proxy,
    logins,
    send,
)
from tests.postbox import certificate
from tests.provision.dovecot import Server

HOME = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.server

Make = Callable[..., Box]


@pytest.fixture
def box(sqlite_database: Database, mail_server: Server, mail_certificate: Path) -> Make:
    """Makes mailboxes."""
    return lambda **more: Box(sqlite_database, mail_server, mail_certificate, **more)


# What is fetched


def test_a_new_mail_is_stored_as_it_came_and_waits_to_be_read(box: Make, mail_server: Server) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1))
    account = mine.collect()
    (mail,) = mine.mails
    assert (mail.state, mail.cut, mail.kind) == (InboundState.WAITING.value, False, "mail")
    assert mail.raw is not None
    assert mail.raw.endswith(b"Anna left a review, number 1.\r\n")
    assert abs(mail.received_at - clock()) < timedelta(minutes=1)
    assert mail.keep_until is not None
    assert mail.keep_until - clock() > timedelta(days=89)
    assert (account.state, account.failures, account.last_error) == ("open", 0, None)
    assert account.next_try_at is not None
    assert timedelta(seconds=110) < account.next_try_at - clock() < timedelta(seconds=121)


def test_only_what_is_new_is_fetched_again(box: Make, mail_server: Server) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1), a_mail(2))
    mine.collect()
    cursor = mine.row.cursor
    send(mail_server, mine.user, a_mail(3))
    mine.collect()
    assert mine.subjects == ["Mail 1", "Mail 2", "Mail 3"]
    assert mine.row.cursor["uid"] == cursor["uid"] + 1
    assert mine.collect().cursor["uid"] == cursor["uid"] + 1


def test_mails_of_nobody_known_are_never_kept(box: Make, mail_server: Server) -> None:
    mine = box()
    alike = ("x@google.example", "x@notgoogle.com", "businessprofile@google.com.evil.example")
    named = '"businessprofile-noreply@google.com" <x@evil.example>'
    strangers = (a_mail(number, sender) for number, sender in enumerate(("ann@bank.example", *alike, named)))
    send(mail_server, mine.user, *strangers, a_mail(9))
    mine.collect()
    assert mine.subjects == ["Mail 9"]
    assert mine.row.cursor["uid"] == 6


def test_the_owners_own_forwarders_and_our_own_addresses_are_wanted_too(
    box: Make, mail_server: Server
) -> None:
    mine = box(mail_in="in@hear.example", more={"also_from": ("boss@shop.example",)})
    send(
        mail_server,
        mine.user,
        a_mail(1, "boss@shop.example"),
        a_mail(2, "ann@bank.example", to="in+abcdefghij@hear.example"),
        a_mail(3, "ann@bank.example", delivered_to="in+abcdefghij@hear.example"),
        a_mail(4, "ann@bank.example", to="robin+x@elsewhere.example"),
    )
    mine.collect()
    assert mine.subjects == ["Mail 1", "Mail 2", "Mail 3"]


def test_a_search_for_many_sites_is_asked_in_parts(box: Make, mail_server: Server) -> None:
    mine = box(domains=[f"site{number}.example" for number in range(60)])
    senders = (a_mail(number, f"x@site{number}.example") for number in (0, 24, 25, 59))
    send(mail_server, mine.user, *senders, a_mail(99, "x@site60.example"))
    mine.collect()
    assert mine.subjects == ["Mail 0", "Mail 24", "Mail 25", "Mail 59"]


def test_years_of_mail_are_not_swallowed_at_first_contact(box: Make, mail_server: Server) -> None:
    mine = box()
    old = (clock() - BACK - timedelta(days=2)).timestamp()
    mail_server.deliver(mine.user, a_mail(1), at=old)
    mail_server.deliver(mine.user, a_mail(2), at=(clock() - timedelta(days=3)).timestamp())
    mine.collect()
    assert mine.subjects == ["Mail 2"]


def test_who_is_wanted_anew_is_fetched_from_the_same_window(box: Make, mail_server: Server) -> None:
    mine = box(domains=DOMAINS[:1])
    send(mail_server, mine.user, a_mail(1, "noreply@trustpilot.com"), a_mail(2))
    mine.collect()
    assert mine.subjects == ["Mail 2"]
    mine.domains = DOMAINS
    mine.collect()
    assert mine.subjects == ["Mail 2", "Mail 1"]


def test_another_folder_is_read_where_it_is_named(box: Make, mail_server: Server) -> None:
    mine = box(more={"folder": "Reviews"})
    mail_server.deliver(mine.user, a_mail(1), folder="Reviews")
    mail_server.deliver(mine.user, a_mail(2))
    mine.collect()
    assert mine.subjects == ["Mail 1"]


def test_a_folder_that_is_not_there_is_told(box: Make) -> None:
    account = box(more={"folder": "Nowhere"}).collect()
    assert account.state == AccountState.FAILING.value
    assert account.last_error is not None
    assert "no folder 'Nowhere'" in account.last_error


def test_nothing_in_the_mailbox_changes(box: Make, mail_server: Server) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1))
    mine.collect()
    assert mail_server.flags(mine.user) == set()
    assert not list((mail_server.maildir(mine.user) / "cur").glob("*:2,*S*"))


# Nothing lost, nothing doubled


def test_the_same_mail_twice_is_one(box: Make, mail_server: Server) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1), a_mail(1))
    mine.collect()
    send(mail_server, mine.user, a_mail(1))
    mine.collect()
    assert mine.subjects == ["Mail 1"]


def test_new_numbers_begin_anew_and_double_nothing(box: Make, mail_server: Server) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1), a_mail(2))
    mine.collect()
    before = mine.row.cursor
    mail_server.begin_anew(mine.user)
    send(mail_server, mine.user, a_mail(3))
    mine.collect()
    assert mine.row.cursor["uidvalidity"] != before["uidvalidity"]
    assert mine.subjects == ["Mail 1", "Mail 2", "Mail 3"]


@pytest.mark.parametrize("after", [100, 900, 2500, 4500, 6000, 8000])
def test_a_connection_that_breaks_off_loses_and_doubles_nothing(
    after: int, box: Make, mail_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.sources import mailbox

    monkeypatch.setattr(mailbox, "BATCH_MAILS", 3)
    with cutting_proxy(mail_server.port, after) as port:
        mine = box(port=port, more={"implicit": False})
        send(mail_server, mine.user, *(a_mail(number) for number in range(20)))
        broken = mine.collect()
        kept = mine.subjects
    assert broken.state == AccountState.FAILING.value
    assert broken.last_error is not None
    assert "broke off" in broken.last_error
    assert kept == [f"Mail {number}" for number in range(len(kept))]
    assert len(kept) < 20
    with mine.database.transaction() as session:
        account = session.get_one(type(broken), mine.id)
        account.settings = account.settings | {"port": mail_server.port}
    assert mine.collect().state == "open"
    assert mine.subjects == [f"Mail {number}" for number in range(20)]


KILLED = """
import os, signal, sys
from service.db import Database
from service.sources import collect
from tests.mailboxes import Box
from tests.provision.dovecot import Server
from pathlib import Path

class Killed(collect.Collector):
    def _keep(self, claimed, batch, now):
        if batch.mails and {before}:
            os.kill(os.getpid(), signal.SIGKILL)
        kept = super()._keep(claimed, batch, now)
        os.kill(os.getpid(), signal.SIGKILL)

collect.Collector = Killed
import tests.mailboxes
tests.mailboxes.Collector = Killed
server = Server(Path("{folder}"), {port}, {tls_port}, None, None)
Box(Database("{url}"), server, Path("{pem}"), user="{user}").collect()
"""


@pytest.mark.parametrize("before", [True, False])
def test_killed_between_fetch_and_store_or_after_it_nothing_is_lost_or_doubled(
    before: bool, box: Make, mail_server: Server
) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1), a_mail(2))
    facts = {"folder": mail_server.folder, "port": mail_server.port, "tls_port": mail_server.tls_port}
    code = KILLED.format(
        before=before, url=str(mine.database.engine.url), pem=mine.pem, user=mine.user, **facts
    )
    died = subprocess.run([sys.executable, "-c", code], cwd=HOME, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert len(mine.mails) == (0 if before else 2)
    assert mine.row.cursor.get("uid", 0) == (0 if before else 2)
    mine.collect()
    assert mine.subjects == ["Mail 1", "Mail 2"]


def test_two_workers_never_read_one_mailbox_at_once(database: Database) -> None:
    from service.models import AccountKind

    with database.transaction() as session:
        for name in ("a", "b"):
            accounts.add(session, AccountKind.IMAP, name, name, clock(), next_try_at=clock())
    taken: list[int] = []

    def work() -> None:
        with database.transaction() as session:
            taken.extend(one.id for one in accounts.claim(session, clock(), 2))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == len(set(taken)) == 2


def test_a_worker_whose_claim_lapsed_stores_nothing_more(box: Make, mail_server: Server) -> None:
    mine = box()
    send(mail_server, mine.user, a_mail(1))
    with mine.database.transaction() as session:
        (slow,) = accounts.claim(session, clock(), 1)
    with mine.database.transaction() as session:
        later = clock() + accounts.LEASE + timedelta(seconds=1)
        (quick,) = accounts.claim(session, later, 1)
    mine.collector.collect(slow, clock)
    assert mine.mails == []
    mine.collector.collect(quick, clock)
    assert mine.subjects == ["Mail 1"]


# Large, strange, many


def test_of_a_mail_of_30_megabytes_only_the_beginning_is_fetched(box: Make, mail_server: Server) -> None:
    mine = box()
    mail_server.deliver(mine.user, a_large_mail(22_000_000))  # 30 MB as base64
    mail_server.deliver(mine.user, a_mail(2))
    mine.collect()
    large, small = mine.mails
    assert large.raw is not None
    assert (len(large.raw), large.cut, small.cut) == (LARGEST, True, False)
    assert b"Anna left a review." in large.raw


def test_a_mail_in_shift_jis_is_kept_byte_by_byte(box: Make, mail_server: Server) -> None:
    mine = box()
    head = a_mail(1).partition(b"\r\n\r\n")[0] + b"\r\nContent-Type: text/plain; charset=Shift_JIS"
    mail = head + b"\r\n\r\n" + "とても美味しかったです".encode("shift_jis") + b"\r\n"
    mail_server.deliver(mine.user, mail)
    mine.collect()
    assert [kept.raw for kept in mine.mails] == [mail]


def test_a_mailbox_with_more_than_one_turns_worth_is_due_again_at_once(
    box: Make, mail_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.sources import collect, mailbox

    monkeypatch.setattr(mailbox, "BATCH_MAILS", 2)
    monkeypatch.setattr(collect, "MOST_BATCHES", 2)
    mine = box()
    for number in range(7):
        mail_server.deliver(mine.user, a_mail(number))
    account = mine.collect()
    assert len(mine.mails) == 4
    assert account.next_try_at is not None
    assert account.next_try_at <= clock()
    mine.collect()
    assert len(mine.mails) == 7


# Passwords and encryption


@pytest.mark.parametrize("implicit", [True, False])
def test_a_password_goes_over_tls_from_the_first_byte_or_by_starttls(
    implicit: bool, box: Make, mail_server: Server
) -> None:
    mine = box(more={"implicit": implicit})
    assert mine.collect().state == "open"
    (line,) = logins(mail_server, mine.user)
    assert "TLS" in line


def attempts_of(server: Server, user: str) -> list[str]:
    """What the server's log says of a user; it answers first and writes it down a moment later."""
    for _ in range(100):
        if lines := [line for line in (server.folder / "log").read_text().splitlines() if user in line]:
            return lines
        time.sleep(0.05)
    return []


def test_a_wrong_password_is_told_and_not_tried_often(box: Make, mail_server: Server) -> None:
    mine = box(password="wrong")
    account = mine.collect()
    attempts = attempts_of(mail_server, mine.user)
    assert len(attempts) == 1
    assert account.state == AccountState.SIGN_IN.value
    assert account.last_error is not None
    assert "does not accept the password" in account.last_error
    assert "wrong" not in account.last_error
    assert account.next_try_at is not None
    assert account.next_try_at - clock() > timedelta(hours=3)


def test_a_password_of_any_characters_is_sent_as_it_is(box: Make) -> None:
    mine = box(password='pässwörd "\\ {5}')
    assert mine.collect().state == AccountState.SIGN_IN.value  # refused as wrong, not broken off


def test_a_certificate_that_is_not_its_own_is_refused(
    sqlite_database: Database, mail_server: Server, mail_certificate: Path, tmp_path: Path
) -> None:
    other = Box(sqlite_database, mail_server, certificate(tmp_path, "mail.test"))
    stranger = Box(sqlite_database, mail_server, mail_certificate, trusted=False)
    for one in (other, stranger):
        account = one.collect()
        assert account.state == AccountState.FAILING.value
        assert account.last_error is not None
        assert "certificate" in account.last_error
        assert logins(mail_server, one.user) == []


@contextmanager
def speaking(*pieces: bytes, pause: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """A server that says ``pieces`` to whoever comes, ``pause`` seconds apart, and hears what is said."""
    stop = threading.Event()
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen(connection: socket.socket) -> None:
        try:
            while piece := connection.recv(4096):
                heard.append(piece)
        except OSError:
            return

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                ear = threading.Thread(target=listen, args=(connection,))
                ear.start()
                for piece in pieces:
                    connection.sendall(piece)
                    if stop.wait(pause):
                        break
                stop.wait(20)
                connection.shutdown(socket.SHUT_RDWR)
                ear.join(10)
        except OSError:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        stop.set()
        listener.close()
        thread.join(10)


GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"


def test_without_encryption_no_password_is_sent_to_another_machine(
    box: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Greets(imap_wire.Protocol):
        def _get_capabilities(self) -> None:
            self.capabilities = ("IMAP4REV1", "AUTH=PLAIN")

    monkeypatch.setattr(imap_wire, "Protocol", Greets)
    with speaking(GREETING) as (port, heard):
        mine = box(port=port, more={"implicit": False}, addresses=("127.0.0.1", "192.0.2.1"))
        account = mine.collect()
    assert account.last_error is not None
    assert "the password was not sent" in account.last_error
    assert b"AUTHENTICATE" not in b"".join(heard)
    assert b"LOGIN" not in b"".join(heard)


def test_on_this_machine_itself_a_password_needs_no_encryption(box: Make, mail_server: Server) -> None:
    with cutting_proxy(mail_server.port, 10_000_000) as port:
        mine = box(port=port, more={"implicit": False})
        assert mine.collect().state == "open"


def test_the_guard_decides_what_may_be_opened(box: Make) -> None:
    account = box(allowed=()).collect()
    assert account.last_error is not None
    assert account.last_error.startswith("The mail server cannot be opened: mail.test")


# Servers as bad as servers are


def test_a_server_that_speaks_a_byte_now_and_then_is_left_in_time(
    box: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TOTAL", 0.5)
    began = time.monotonic()
    with speaking(*[b"*"] * 100, pause=0.1) as (port, _heard):
        account = box(port=port, more={"implicit": False}).collect()
    assert account.last_error == "mail.test did not answer in time."
    assert time.monotonic() - began < 5


def test_a_server_that_trickles_its_handshake_is_left_in_time(
    box: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TOTAL", 0.5)
    began = time.monotonic()
    record = b"\x16\x03\x03\x40\x00" + bytes(100)
    with speaking(*(bytes([byte]) for byte in record), pause=0.1) as (port, _heard):
        account = box(port=port).collect()
    assert account.last_error == "mail.test did not answer in time."
    assert time.monotonic() - began < 5


def test_a_server_that_hangs_is_left_in_time(box: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_wire, "SILENCE", 0.3)
    with speaking() as (port, _heard):
        account = box(port=port, more={"implicit": False}).collect()
    assert account.last_error == "mail.test did not answer in time."


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400\r\n\r\n",
        b"* BYE full\r\n",
        b"\xff\xfe\r\n",
        b"* OK hello\r\n* CAPABILITY\r\n",
        GREETING + b"* X {99999999999}\r\n",
        b"* OK " + b"x" * 1_100_000,
    ],
)
def test_a_server_that_speaks_otherwise_is_a_failure_like_any_other(
    said: bytes, box: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_wire, "SILENCE", 0.3)
    with speaking(said) as (port, _heard):
        account = box(port=port, more={"implicit": False}).collect()
    assert account.state == AccountState.FAILING.value
    assert account.last_error is not None
    assert account.last_error.startswith("mail.test ")


def test_failures_are_told_and_tried_again_later_and_later(box: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    mine = box(port=port)
    pauses = []
    for _ in range(5):
        account = mine.collect()
        assert account.next_try_at is not None
        pauses.append(account.next_try_at - clock())
    assert account.failures == 5
    assert pauses == sorted(pauses)
    assert timedelta(hours=3) < pauses[-1] < timedelta(hours=5)


def test_one_that_is_well_again_says_so(box: Make, mail_server: Server) -> None:
    mine = box(password="wrong")
    mine.collect()
    mine.password = os.environ.get("NOTHING", "correct-horse")
    mine.__post_init__()
    account = mine.collect()
    assert (account.state, account.failures, account.last_error) == ("open", 0, None)
