"""Links in alerts: they open what they were made for, until they end, and say nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import LinkRefused
from service.people.links import Links, Purpose

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LINKS = Links(bytes(range(32)), "https://bell.example.com/")


@given(st.sampled_from(Purpose), st.integers(1, 2**53))
def test_a_link_opens_what_it_was_made_for(purpose: Purpose, subject: int) -> None:
    assert LINKS.read(purpose, LINKS.token(purpose, subject, NOW), NOW) == subject


def test_an_address_begins_at_the_desk_and_fits_a_text_message() -> None:
    address = LINKS.address(Purpose.REVIEW, 123_456, NOW)
    assert address.startswith("https://bell.example.com/r/")
    assert len(address) < 110


def test_a_link_ends_after_fourteen_days() -> None:
    token = LINKS.token(Purpose.REVIEW, 7, NOW)
    assert LINKS.read(Purpose.REVIEW, token, NOW + timedelta(days=14, seconds=-1)) == 7
    with pytest.raises(LinkRefused) as refused:
        LINKS.read(Purpose.REVIEW, token, NOW + timedelta(days=14))
    assert refused.value.why == "expired"


def test_a_mail_can_be_unsubscribed_from_for_longer_than_the_law_asks() -> None:
    token = LINKS.token(Purpose.UNSUBSCRIBE, 7, NOW)
    assert LINKS.read(Purpose.UNSUBSCRIBE, token, NOW + timedelta(days=31)) == 7


def test_a_link_for_one_purpose_is_worth_nothing_for_another() -> None:
    token = LINKS.token(Purpose.REVIEW, 7, NOW)
    with pytest.raises(LinkRefused):
        LINKS.read(Purpose.UNSUBSCRIBE, token, NOW)


def test_a_person_cannot_tell_an_altered_link_from_an_expired_one() -> None:
    token = LINKS.token(Purpose.REVIEW, 7, NOW)
    with pytest.raises(LinkRefused) as expired:
        LINKS.read(Purpose.REVIEW, token, NOW + timedelta(days=15))
    with pytest.raises(LinkRefused) as altered:
        LINKS.read(Purpose.REVIEW, "x" + token, NOW)
    assert str(expired.value) == str(altered.value)
    assert expired.value.why != altered.value.why


@given(st.text(max_size=200))
def test_no_text_of_a_stranger_opens_anything(token: str) -> None:
    with pytest.raises(LinkRefused):
        LINKS.read(Purpose.REVIEW, token, NOW)


@given(st.data())
def test_a_link_altered_anywhere_does_not_open(data: st.DataObject) -> None:
    token = LINKS.token(Purpose.REVIEW, 7, NOW)
    at = data.draw(st.integers(0, len(token) - 2))  # the last character of base64 may hold unused bits
    other = data.draw(st.sampled_from("abcXYZ019-_.").filter(lambda letter: letter != token[at]))
    with pytest.raises(LinkRefused):
        LINKS.read(Purpose.REVIEW, token[:at] + other + token[at + 1 :], NOW)


def test_another_installation_does_not_open_our_links() -> None:
    with pytest.raises(LinkRefused):
        Links(bytes(32), "https://bell.example.com").read(
            Purpose.REVIEW, LINKS.token(Purpose.REVIEW, 7, NOW), NOW
        )
