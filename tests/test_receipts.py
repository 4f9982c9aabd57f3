"""A follower's word that it obeys a recall: agreed to, sealed, sent until taken, never believed blindly."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from service.approval import receipts
from service.approval.invitations import invite
from service.approval.recalls import recall
from service.approval.receipts import HEADER, agree, confirmed_by, keep, receipt_for, seal, sender, stop
from service.approval.statements import WHOLE_PACK
from service.db import Database
from service.domain import ReplyClass
from service.errors import FeedRefused
from service.models import (
    AuditBody,
    PackFeed,
    PackVersion,
    Posting,
    PostingState,
    Recall,
    Receipt,
    Subscriber,
)
from service.outcomes.postings import uses_by_class
from tests import ringing
from tests.conftest import NOW
from tests.test_packfeeds import (
    Clock,
    Corporate,
    Franchise,
    clock,
    corporate,
    following,
    franchise,
    keys,
    made,
    ours,
)

__all__ = ["clock", "corporate", "following", "franchise", "keys", "made", "ours"]

SOON = NOW + timedelta(minutes=2)


def agreed(franchise: Franchise) -> None:
    with franchise.database.transaction() as session:
        agree(session, session.exec(select(PackFeed)).one(), "Fran Owner", franchise.clock())


def received(corporate: Corporate) -> list[Receipt]:
    with corporate.database.reading() as session:
        return list(session.exec(select(Receipt)).all())


def used(session: Session, version: PackVersion, item: str = "thanks", **more: Any) -> None:
    """One use of approved words at the follower."""
    name = f"{version.serial} {item} {more}"
    where = ringing.listing(session, ringing.branch(session, name), key=name)
    row = {"pack": version.pack, "sha256": version.sha256, "item": item, "variant": 1, "person": "Dana"}
    state = {"state": PostingState.COPIED.value, "made_at": NOW}
    session.add(Posting(review_id=ringing.review(session, where).id, **(row | state | more)))
    session.flush()


def test_nobody_who_has_not_agreed_sends_a_receipt(corporate: Corporate, following: Franchise) -> None:
    corporate.recall(corporate.approve())
    corporate.publish()
    assert following.poll() is None
    assert received(corporate) == []


def test_a_recall_that_is_obeyed_is_confirmed_once_with_counts_and_nothing_else(
    corporate: Corporate, following: Franchise, clock: Clock
) -> None:
    agreed(following)
    words = corporate.approve()
    corporate.publish()
    following.poll()
    with following.database.transaction() as session:
        version = session.exec(select(PackVersion)).one()
        used(session, version, reply_class=ReplyClass.VERBATIM.value)
        used(session, version, reply_class=ReplyClass.OFF_PACK.value)
        used(session, version)
        used(session, version, state=PostingState.SHOWN.value)
        used(session, version, item="another", reply_class=ReplyClass.VERBATIM.value)
    corporate.recall(words)
    corporate.publish()
    for _ in range(2):
        clock.at += timedelta(seconds=60)
        assert following.poll() is None
    (receipt,) = received(corporate)
    assert receipt.taken_at == NOW + timedelta(seconds=60)
    assert receipt.counts == {"verbatim": 1, "within_bounds": 0, "off_pack": 1, "not_told": 1}


def test_what_was_not_taken_is_sent_again_and_makes_no_question_wait(
    corporate: Corporate, following: Franchise, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed(following)
    corporate.recall(corporate.approve())
    corporate.publish()

    def refused(*_told: object) -> None:
        raise FeedRefused("we are being painted")

    with monkeypatch.context() as patched:
        patched.setattr(receipts, "keep", refused)
        assert following.poll() == "the brand did not take our receipt (HTTP 400)"
    with following.database.reading() as session:
        feed = session.exec(select(PackFeed)).one()
        assert (feed.failures, feed.next_try_at) == (0, NOW + timedelta(seconds=60))
    assert following.usable == []
    clock.at += timedelta(seconds=60)
    following.poll()
    assert len(received(corporate)) == 1


def test_who_stops_sends_no_more(corporate: Corporate, following: Franchise) -> None:
    agreed(following)
    with following.database.transaction() as session:
        stop(session, session.exec(select(PackFeed)).one(), "Fran Owner", NOW)
        kept = [body.body for body in session.exec(select(AuditBody)) if body.kind == "receipts"]
    assert [told and told["agreed"] for told in kept] == [True, False]
    corporate.recall(corporate.approve())
    corporate.publish()
    following.poll()
    assert received(corporate) == []


def test_a_receipt_says_no_more_than_it_must() -> None:
    written = json.loads(receipt_for("shopbell/1 recall …", NOW, {"verbatim": 2}))
    assert set(written) == {"format", "recall", "taken_at", "uses"}
    assert set(written["uses"]) == {"verbatim", "within_bounds", "off_pack", "not_told"}


def test_uses_are_counted_for_the_recalled_versions_alone(
    sqlite_database: Database, corporate: Corporate
) -> None:
    corporate.approve()
    corporate.approve(serial=2)
    with sqlite_database.transaction() as session:
        first, second = session.exec(select(PackVersion).order_by(col(PackVersion.serial))).all()
        used(session, first, reply_class="verbatim")
        used(session, second, reply_class="within_bounds")
        assert uses_by_class(session, "test", "thanks", 1) == {"verbatim": 1}
        assert uses_by_class(session, "test", WHOLE_PACK, 2) == {"verbatim": 1, "within_bounds": 1}


# At the brand, on both databases


@pytest.fixture
def brand(database: Database, made: Any, keys: Any) -> tuple[Database, str, Recall]:
    """A brand with one recall and one follower; answers the follower's token."""
    from service.approval.versions import add_version, approve
    from service.models import SigningKey
    from tests.test_versions import body

    with database.transaction() as session:
        session.add(SigningKey(**made["ada"].model_dump()))
        session.flush()
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        done = recall(session, version, "thanks", "Cold.", keys["ada"], NOW)
        return database, invite(session, "Leeds", (), NOW), done


