"""Adding a channel: tried with a real message first, stored encrypted, told truthfully."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.alerts import joining
from service.alerts.reach import ChannelKind, open_channels
from service.db import Database
from service.errors import DeliveryFailed, UnusableChannel
from service.models import Channel
from service.settings import Settings, read_settings
from tests.postbox import Postbox

SECRET = bytes(range(32))
ANN = "ann@northside.example"


def settings(port: int, folder: Path) -> Settings:
    return read_settings(
        {
            "SHOPBELL_DATA": str(folder),
            "SHOPBELL_MAIL": f"smtp://127.0.0.1:{port}",
            "SHOPBELL_MAIL_FROM": "Bell <bell@northside.example>",
            "SHOPBELL_ALLOW_HOSTS": "127.0.0.1",
        }
    )


@pytest.mark.parametrize(
    ("target", "kind", "address"),
    [
        ("mailto:ann@northside.example", ChannelKind.MAIL, ANN),
        ("ann@northside.example", ChannelKind.MAIL, ANN),
        ("ntfys://ntfy.sh/topic", ChannelKind.APPRISE, "ntfys://ntfy.sh/topic"),
    ],
)
def test_an_operators_words_are_an_address(target: str, kind: ChannelKind, address: str) -> None:
    assert joining.read_target(target) == (kind, address)


@pytest.mark.parametrize("target", ["", "Ann", "ann at northside"])
def test_what_is_no_address_is_told_what_one_looks_like(target: str) -> None:
    with pytest.raises(UnusableChannel, match="mailto:ann@example"):
        joining.read_target(target)


@pytest.mark.server
def test_a_test_is_a_real_message(tmp_path: Path, now: datetime) -> None:
    with Postbox() as box:
        joining.send_test(settings(box.port, tmp_path), SECRET, ChannelKind.MAIL, ANN, "Ann", now)
    assert [message["To"] for message in box.taken] == [f"Ann <{ANN}>"]
    assert "A test from Shopbell" in str(box.taken[0].get_body(("plain",)))


@pytest.mark.server
def test_a_test_that_was_not_taken_is_told_so(tmp_path: Path, now: datetime) -> None:
    with Postbox(at_rcpt=["550 no such person"]) as box, pytest.raises(DeliveryFailed):
        joining.send_test(settings(box.port, tmp_path), SECRET, ChannelKind.MAIL, ANN, "Ann", now)


def test_without_a_way_to_send_mail_that_is_said(tmp_path: Path, now: datetime) -> None:
    bare = read_settings({"SHOPBELL_DATA": str(tmp_path)})
    with pytest.raises(DeliveryFailed, match="SHOPBELL_MAIL"):
        joining.send_test(bare, SECRET, ChannelKind.MAIL, ANN, "Ann", now)


def join(database: Database, now: datetime, *, tried: bool) -> None:
    with database.transaction() as session:
        joining.join(session, SECRET, "Ann", None, ChannelKind.MAIL, ANN, now, tried=tried)


def test_a_channel_is_used_once_it_was_tried(database: Database, now: datetime) -> None:
    join(database, now, tried=False)
    with database.reading() as session:
        assert open_channels(session) == []
        assert joining.told(session) == ["Ann: mail (not tried yet, so not used)"]
    join(database, now, tried=True)
    with database.reading() as session:
        assert len(open_channels(session)) == 1
        assert joining.told(session) == ["Ann: mail (open)"]


def test_a_stopped_channel_is_opened_again_by_trying_it(database: Database, now: datetime) -> None:
    join(database, now, tried=True)
    with database.transaction() as session:
        session.execute(select(Channel)).scalar_one().paused_at = now
    join(database, now, tried=True)
    with database.reading() as session:
        assert joining.told(session) == ["Ann: mail (open)"]


def test_an_address_is_never_stored_as_it_is(database: Database, now: datetime) -> None:
    join(database, now, tried=True)
    with database.reading() as session:
        stored = session.execute(select(col(Channel.target_enc), col(Channel.target_hash))).one()
    assert all(ANN.encode() not in value for value in stored)


def test_a_channel_that_is_no_mail_needs_its_persons_address(database: Database, now: datetime) -> None:
    with database.transaction() as session, pytest.raises(UnusableChannel):
        joining.join(
            session, SECRET, "Ann", None, ChannelKind.APPRISE, "ntfys://ntfy.sh/topic", now, tried=True
        )
