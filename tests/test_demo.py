"""The demo's rows: written into an empty database alone, and gone without a trace afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from service import audit
from service.approval.versions import approved_packs
from service.db import Database
from service.demo import start
from service.demo.start import Demo
from service.domain import Outcome
from service.installation import demo_since, start_clean
from service.models import (
    Branch,
    Channel,
    Device,
    ImportRun,
    Inbound,
    Installation,
    Listing,
    MailPlace,
    PackVersion,
    PairRequest,
    Person,
    Question,
    Review,
    Rule,
    Signature,
    SigningKey,
    SourceAccount,
)
from service.net.allow import AllowList
from service.people import rotation
from service.settings import CHECKOUT, Settings
from tests.desk_rows import Rows

SECRET = bytes(range(32))


@dataclass
class Clock:
    """A clock the test turns."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, home=CHECKOUT)


@contextmanager
def opened(settings: Settings, database: Database, clock: Clock) -> Iterator[Demo]:
    demo = start.begin(settings, database, SECRET, clock(), clock)
    assert demo is not None
    try:
        yield demo
    finally:
        demo.close()


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has, those without any left out."""
    with database.reading() as session:
        found = {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }
    return {name: n for name, n in found.items() if n}


def addresses(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {listing.site: listing.url for listing in session.execute(select(Listing)).scalars()}


def test_an_empty_database_becomes_a_demo(database: Database, settings: Settings, now: datetime) -> None:
    with opened(settings, database, Clock(now)), database.reading() as session:
        assert demo_since(session) == now
        listings = session.execute(select(Listing)).scalars().all()
        assert {listing.site.partition(".")[0] for listing in listings} == {
            "tablenotes",
            "opinabien",
            "ortsgespraech",
        }
        assert all(listing.active and listing.next_look_at == now for listing in listings)
        assert {branch.language for branch in session.execute(select(Branch)).scalars()} == {"en", "es", "de"}
        channel = session.execute(select(Channel)).scalar_one()
        assert (channel.kind, channel.verified_at) == ("demo", now)
        assert all(rule.to == [channel.id] for rule in session.execute(select(Rule)).scalars())


def test_the_demos_two_people_answer_for_every_pack(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)), sqlite_database.reading() as session:
        versions = session.execute(select(PackVersion)).scalars().all()
        assert versions
        assert len(approved_packs(session, now)) == len(versions)
        assert {key.role for key in session.execute(select(SigningKey)).scalars()} == {"approver", "legal"}


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_every_language_of_the_town_has_an_approved_pack(
    sqlite_database: Database, settings: Settings, now: datetime, language: str
) -> None:
    with opened(settings, sqlite_database, Clock(now)), sqlite_database.reading() as session:
        assert any(language in one.pack.scope.language for one in approved_packs(session, now))


def test_the_guard_lets_exactly_the_towns_pages_through(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)) as demo:
        allow = AllowList.parse(demo.hosts)
        assert len(demo.hosts) == 3
        for url in addresses(sqlite_database).values():
            assert url.startswith(tuple(f"http://{host}/" for host in demo.hosts))
        assert all(port is not None for _network, port in allow.networks)


def test_the_towns_sites_may_be_looked_at_often_and_no_other_site_may(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)) as demo:
        assert {site.name for site in demo.sites} == set(addresses(sqlite_database))
        assert all(site.politeness.gap <= timedelta(seconds=5) for site in demo.sites)
        assert all(site.name.endswith(".example") for site in demo.sites)


def test_where_something_is_watched_no_demo_starts(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    rows = Rows(sqlite_database, now)
    rows.listing(rows.branch())
    before = counts(sqlite_database)
    assert start.begin(settings, sqlite_database, SECRET, now) is None
    assert counts(sqlite_database) == before


def test_where_somebody_is_named_already_no_demo_starts(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    Rows(sqlite_database, now).person()
    assert start.begin(settings, sqlite_database, SECRET, now) is None


def test_the_operator_may_say_never(sqlite_database: Database, tmp_path: Path, now: datetime) -> None:
    settings = Settings(data=tmp_path, home=CHECKOUT, demo="never")
    assert start.begin(settings, sqlite_database, SECRET, now) is None
    assert counts(sqlite_database) == {}


def test_an_open_demo_goes_on_after_a_restart(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    clock, rows = Clock(now), Rows(sqlite_database, now)
    with opened(settings, sqlite_database, clock):
        before, where = counts(sqlite_database), addresses(sqlite_database)
        clock.now = now + timedelta(seconds=7)
        first = read(where["tablenotes.example"])
        rows.look(1, Outcome.OK)
    with sqlite_database.reading() as session:
        assert demo_since(session) == clock.now
    with opened(settings, sqlite_database, clock):
        assert counts(sqlite_database) == before | {"look": 1}
        assert addresses(sqlite_database) == where
        assert read(where["tablenotes.example"]) == first
        clock.now += timedelta(seconds=30)
        assert "Tom Ashdown" in read(where["tablenotes.example"])


def test_a_demo_nobody_looked_at_begins_with_the_first_look_after_a_restart(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)):
        pass
    with opened(settings, sqlite_database, Clock(now + timedelta(hours=1))):
        assert "Tom Ashdown" not in read(addresses(sqlite_database)["tablenotes.example"])


def test_a_port_taken_meanwhile_moves_the_listing(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)):
        before = addresses(sqlite_database)
        with opened(settings, sqlite_database, Clock(now)):
            after = addresses(sqlite_database)
            assert not set(before.values()) & set(after.values())
            assert "Lantern" in read(after["opinabien.example"])


def test_starting_clean_leaves_no_trace(database: Database, settings: Settings, now: datetime) -> None:
    with opened(settings, database, Clock(now)):
        furnish(Rows(database, now))
        with database.transaction() as session:
            assert start_clean(session)
        assert counts(database) == {"installation": 1}
        with database.transaction() as session:
            assert not start_clean(session)


def test_what_is_real_survives_starting_clean(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    rows = Rows(sqlite_database, now)
    with opened(settings, sqlite_database, Clock(now)):
        furnish(rows)
        shop = rows.listing(rows.branch("Demo Street", code="demo-street"))
        review = rows.review(shop)
        rows.version(review, 1, "Real words.")
        rows.source(shop)
        rows.look(shop, Outcome.OK)
        phone = rows.channel(rows.person("Real Owner", "owner@demo-town.example.com"), "mail")
        rows.delivery(rows.alert(review, shop), phone)
        demo_channel = the_demos_channel(sqlite_database)
        rows.delivery(rows.alert(review, shop), demo_channel)
        with sqlite_database.reading() as session:
            invented = session.get_one(Channel, demo_channel).person_id
        rows.set(review, claimed_by=invented, claimed_as="Invented", state="claimed")
        shared = rows.add(Rule(position=9, title="Both", to=[demo_channel, phone]))
        with sqlite_database.transaction() as session:
            start_clean(session)
        with sqlite_database.reading() as session:
            assert session.execute(select(col(Branch.name))).scalars().all() == ["Demo Street"]
            assert session.execute(select(col(Person.name))).scalars().all() == ["Real Owner"]
            assert session.get_one(Rule, shared).to == [phone]
            assert session.get_one(Review, review).claimed_as is None
        left = counts(sqlite_database)
        for table in ("listing", "review", "review_version", "listing_source", "look", "delivery", "rule"):
            assert left[table] == 1, table


def test_a_real_mail_taken_for_the_demos_is_read_again(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    rows = Rows(sqlite_database, now)
    with opened(settings, sqlite_database, Clock(now)):
        account = rows.add(SourceAccount(kind="imap", external_id="a", title="Reviews", added_at=now))
        listing = next(iter(addresses_ids(sqlite_database)))
        mail = rows.add(
            Inbound(
                dedupe_key="1",
                account_id=account,
                received_at=now,
                raw=b"x",
                state="read",
                listing_id=listing,
                told=[1],
            )
        )
        with sqlite_database.transaction() as session:
            start_clean(session)
        with sqlite_database.reading() as session:
            kept = session.get_one(Inbound, mail)
            assert (kept.state, kept.listing_id, kept.raw, kept.told) == ("waiting", None, b"x", [])


def addresses_ids(database: Database) -> list[int]:
    with database.reading() as session:
        return [number for number in session.execute(select(col(Listing.id))).scalars() if number]


def test_a_pack_somebody_real_signed_too_is_kept_unrecalled(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)):
        with sqlite_database.transaction() as session:
            version = session.execute(select(PackVersion).limit(1)).scalar_one()
            session.add(
                SigningKey(fingerprint="real", person="Real", role="legal", public=b"0" * 32, created_at=now)
            )
            session.flush()
            session.add(
                Signature(
                    subject_sha256=version.sha256,
                    decision="approve",
                    key="real",
                    statement="x",
                    signature=b"0" * 64,
                    signed_at=now,
                )
            )
            kept = version.pack
        with sqlite_database.transaction() as session:
            start_clean(session)
        with sqlite_database.reading() as session:
            left = session.execute(select(PackVersion)).scalars().all()
            assert [(version.pack, version.state) for version in left] == [(kept, "draft")]


def test_a_database_that_is_no_demo_is_left_alone(sqlite_database: Database, now: datetime) -> None:
    rows = Rows(sqlite_database, now)
    rows.installation()
    rows.listing(rows.branch(code="demo:harbour"))
    before = counts(sqlite_database)
    with sqlite_database.transaction() as session:
        assert not start_clean(session)
    assert counts(sqlite_database) == before


def test_a_story_that_begins_after_the_demo_ended_marks_nothing(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)):
        url = addresses(sqlite_database)["tablenotes.example"]
        with sqlite_database.transaction() as session:
            start_clean(session)
        read(url)
        with sqlite_database.reading() as session:
            assert session.get_one(Installation, 1).demo_since is None


def furnish(rows: Rows) -> None:
    """What the engine would have left of a demo: something in every table that hangs on a listing."""
    with rows.database.reading() as session:
        listings = [listing.id or 0 for listing in session.execute(select(Listing)).scalars()]
    channel = the_demos_channel(rows.database)
    for listing in listings:
        rows.source(listing)
        rows.look(listing, Outcome.OK)
        review = rows.review(listing)
        rows.version(review, 1, "Words.")
        rows.delivery(rows.alert(review, listing), channel)
        rows.alert(None, listing)
        told = {"listing_id": listing, "dedupe_key": str(listing), "received_at": rows.now}
        rows.add(Inbound(state="read", told=[review], **told))
        rows.add(Question(kind="twins", dedupe_key=str(listing), listing_id=listing, asked_at=rows.now))
        rows.add(ImportRun(listing_id=listing, title="x", format="csv", body_sha256=b"", made_at=rows.now))
        decided = {"listing_id": listing, "decided_by": "Kim", "decided_at": rows.now}
        rows.add(MailPlace(site="yelp", name_folded=str(listing), **decided))
    pair(rows, channel)


def pair(rows: Rows, channel: int) -> None:
    """A station of a branch of the town, unlocked by somebody of the town."""
    with rows.database.transaction() as session:
        person = session.get_one(Channel, channel).person_id
        branch = session.scalars(select(col(Branch.id))).first()
        told = {"origin": "moz-extension://x", "browser": "Firefox", "version": "0.1.0", "label": "Desk"}
        device = Device(
            branch_id=branch, paired_by="Kim", created_at=rows.now, unlocked_by=person, scopes=[], **told
        )
        session.add(device)
        session.flush()
        rotation.begin(session, device.id or 0, rows.now)
        request = {
            "code_name": "BCDF",
            "code_sha256": bytes(32),
            "challenge": "x",
            "made_at": rows.now,
        } | told
        session.add(
            PairRequest(
                id="x",
                expires_at=rows.now,
                state="approved",
                person_id=person,
                branch_id=branch,
                device_id=device.id,
                **request,
            )
        )


def the_demos_channel(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(col(Channel.id)).where(col(Channel.kind) == "demo")).scalar_one() or 0


def read(url: str) -> str:
    with urlopen(url, timeout=5) as answer:
        text: str = answer.read().decode()
    return text


def test_what_somebody_real_decided_keeps_the_whole_audit(
    sqlite_database: Database, settings: Settings, now: datetime
) -> None:
    with opened(settings, sqlite_database, Clock(now)), sqlite_database.transaction() as session:
        audit.record(session, "approve", "pack:own", {"person": "Real Owner"}, now)
        before = audit.head(session)
        start_clean(session)
        assert audit.verify(session, before).broken == ()
        assert audit.head(session) == before
