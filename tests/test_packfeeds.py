"""From corporate to franchise: two installations on loopback, and whoever stands between them."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col, select
from werkzeug.serving import WSGIRequestHandler, make_server

from service import doctor
from service.alerts.compose import Ways, compose
from service.alerts.facts import Facts
from service.alerts.media import MAIL
from service.alerts.ring import ring
from service.approval.following import follow
from service.approval.freshness import WARN_AFTER
from service.approval.invitations import Invitation, invite, read_invitation, written_invitation
from service.approval.keys import UnlockedKey, new_key, unlock
from service.approval.publishing import envelope_of, new_feed_key, newest_issue, publish
from service.approval.recalls import recall
from service.approval.rosters import issue
from service.approval.statements import WHOLE_PACK
from service.approval.versions import add_version, approve, approved_packs, signable
from service.cli import statement
from service.db import Database
from service.engine import packfeeds
from service.engine.parts import Parts
from service.errors import ApprovalRefused
from service.models import Alert, Event, PackFeed, PackVersion, Recall, Signature, SigningKey, Subscriber
from service.secrets import Vault
from service.settings import Settings
from service.web.app import create_app
from tests.conftest import NOW
from tests.loopback import Asked, Loopback, answer
from tests.test_versions import PASSPHRASE, body

pytestmark = pytest.mark.server

CORPORATE, FRANCHISE = bytes([1] * 32), bytes([2] * 32)
BRAND = "Northside"


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@dataclass
class Corporate:
    """The brand's own installation: it holds the root, and publishes."""

    database: Database
    clock: Clock
    keys: dict[str, UnlockedKey]
    root_public: bytes
    port: int = 0
    vault: Vault = field(default_factory=lambda: Vault(CORPORATE))

    def approve(self, **pack: Any) -> bytes:
        with self.database.transaction() as session:
            version = add_version(session, body(**pack), self.clock())
            for person in ("ada", "lee"):
                approve(session, version.sha256, self.keys[person], self.clock())
            return version.sha256

    def recall(self, sha256: bytes, item: str = "thanks") -> None:
        with self.database.transaction() as session:
            recall(session, signable(session, sha256), item, "Cold.", self.keys["ada"], self.clock())

    def publish(self) -> int:
        with self.database.transaction() as session:
            return publish(session, self.vault, self.clock())

    def invite(self, *branches: str) -> Invitation:
        with self.database.transaction() as session:
            token = invite(session, "Franchise", branches, self.clock())
        return Invitation(f"http://127.0.0.1:{self.port}", BRAND, self.root_public, token)

    def statement(self) -> bytes:
        with self.database.reading() as session:
            newest = newest_issue(session, ())
            assert newest is not None
            return envelope_of(session, newest)


@dataclass
class Franchise:
    """An installation that follows."""

    database: Database
    clock: Clock
    parts: Parts

    def follow(self, invitation: Invitation) -> None:
        with self.database.transaction() as session:
            follow(session, Vault(FRANCHISE), invitation, self.clock())

    def poll(self) -> str | None:
        """Ask at once; answers what the feed's row says went wrong."""
        with self.database.reading() as session:
            feed = session.exec(select(PackFeed)).one()
        packfeeds.follow_one(self.parts, feed.id or 0, self.clock())
        with self.database.reading() as session:
            return session.exec(select(PackFeed)).one().last_error

    @property
    def usable(self) -> list[tuple[str, int]]:
        with self.database.reading() as session:
            return [(one.pack.name, one.pack.serial) for one in approved_packs(session, self.clock())]


@pytest.fixture(scope="module")
def made() -> dict[str, SigningKey]:
    people = {"root": (BRAND, "root"), "ada": ("Ada Byron", "approver"), "lee": ("Lee Law", "legal")}
    return {name: new_key(person, role, PASSPHRASE, NOW) for name, (person, role) in people.items()}


@pytest.fixture(scope="module")
def keys(made: dict[str, SigningKey]) -> dict[str, UnlockedKey]:
    return {name: unlock(key, PASSPHRASE) for name, key in made.items()}


