"""A backup: whole or not there, opened by its key alone, brought back once, and nothing is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import scrypt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from service import audit
from service.alerts.digests import send_digests
from service.alerts.outbox import deliver
from service.alerts.ring import ring
from service.alerts.unclaimed import tell_again
from service.backups import making, restoring, sealing, sending
from service.db import Database
from service.errors import BackupRefused
from service.models import Channel, Delivery, Event, Installation, Person, Review, Rule
from service.settings import read_settings
from tests import ringing
from tests.loopback import Asked, Loopback, answer
from tests.ringing import NOW, SECRET, Clock, Recorder, packing, post

LATER = NOW + timedelta(hours=3)
OTHER = bytes(range(1, 33))


@pytest.fixture
def full(database: Database) -> Database:
    """An installation with a bit of everything, some of it on its way."""
    with database.transaction() as session:
        kim, lee = (ringing.channel(session, ringing.person(session, name)) for name in ("Kim", "Lee"))
        session.add(
            Rule(position=1, title="Calm", match={"stars": [4, 5]}, to=[lee], timing={"when": "daily"})
        )
        session.add(Rule(position=2, title="All", match={}, to=[kim]))
        ringing.approve(session)
        where = ringing.listing(session, ringing.branch(session, attributes={"staff": ["Ann"]}))
        for stars in (1.0, 5.0):
            about = ringing.review(
                session, where, rating=stars, urgency="normal", due_claim_at=NOW + timedelta(hours=1)
            )
            ringing.event(session, where, about)
        audit.record(session, "test", "nothing", {"word": "ünïcode"}, NOW)
    ring(database, packing(), NOW)
    with database.transaction() as session:
        ringing.event(session, where, about, kind="edited", dedupe_key="2", payload={"fields": ["text"]})
    return database


@pytest.fixture
def empty(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """Another installation, empty."""
    path = tmp_path / "anew.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.reading() as session:
        return {
            table.name: [
                dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in making.tables()
            if table.name not in ("installation", "event", "delivery", "digest_item")
        }


def test_every_row_comes_back_as_it_was(full: Database, empty: Database, tmp_path: Path) -> None:
    counts = making.make(full, SECRET, tmp_path / "b", NOW)
    back = restoring.restore(empty, SECRET, tmp_path / "b", LATER)
    assert dict(back.rows) == {name: n for name, n in counts.items() if n}
    assert everything(empty) == everything(full)
    assert (back.made_at, back.audit.broken, back.audit.head.seq) == (NOW, (), 2)
    with empty.reading() as session:
        kim = session.scalars(select(Channel).order_by(col(Channel.id))).first()
        assert kim is not None
        assert ringing.VAULT.target_hash("mail", "kim@example.com") == kim.target_hash


def test_nothing_that_was_on_its_way_is_sent_again(full: Database, empty: Database, tmp_path: Path) -> None:
    making.make(full, SECRET, tmp_path / "b", NOW)
    back = restoring.restore(empty, SECRET, tmp_path / "b", LATER)
    sender, clock = Recorder(), Clock(LATER)
    assert back.withheld == 1
    assert ring(empty, packing(), LATER) == 0
    assert tell_again(empty, packing(), LATER) == 0
    assert send_digests(empty, packing(), LATER + timedelta(days=2)) == 0
    assert deliver(empty, post(mail=sender), clock) == 0
    with empty.reading() as session:
        (held,) = session.scalars(select(Delivery))
    assert (held.state, held.last_error) == ("withheld", restoring.WITHHELD)


def test_what_happens_afterwards_rings(full: Database, empty: Database, tmp_path: Path) -> None:
    making.make(full, SECRET, tmp_path / "b", NOW)
    restoring.restore(empty, SECRET, tmp_path / "b", LATER)
    with empty.transaction() as session:
        about = session.scalars(select(Review)).first()
        assert about is not None
        session.add(
            Event(kind="new", subject="x", dedupe_key="9", at=LATER, listing_id=1, review_id=about.id)
        )
    assert ring(empty, packing(), LATER) == 1


@pytest.mark.postgres
def test_it_moves_from_one_kind_of_database_to_the_other(
    sqlite_database: Database, postgres_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.transaction() as session:
        ringing.review(session, ringing.listing(session, ringing.branch(session)))
    making.make(sqlite_database, SECRET, tmp_path / "b", NOW)
    restoring.restore(postgres_database, SECRET, tmp_path / "b", LATER)
    assert everything(postgres_database) == everything(sqlite_database)
    with postgres_database.transaction() as session:
        assert ringing.person(session, "New").id == 1
        assert ringing.branch(session, "south").id == 2  # PostgreSQL counts on where the rows end


def test_it_overwrites_nothing(full: Database, tmp_path: Path) -> None:
    making.make(full, SECRET, tmp_path / "b", NOW)
    with pytest.raises(BackupRefused, match="overwrites nothing"):
        making.make(full, SECRET, tmp_path / "b", NOW)
    before = everything(full)
    with pytest.raises(BackupRefused, match="is not empty"):
        restoring.restore(full, SECRET, tmp_path / "b", LATER)
    assert everything(full) == before


def test_it_names_its_key_and_opens_with_no_other(full: Database, empty: Database, tmp_path: Path) -> None:
    making.make(full, SECRET, tmp_path / "b", NOW)
    assert restoring.header_of(tmp_path / "b").key_id == ringing.VAULT.key_id
    with pytest.raises(BackupRefused, match="belongs to the secret"):
        restoring.restore(empty, OTHER, tmp_path / "b", LATER)


def test_a_passphrase_opens_it_and_a_wrong_one_does_not(
    full: Database, empty: Database, tmp_path: Path
) -> None:
    with pytest.raises(BackupRefused, match="at least 12 characters"):
        making.make(full, SECRET, tmp_path / "b", NOW, "short")
    making.make(full, SECRET, tmp_path / "b", NOW, "a long enough passphrase")
    with pytest.raises(BackupRefused, match="opens with another key"):
        restoring.restore(empty, SECRET, tmp_path / "b", LATER, "another passphrase")
    with empty.reading() as session:
        assert session.scalars(select(Person)).all() == []
    restoring.restore(empty, SECRET, tmp_path / "b", LATER, "a long enough passphrase")


@pytest.mark.usefixtures("as_shipped")
def test_each_try_at_its_passphrase_costs_some_thirty_megabytes() -> None:
    header = sealing.Header("key", "passphrase", "ab" * 16, NOW.isoformat(), "0001")
    stretched = scrypt(
        b"nine green bottles", salt=bytes.fromhex(header.salt), n=2**15, r=8, p=1, maxmem=2**26, dklen=32
    )
    assert sealing.key_of(header, SECRET, "nine green bottles") == stretched


def test_nothing_can_be_read_in_it(full: Database, tmp_path: Path) -> None:
    making.make(full, SECRET, tmp_path / "b", NOW)
    written = (tmp_path / "b").read_bytes()
    assert b"Waited" not in written
    assert b"example.com" not in written
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_who_was_signed_in_is_not_brought_back(full: Database, tmp_path: Path) -> None:
    counts = making.make(full, SECRET, tmp_path / "b", NOW)
    assert not {"session", "login_link", "lease", "device", "device_token", "pair_request"} & set(counts)


def test_another_versions_backup_is_refused(
    full: Database, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.make(full, SECRET, tmp_path / "b", NOW)
    monkeypatch.setattr("service.schema.HEAD", "9999")
    with pytest.raises(BackupRefused, match="another version"):
        restoring.restore(empty, SECRET, tmp_path / "b", LATER)


@pytest.mark.parametrize("what", [b"", b"nonsense", sealing.MAGIC, sealing.MAGIC + b"{}\n"])
def test_what_is_no_backup_is_told_so(empty: Database, tmp_path: Path, what: bytes) -> None:
    (tmp_path / "b").write_bytes(what)
    with pytest.raises(BackupRefused, match="Nothing was changed"):
        restoring.restore(empty, SECRET, tmp_path / "b", LATER)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_altered_or_shortened_backup_is_taken_back(
    sqlite_database: Database, tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "whole"
    if not path.exists():
        making.make(sqlite_database, SECRET, path, NOW)
    whole = path.read_bytes()
    body = whole.index(b"\n", len(sealing.MAGIC)) + 1
    place = data.draw(st.integers(body, len(whole) - 1))
    changed = data.draw(st.sampled_from(["cut", "flip", "more"]))
    if changed == "cut":
        bad = whole[:place]
    elif changed == "flip":
        bad = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    else:
        bad = whole + b"x"
    (tmp_path / "bad").write_bytes(bad)
    with pytest.raises(BackupRefused):
        restoring.check(SECRET, tmp_path / "bad")


def test_pieces_keep_their_order_and_their_end(tmp_path: Path) -> None:
    header = sealing.Header("k", "secret", sealing.new_salt(), "now", "1")
    key = sealing.key_of(header, SECRET, None)
    body = bytes(range(256)) * 4096 * 3
    with (tmp_path / "b").open("wb") as file:
        sealer = sealing.Sealer(file, header, key)
        for start in range(0, len(body), 100_000):
            sealer.write(body[start : start + 100_000])
        sealer.close()
    with (tmp_path / "b").open("rb") as file:
        assert b"".join(sealing.opened(file, sealing.read_header(file), key)) == body


def test_a_disk_that_is_full_leaves_no_half(full: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="could not be written"):
        making.make(full, SECRET, tmp_path / "not" / "there", NOW)
    assert list(tmp_path.glob(".*")) == []


def test_when_it_was_made_is_remembered(full: Database, tmp_path: Path) -> None:
    making.make(full, SECRET, tmp_path / "b", NOW)
    making.note(full, LATER, off_machine=True)
    with full.reading() as session:
        installation = session.get_one(Installation, 1)
    assert (installation.backup_at, installation.backup_off_at) == (NOW, LATER)


@pytest.mark.server
def test_it_is_put_off_the_machine(tmp_path: Path) -> None:
    taken: list[Asked] = []

    def take(asked: Asked) -> bytes:
        taken.append(asked)
        return answer("", status="201 Created")

    (tmp_path / "bell one.backup").write_bytes(b"sealed")
    with Loopback(take) as server:
        allowed = read_settings({"SHOPBELL_ALLOW_HOSTS": "127.0.0.1"})
        place = sending.send(allowed, tmp_path / "bell one.backup", f"{server.url}/kept/", NOW)
        with pytest.raises(BackupRefused, match="did not take it"):
            sending.send(read_settings({}), tmp_path / "bell one.backup", f"{server.url}/kept/", NOW)
    assert place.endswith("/kept/bell%20one.backup")
    assert len(taken) == 1


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("ftp://example.com/", "Give a web address"),
        ("http://kim:secret@example.com/", "over https alone"),
        ("not an address", "Give a web address"),
        ("https://[", "Give a web address"),
    ],
)
def test_a_place_that_is_none_is_refused_without_its_password(tmp_path: Path, to: str, said: str) -> None:
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(BackupRefused, match=said) as refused:
        sending.send(read_settings({}), tmp_path / "b", to, NOW)
    assert "secret" not in str(refused.value)


def test_a_password_is_no_part_of_the_address() -> None:
    address, headers, place = sending._read("https://kim:p%40ss@dav.example.com:8443/f/", "b")
    assert address == "https://dav.example.com:8443/f/b"
    assert headers["Authorization"] == "Basic a2ltOnBAc3M="
    assert place == "dav.example.com:8443/f/b"
