"""Mailboxes as they are written down, what is asked of them, and each branch's own address."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.db import Database
from service.errors import SettingsError
from service.models import AccountKind, Branch, Inbound, InboundState
from service.sources import accounts, inbound, mailbox, mailboxes
from service.sources.inbound import received, store
from service.sources.mailbox import BATCH_BYTES, BATCH_MAILS, LARGEST, Cursor, Mailbox, Wanted
from tests.builders import NOW
from tests.mailboxes import VAULT, a_mail


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "imaps://ann@shop.example@imap.shop.example/Reviews",
            Mailbox("imap.shop.example", 993, "ann@shop.example", "Reviews"),
        ),
        ("imap://ann@Localhost:1143", Mailbox("localhost", 1143, "ann", implicit=False)),
        (
            " imaps://ann@gmail.com@imap.gmail.com/[Gmail]%2FAll%20Mail ",
            Mailbox("imap.gmail.com", 993, "ann@gmail.com", "[Gmail]/All Mail"),
        ),
        ("imaps://ann%3Ax@[::1]:993/", Mailbox("::1", 993, "ann:x")),
    ],
)
def test_a_mailbox_is_written_as_an_address(text: str, expected: Mailbox) -> None:
    assert mailbox.read_address(text) == expected
    assert Mailbox.from_json(expected.as_json()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann@shop.example",
        "imaps://imap.shop.example/INBOX",
        "https://ann@shop.example",
        "imaps://ann@imap.shop.example:99999",
        "imaps://ann@imap shop",
        "imaps://ann@[::1/x",
        "imaps://ann:hunter2@imap.shop.example",
        "imaps://ann@imap.shop.example/a%0d%0aLOGOUT",
    ],
)
def test_what_is_no_mailbox_is_one_sentence_without_a_secret(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        mailbox.read_address(text)
    assert "hunter2" not in str(refused.value)
    assert "Nothing was stored." in str(refused.value)


@given(st.dictionaries(st.integers(1, 10**6), st.integers(0, 40_000_000), max_size=200))
def test_batches_are_small_in_order_and_complete(sizes: dict[int, int]) -> None:
    batches = list(mailbox.batches(sizes))
    assert [uid for batch in batches for uid in batch] == sorted(sizes)
    for batch in batches:
        assert 1 <= len(batch) <= BATCH_MAILS
        assert len(batch) == 1 or sum(min(sizes[uid], LARGEST) for uid in batch) <= BATCH_BYTES


def test_a_search_names_every_sender_and_nobody_else() -> None:
    wanted = Wanted.of(["google.com", "yelp.com"], ["Boss@shop.example"], None)
    (criteria,) = mailbox.searches(Cursor(5, 41, wanted.mark), wanted, NOW)
    assert criteria == [
        *("UID", "42:*", "OR", ["FROM", "boss@shop.example"]),
        *("OR", ["FROM", "google.com"], ["FROM", "yelp.com"]),
    ]


def test_reading_begins_anew_where_numbers_or_wishes_changed() -> None:
    wanted, more = Wanted.of(["google.com"], [], None), Wanted.of(["google.com"], ["a@b.example"], None)
    cursor = Cursor(5, 41, wanted.mark)
    assert mailbox.begin(cursor, 5, wanted) == cursor
    assert mailbox.begin(cursor, 6, wanted) == Cursor(6, 0, wanted.mark)
    assert mailbox.begin(cursor, 5, more) == Cursor(5, 0, more.mark)
    (criteria,) = mailbox.searches(Cursor(5, 0, wanted.mark), wanted, NOW)
    assert "SINCE" in criteria


def test_what_opens_a_mailbox_is_encrypted_for_its_own_row(database: Database) -> None:
    with database.transaction() as session:
        one = mailboxes.add(session, VAULT, Mailbox("imap.example", 993, "ann"), "hunter2", NOW)
        two = mailboxes.add(session, VAULT, Mailbox("imap.example", 993, "bo"), "other", NOW)
        assert one.secret_enc is not None
        assert b"hunter2" not in one.secret_enc
        assert "hunter2" not in str(one.settings)
        assert accounts.unseal(VAULT, one) == {"password": "hunter2"}
        two.secret_enc = one.secret_enc
        from service.errors import WrongSecret

        with pytest.raises(WrongSecret):
            accounts.unseal(VAULT, two)
        two.secret_enc = None


def test_a_receiver_known_to_sign_its_results_is_known_at_once(database: Database) -> None:
    with database.transaction() as session:
        gmail = mailboxes.add(session, VAULT, Mailbox("imap.gmail.com", 993, "a"), "x", NOW)
        other = mailboxes.add(session, VAULT, Mailbox("outlook.office365.com", 993, "a"), "x", NOW)
        told = mailboxes.add(session, VAULT, Mailbox("imap.example", 993, "a"), "x", NOW, "mx.example")
        found = (gmail.authserv_id, other.authserv_id, told.authserv_id)
    assert found == ("mx.google.com", None, "mx.example")


def test_a_removed_mailbox_forgets_what_opened_it_and_keeps_its_mails(database: Database) -> None:
    with database.transaction() as session:
        account = mailboxes.add(session, VAULT, Mailbox("imap.example", 993, "ann"), "x", NOW)
        store(session, [received(a_mail(1), NOW, NOW, LARGEST)], account.id or 0, NOW)
        assert mailboxes.listed(session)[0].number(InboundState.WAITING) == 1
        assert mailboxes.remove(session, account.id or 0) == "ann (INBOX)"
        assert mailboxes.listed(session) == []
        assert inbound.counts(session) == {"waiting": 1}
        assert mailboxes.remove(session, 999) is None


def test_a_feed_is_no_mailbox(database: Database) -> None:
    with database.transaction() as session:
        feed = accounts.add(session, AccountKind.FEED, "x", "A feed", NOW, next_try_at=NOW)
        session.flush()
        assert mailboxes.remove(session, feed.id or 0) is None
        assert not accounts.anything_due(session, NOW)


@pytest.mark.parametrize("state", InboundState)
def test_old_mails_lose_their_words_once_they_were_dealt_with(
    state: InboundState, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        account = mailboxes.add(session, VAULT, Mailbox("imap.example", 993, "ann"), "x", NOW)
        store(session, [received(a_mail(1), NOW, NOW, LARGEST)], account.id or 0, NOW)
        mail = session.get_one(Inbound, 1)
        mail.state = state.value
        session.flush()
        for at, kept in ((NOW + timedelta(days=89), True), (NOW + timedelta(days=91), None)):
            inbound.forget(session, at)
            session.expire(mail)
            waits = state not in inbound.DEALT_WITH
            assert (mail.raw is not None) == (kept or waits)
        store(session, [received(a_mail(1), NOW, NOW, LARGEST)], account.id or 0, NOW)
        assert sum(inbound.counts(session).values()) == 1


def test_a_mail_from_the_future_came_in_now(now: datetime) -> None:
    assert received(a_mail(1), now + timedelta(days=9), now, LARGEST).at == now


def test_a_branchs_address_is_made_once_and_stays(database: Database) -> None:
    with database.transaction() as session:
        branches = [Branch(code=code, name=code) for code in ("a", "b")]
        session.add_all(branches)
        one, two = (mailboxes.address_of(session, each, "in@hear.example") for each in branches)
        assert re.fullmatch(r"in\+[a-z2-7]{10}@hear\.example", one)
        assert one != two
        assert mailboxes.address_of(session, branches[0], "in@hear.example") == one
        with pytest.raises(SettingsError, match="SHOPBELL_MAIL_IN"):
            mailboxes.address_of(session, branches[0], None)