@pytest.fixture(scope="module")
def ours() -> SigningKey:
    """The key of somebody at the franchise."""
    return new_key("Fran Owner", "approver", PASSPHRASE, NOW)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def corporate(
    sqlite_database: Database,
    made: dict[str, SigningKey],
    keys: dict[str, UnlockedKey],
    clock: Clock,
    tmp_path: Path,
) -> Iterator[Corporate]:
    office = Corporate(sqlite_database, clock, keys, made["root"].public)
    with sqlite_database.transaction() as session:
        for key in made.values():
            session.add(SigningKey(**key.model_dump()))
        new_feed_key(session, office.vault, BRAND, NOW)
        issue(session, keys["root"], BRAND, NOW)
    secret = base64.urlsafe_b64encode(CORPORATE).decode()
    desk = create_app(Settings(data=tmp_path, secret=secret), sqlite_database, clock)
    server = make_server("127.0.0.1", 0, desk, request_handler=Quiet)
    office.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield office
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def franchise(migrated_sqlite: Path, clock: Clock, tmp_path: Path) -> Iterator[Franchise]:
    file = tmp_path / "franchise.db"
    shutil.copy(migrated_sqlite, file)
    database = Database(f"sqlite:///{file}")
    parts = Parts.of(Settings(data=tmp_path), database, FRANCHISE, allow=["127.0.0.1"])
    yield Franchise(database, clock, parts)
    parts.close()
    database.close()


@pytest.fixture
def following(corporate: Corporate, franchise: Franchise) -> Franchise:
    """A franchise that has pasted the brand's invitation."""
    franchise.follow(corporate.invite())
    return franchise


def test_a_franchise_uses_what_the_brand_approved(corporate: Corporate, following: Franchise) -> None:
    corporate.approve()
    corporate.approve(name="second", risk="regulated")
    assert corporate.publish() == 1
    assert following.poll() is None
    assert following.usable == [("second", 1), ("test", 1)]


def test_an_invitation_is_one_line_to_paste(corporate: Corporate) -> None:
    invitation = corporate.invite("north")
    assert read_invitation(f" {written_invitation(invitation)}\n") == invitation
    assert invitation.token not in repr(invitation)
    with pytest.raises(ApprovalRefused, match="no invitation"):
        read_invitation("https://brand.example")