Brand = tuple[Database, str, Recall]


def test_the_first_word_about_a_recall_stands(brand: Brand) -> None:
    database, _token, done = brand
    with database.transaction() as session:
        follower = session.exec(select(Subscriber)).one()
        for uses in ({"verbatim": 3}, {"verbatim": 0}):
            keep(session, follower, receipt_for(done.statement, SOON, uses), SOON)
        (said,) = confirmed_by(session, follower).values()
        assert said.uses.verbatim == 3


def test_only_a_followers_own_seal_over_the_exact_bytes_names_it(brand: Brand) -> None:
    database, token, done = brand
    written = receipt_for(done.statement, SOON, {"verbatim": 3})
    sealed = seal(token, written)
    with database.transaction() as session:
        follower = sender(session, sealed, written)
        assert follower is not None
        altered = written.replace(b'"verbatim":3', b'"verbatim":4')
        assert altered != written
        for mac, body in (
            (sealed, altered),
            (seal("guessed", written), written),
            (sealed.partition(":")[0] + ":" + seal("guessed", written).partition(":")[2], written),
            (token, written),
            ("", written),
            ("ünïcode:é", written),
        ):
            assert sender(session, mac, body) is None
        follower.revoked_at = NOW
        session.flush()
        assert sender(session, sealed, written) is None


def said(done: Recall, **changes: Any) -> bytes:
    told: Mapping[str, Any] = json.loads(receipt_for(done.statement, SOON, {"verbatim": 3}))
    return json.dumps({**told, **changes}).encode()


HOSTILE: list[tuple[dict[str, Any], str]] = [
    ({"recall": "ab" * 32}, "nothing was recalled here"),
    ({"recall": "x"}, "no receipt"),
    ({"format": 2}, "no receipt"),
    ({"taken_at": (NOW - timedelta(hours=1)).isoformat()}, "clocks"),
    ({"taken_at": (NOW + timedelta(hours=1)).isoformat()}, "clocks"),
    ({"taken_at": "2026-11-22T09:02:00"}, "no receipt"),
    ({"uses": {"verbatim": -1}}, "no receipt"),
    ({"uses": {"verbatim": 10**9}}, "no receipt"),
    ({"uses": {"verbatim": "3"}}, "no receipt"),
    ({"uses": {"verbatim": True}}, "no receipt"),
    ({"uses": {"secret": 1}}, "no receipt"),
    ({"review": "Ann was here."}, "no receipt"),
]


@pytest.mark.parametrize(("changes", "why"), HOSTILE, ids=str)
def test_a_hostile_receipt_is_not_kept(brand: Brand, changes: dict[str, Any], why: str) -> None:
    database, _token, done = brand
    with database.transaction() as session:
        follower = session.exec(select(Subscriber)).one()
        with pytest.raises(FeedRefused, match=why):
            keep(session, follower, said(done, **changes), SOON)
        assert session.exec(select(Receipt)).all() == []


@pytest.mark.parametrize("written", [b"", b"[]", b"\xff\xfe", b"[" * 500, b'{"format":1}'])
def test_what_is_no_receipt_at_all_is_refused(brand: Brand, written: bytes) -> None:
    database, _token, _done = brand
    with database.transaction() as session, pytest.raises(FeedRefused, match="no receipt"):
        keep(session, session.exec(select(Subscriber)).one(), written, SOON)


def posted(corporate: Corporate, written: bytes, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", corporate.port, timeout=10)
    connection.request("POST", "/packs/receipts", written, {**headers, "Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_door_for_receipts_opens_to_followers_alone(corporate: Corporate) -> None:
    corporate.recall(corporate.approve())
    token = corporate.invite().token
    with corporate.database.reading() as session:
        done = session.exec(select(Recall)).one()
    written = said(done)
    assert posted(corporate, written) == 401
    assert posted(corporate, written, **{HEADER: seal("guessed", written)}) == 401
    assert posted(corporate, written, **{"Authorization": f"Bearer {token}"}) == 401
    assert received(corporate) == []
    nonsense = b"nonsense"
    assert posted(corporate, nonsense, **{HEADER: seal(token, nonsense)}) == 400
    large = written + b" " * 5000
    assert posted(corporate, large, **{HEADER: seal(token, large)}) == 413
    corporate.clock.at = SOON
    for _ in range(2):
        assert posted(corporate, written, **{HEADER: seal(token, written)}) == 204
    assert len(received(corporate)) == 1
