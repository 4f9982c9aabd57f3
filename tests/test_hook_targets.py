"""Addresses that are told by machine: read through the guard, kept encrypted, changed by whoever may."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from service import doctor
from service.backups import making, restoring
from service.db import Database
from service.domain import EventKind
from service.errors import AnswerRefused, UnusableChannel
from service.hooks import targets
from service.hooks.kinds import TEST, HookKind, kind_of, read_kinds
from service.hooks.queue import queue
from service.hooks.signing import new_secret, signed
from service.models import AuditBody, Event, HookDelivery
from service.net.allow import AllowList
from service.net.guard import Guard
from service.watch.joined import join
from tests.builders import judged
from tests.desk_rows import Rows
from tests.hooking import DOCS, Hooks
from tests.loopback import Loopback, answer
from tests.ringing import NOW, SECRET, VAULT, Clock

TOKEN = "s3cr3t-in-the-address"


@pytest.fixture
def hooks(sqlite_database: Database) -> Iterator[Hooks]:
    with Loopback(lambda _asked: answer()) as receiver:
        yield Hooks(Rows(sqlite_database, NOW), receiver, Clock(NOW))


def outside(_name: str, _port: int) -> list[str]:
    return ["93.184.216.34"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/x", "leads inside"),
        ("https://10.0.0.7/x", "leads inside"),
        ("https://user:word@till.example.com/x", "a name or a password"),
        ("https://till.example.com:22/x", "port 22"),
        ("http://till.example.com/x", "begins with https"),
        ("till.example.com", "does not begin"),
    ],
)
def test_what_nothing_may_be_sent_to_is_refused(url: str, why: str) -> None:
    with pytest.raises(UnusableChannel, match=why):
        targets.read_address(Guard(resolve=outside), url)


def test_hosts_of_the_allow_list_may_go_without_encryption() -> None:
    guard = Guard(AllowList.parse(["till.lan"]), outside)
    assert targets.read_address(guard, " http://till.lan:9000/x ") == ("http://till.lan:9000/x", "till.lan")


def test_neither_the_address_nor_its_secret_lies_readable_in_the_database(hooks: Hooks) -> None:
    hooks.target(path=f"/{TOKEN}")
    raw = base64.b64decode(hooks.secrets[0].removeprefix("whsec_"))
    files = [path.read_bytes() for path in _files(hooks.database)]
    assert len(raw) == 32
    assert all(word not in whole for whole in files for word in (TOKEN.encode(), raw))
    with hooks.database.reading() as session:
        noted = session.exec(select(AuditBody).where(col(AuditBody.kind) == "hook")).one()
    assert (noted.body or {})["host"] == "127.0.0.1"


def _files(database: Database) -> list[Path]:
    path = Path(str(database.engine.url.database))
    return list(path.parent.glob(f"{path.name}*"))


def test_an_address_is_kept_once(hooks: Hooks) -> None:
    hooks.target()
    with pytest.raises(AnswerRefused, match="told already"):
        hooks.target(HookKind.NEW)


def test_nothing_chosen_is_no_wish(hooks: Hooks) -> None:
    number = hooks.target()
    with pytest.raises(AnswerRefused, match="at least one"), hooks.database.transaction() as session:
        targets.change(session, number, (), "Olga", NOW, with_words=False)


def test_what_is_gone_cannot_be_changed(hooks: Hooks) -> None:
    with pytest.raises(AnswerRefused, match="not told any more"), hooks.database.transaction() as session:
        targets.pause(session, 99, "Olga", NOW)


def test_a_secret_is_new_each_time_and_signs_as_the_standard_says() -> None:
    assert new_secret() != new_secret()
    # The example of the Standard Webhooks libraries, with its own secret.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = NOW.fromtimestamp(1614265330, NOW.tzinfo)
    headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at, [secret])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_doctor_tells_of_addresses_that_take_nothing(hooks: Hooks) -> None:
    number = hooks.target(title="Till")
    assert _found(hooks) == [("webhook Till", "good", "is told")]
    hooks.receiver.say = lambda _asked: answer(status="500 Internal Server Error")
    hooks.new_review()
    hooks.run()
    ((_, level, what),) = _found(hooks)
    assert (level, "500" in what) == ("note", True)
    hooks.receiver.say = lambda _asked: answer(status="410 Gone")
    hooks.clock.at += timedelta(hours=1)
    hooks.run()
    ((_, level, what),) = _found(hooks)
    assert (level, "told nothing any more" in what) == ("bad", True)
    with hooks.database.transaction() as session:
        targets.resume(session, number, "Olga", NOW)
        targets.pause(session, number, "Olga", NOW)
    assert _found(hooks) == [("webhook Till", "good", "is paused")]


def _found(hooks: Hooks) -> list[tuple[str, str, str]]:
    return [(one.about, one.level.value, one.what) for one in doctor.hooks(hooks.database)]


def test_what_was_on_its_way_is_not_sent_again_from_a_backup(
    hooks: Hooks, migrated_sqlite: Path, tmp_path: Path
) -> None:
    hooks.target()
    hooks.new_review()
    queue(hooks.database, NOW)
    making.make(hooks.database, SECRET, tmp_path / "b", NOW)
    path = tmp_path / "anew.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    empty = Database(f"sqlite:///{path}")
    assert restoring.restore(empty, SECRET, tmp_path / "b", NOW).withheld == 1
    with empty.reading() as session:
        assert session.exec(select(HookDelivery)).one().state == "withheld"
        target = session.get_one(targets.HookTarget, 1)
        assert targets.way_to(VAULT, target, NOW).secrets == tuple(hooks.secrets)
    empty.close()


def test_two_reviews_that_turn_out_to_be_one_are_told_once_each_address(hooks: Hooks) -> None:
    hooks.target()
    listing = hooks.rows.listing(hooks.rows.branch())
    into, other = (hooks.rows.review(listing) for _ in range(2))
    for review in (into, other):
        hooks.rows.version(review, 1, f"The words of {review}.")
        for key in ("same", f"own of {review}"):
            hooks.rows.event(EventKind.NEW, review_id=review, subject=f"review:{review}", dedupe_key=key)
    queue(hooks.database, NOW)
    with hooks.database.transaction() as session:
        join(session, into, other, judged)
        left = session.exec(select(HookDelivery.event_id)).all()
        assert len(left) == len(set(left)) == 3
        assert all(session.get_one(Event, event).review_id == into for event in left)


def test_every_kind_is_documented_for_receivers() -> None:
    told = DOCS.read_text()
    assert [kind for kind in (*HookKind, TEST) if f"| `{kind}` |" not in told] == []


def test_an_event_that_is_nothing_to_others_has_no_kind() -> None:
    assert {kind: kind_of(kind, {}) for kind in (EventKind.EDITED, EventKind.DIGEST, EventKind.TEST)} == {
        EventKind.EDITED: None,
        EventKind.DIGEST: None,
        EventKind.TEST: None,
    }
    assert read_kinds(["review.new", "of another version", "review.new"]) == (HookKind.NEW,)
    written: list[Any] = []
    assert read_kinds(written) == ()