def test_a_recall_reaches_the_franchise_at_its_next_question(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    words = corporate.approve()
    corporate.publish()
    following.poll()
    corporate.recall(words)
    assert corporate.publish() == 1
    clock.at += timedelta(seconds=60)
    assert following.poll() is None
    assert following.usable == []
    with following.database.reading() as session:
        assert session.exec(select(Recall)).one().reason == "Cold."
        assert len(session.exec(select(Event).where(col(Event.kind) == "recalled")).all()) == 1


def test_nothing_new_is_a_304_and_is_signed_anew_before_it_is_stale(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    corporate.approve(risk="sensitive")
    corporate.publish()
    following.poll()
    assert corporate.publish() == 0
    for _ in range(6):
        clock.at += timedelta(minutes=15)
        assert corporate.publish() == 1
        assert following.poll() is None
        assert following.usable == [("test", 1)]


CUT_OFF = [
    ("routine", timedelta(hours=23), True),
    ("routine", timedelta(hours=24, seconds=1), False),
    ("sensitive", timedelta(minutes=59), True),
    ("sensitive", timedelta(minutes=61), False),
    ("regulated", timedelta(minutes=61), False),
]


@pytest.mark.parametrize(("risk", "silence", "usable"), CUT_OFF)
def test_words_stop_when_the_brand_is_not_heard_for_too_long(
    corporate: Corporate, following: Franchise, clock: Clock, risk: str, silence: timedelta, usable: bool
) -> None:
    corporate.approve(risk=risk)
    corporate.publish()
    following.poll()
    clock.at += silence
    assert bool(following.usable) is usable


def test_a_follower_that_was_cut_off_is_told(corporate: Corporate, following: Franchise) -> None:
    with corporate.database.transaction() as session:
        session.exec(select(Subscriber)).one().revoked_at = NOW
    assert following.poll() == "the brand does not admit us any more: ask for a new invitation"


def test_a_follower_is_sent_only_what_speaks_for_its_branches(
    corporate: Corporate, franchise: Franchise
) -> None:
    franchise.follow(corporate.invite("south"))
    corporate.approve()
    scoped = (
        body(name="north-only")
        .decode()
        .replace('author = "Ada Byron"', 'author = "Ada Byron"\nscope = { branch = ["north"] }')
    )
    with corporate.database.transaction() as session:
        version = add_version(session, scoped.encode(), NOW)
        approve(session, version.sha256, corporate.keys["ada"], NOW)
    corporate.publish()
    assert franchise.poll() is None
    assert franchise.usable == [("test", 1)]


def test_a_pack_the_brand_no_longer_lists_is_no_longer_used(
    corporate: Corporate, following: Franchise
) -> None:
    words = corporate.approve()
    corporate.approve(name="second")
    corporate.publish()
    following.poll()
    corporate.recall(words, WHOLE_PACK)
    corporate.publish()
    following.poll()
    assert following.usable == [("second", 1)]


def test_strangers_get_nothing(corporate: Corporate, franchise: Franchise) -> None:
    invitation = corporate.invite()
    corporate.publish()
    franchise.follow(Invitation(invitation.url, BRAND, invitation.root_public, "guessed"))
    assert franchise.poll() == "the brand does not admit us any more: ask for a new invitation"
    assert franchise.usable == []


# Before words stop


def followed(franchise: Franchise) -> None:
    """Ask as the job does, which also warns."""
    with franchise.database.transaction() as session:
        session.exec(select(PackFeed)).one().next_try_at = None
    packfeeds.follow_theirs(franchise.parts, franchise.clock())


def alarms(franchise: Franchise) -> list[Event]:
    with franchise.database.reading() as session:
        return list(session.exec(select(Event).where(col(Event.kind) == "alarm")).all())


def silent(corporate: Corporate) -> None:
    """Nobody is admitted any more: to a follower that is as good as a cut network."""
    with corporate.database.transaction() as session:
        session.exec(select(Subscriber)).one().revoked_at = NOW


def test_people_are_told_once_and_in_time_that_a_brands_words_are_about_to_stop(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    corporate.approve()
    corporate.approve(name="second", risk="sensitive")
    corporate.publish()
    followed(following)
    silent(corporate)
    for minutes in (10, 14, 2, 10, 30):  # 10, 24, 26, 36 and 66 minutes of silence
        clock.at += timedelta(minutes=minutes)
        followed(following)
        assert len(alarms(following)) == (clock.at - NOW > WARN_AFTER)
        assert ("second", 1) in following.usable or clock.at - NOW > timedelta(hours=1)
    (alarm,) = alarms(following)
    assert alarm.payload["feed_of"] == BRAND
    assert alarm.payload["evidence"] == [
        "the feed of Northside was last fresh at 2026-11-22 09:00 UTC",
        "its sensitive words stop at 2026-11-22 10:00 UTC: second",
        "its routine words stop at 2026-11-23 09:00 UTC: test",
    ]


def test_a_second_silence_is_a_second_alarm(corporate: Corporate, following: Franchise, clock: Clock) -> None:
    corporate.approve()
    for _ in range(2):
        corporate.publish()
        followed(following)
        clock.at += timedelta(minutes=30)
        packfeeds.warn_of_stale(following.parts, clock())
    assert len(alarms(following)) == 2


def test_a_machine_that_slept_asks_before_it_raises_an_alarm(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    corporate.approve()
    corporate.publish()
    followed(following)
    clock.at += timedelta(hours=8)
    corporate.publish()
    followed(following)
    assert alarms(following) == []


def test_the_doctor_and_the_status_say_which_words_stop_when(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    corporate.approve(risk="sensitive")
    corporate.publish()
    followed(following)

    def found() -> tuple[str, bool]:
        (finding,) = doctor.pack_feeds(following.database, clock())
        with following.database.reading() as session:
            told = statement.statement(session, clock())
        assert ("sensitive words" in statement.as_text(told)) is bool(told.stale)
        return finding.level, told.all_is_well

    assert found() == ("good", True)
    clock.at += timedelta(minutes=30)
    assert found() == ("note", False)
    clock.at += timedelta(minutes=31)
    assert found() == ("bad", False)


def test_the_packs_screen_says_whose_words_they_are_and_when_they_stop(
    corporate: Corporate, following: Franchise, clock: Clock, tmp_path: Path
) -> None:
    def page(path: str) -> str:
        settings = Settings(data=tmp_path, home=tmp_path)
        return create_app(settings, following.database, clock).test_client().get(path).text

    corporate.approve(risk="sensitive")
    corporate.publish()
    following.poll()
    assert "from the feed of <bdi>Northside</bdi>" in page("/packs")
    assert "Version 1 is approved until" in page("/packs")
    assert 'href="/pack/test/edit"' not in page("/pack/test")
    assert "I have read it: sign" not in page("/pack/test")
    silent(corporate)
    clock.at += timedelta(minutes=50)
    assert "The feed of Northside was last fresh at" in page("/packs")
    clock.at += timedelta(minutes=20)
    assert "stopped: its feed is stale" in page("/packs")
    assert "nothing fresh came from its feed, so it is not used" in page("/pack/test")


def test_a_brand_that_was_never_heard_is_told_of(franchise: Franchise, corporate: Corporate) -> None:
    franchise.follow(corporate.invite())
    franchise.clock.at += timedelta(minutes=26)
    packfeeds.warn_of_stale(franchise.parts, franchise.clock())
    assert alarms(franchise)[0].payload["evidence"] == ["the feed of Northside was never heard"]


def test_the_alarm_is_mailed_with_what_to_do(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    corporate.approve()
    corporate.publish()
    followed(following)
    clock.at += timedelta(minutes=26)
    packfeeds.warn_of_stale(following.parts, clock())
    ring(following.database, following.parts.post.packing, clock())
    with following.database.reading() as session:
        facts = Facts.model_validate(session.exec(select(Alert)).one().body)
    said = compose(facts, MAIL, Ways())
    assert said.subject == "Northside: nothing fresh is heard of its approved words"
    assert "its routine words stop at 2026-11-23 09:00 UTC: test" in said.text
    assert "ask the brand whether its Shopbell runs" in said.text


# Whoever stands between them


@contextmanager
def between(statement: bytes, **packs: bytes) -> Iterator[Loopback]:
    def say(asked: Asked) -> bytes:
        if asked.path == "/packs/feed.json":
            return answer(statement.decode())
        return answer(packs.get(asked.path.removeprefix("/packs/")[:8], b"").decode())

    with Loopback(say) as server:
        yield server


def through(franchise: Franchise, corporate: Corporate, statement: bytes, **packs: bytes) -> str | None:
    """What comes of a poll that somebody else answers."""
    with between(statement, **packs) as server:
        with franchise.database.transaction() as session:
            feed = session.exec(select(PackFeed)).one()
            vault = Vault(FRANCHISE)
            token = vault.decrypt(feed.token_enc, place=f"pack_feed:{feed.url}")
            feed.url, feed.etag = server.url, None
            feed.token_enc = vault.encrypt(token, place=f"pack_feed:{server.url}")
        return franchise.poll()


def altered(envelope: bytes, **changes: Any) -> bytes:
    """The envelope with changes to its statement, the signature left as it was."""
    outer = json.loads(envelope)
    inner = json.loads(base64.b64decode(outer["body"])) | changes
    outer["body"] = base64.b64encode(json.dumps(inner).encode()).decode()
    return json.dumps(outer).encode()


ALTERED = [
    {"recalls": []},
    {"valid_until": "2027-01-01T00:00:00Z"},
    {"serial": 99},
    {"packs": []},
]


@pytest.mark.parametrize("changes", ALTERED)
def test_an_altered_statement_is_not_used(
    corporate: Corporate, following: Franchise, changes: dict[str, Any]
) -> None:
    corporate.approve()
    corporate.publish()
    following.poll()
    corporate.publish()
    why = through(following, corporate, altered(corporate.statement(), **changes))
    assert why is not None
    assert "not signed by a key that the brand's root key lists" in why
    assert following.usable == [("test", 1)]


def test_an_old_statement_does_not_bring_recalled_words_back(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    words = corporate.approve()
    corporate.publish()
    old = corporate.statement()
    following.poll()
    corporate.recall(words)
    corporate.publish()
    following.poll()
    clock.at += timedelta(minutes=1)
    why = through(following, corporate, old)
    assert why == "it is statement 1, and 2 was seen already"
    assert following.usable == []


def test_the_newest_statement_kept_alive_by_replay_stops_by_itself(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    corporate.approve()
    corporate.publish()
    kept = corporate.statement()
    following.poll()
    clock.at += timedelta(hours=25)
    why = through(following, corporate, kept)
    assert why is not None
    assert why.startswith("it ran out on")
    assert following.usable == []


def test_other_bytes_under_an_approved_hash_are_left_out(corporate: Corporate, following: Franchise) -> None:
    words = corporate.approve()
    corporate.publish()
    forged = body(mark=" and a free dinner")
    why = through(following, corporate, corporate.statement(), **{words.hex()[:8]: forged})
    assert why == "test 1 was left out: its bytes are not those that were signed"
    assert following.usable == []


def test_a_feed_under_another_root_is_not_believed(
    corporate: Corporate, franchise: Franchise, made: dict[str, SigningKey]
) -> None:
    invitation = corporate.invite()
    corporate.approve()
    corporate.publish()
    franchise.follow(Invitation(invitation.url, BRAND, made["ada"].public, invitation.token))
    why = franchise.poll()
    assert why == "The list of approvers is not signed by the brand's root key."
    with pytest.raises(ApprovalRefused, match="under another root key"):
        franchise.follow(invitation)


def test_a_feed_neither_replaces_nor_recalls_our_own_words(
    corporate: Corporate, following: Franchise, ours: SigningKey
) -> None:
    with following.database.transaction() as session:
        session.add(SigningKey(**ours.model_dump()))
        session.flush()
        version = add_version(session, body(mark=", dear guest"), NOW)
        approve(session, version.sha256, unlock(ours, PASSPHRASE), NOW)
    theirs = corporate.approve()
    corporate.recall(theirs)
    corporate.approve(name="second")
    corporate.publish()
    why = following.poll()
    assert why is not None
    assert "its recall of test was left out" in why
    assert following.usable == [("second", 1), ("test", 1)]


def test_a_franchise_cannot_approve_in_the_brands_name(
    corporate: Corporate, following: Franchise, ours: SigningKey
) -> None:
    corporate.approve(risk="sensitive")
    corporate.publish()
    following.poll()
    with following.database.transaction() as session:
        session.add(SigningKey(**ours.model_dump()))
        session.flush()
        theirs = session.exec(select(PackVersion)).one()
        session.execute(delete(Signature).where(col(Signature.key) == corporate.keys["lee"].fingerprint))
        missing = approve(session, theirs.sha256, unlock(ours, PASSPHRASE), NOW)
    assert missing == "sensitive needs 1 more person to approve"
    assert following.usable == []


def test_a_brand_that_does_not_answer_is_asked_again_later(following: Franchise, clock: Clock) -> None:
    with following.database.transaction() as session:
        session.exec(select(PackFeed)).one().url = "http://127.0.0.1:1"
    assert following.poll() is not None
    with following.database.reading() as session:
        feed = session.exec(select(PackFeed)).one()
        assert feed.failures == 1
        assert feed.next_try_at is not None
        assert feed.next_try_at > clock.at
