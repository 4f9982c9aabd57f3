"""Which listing is a mail about?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sites.mail.base import Clues
from service.watch.placing import Placed, Spot, place

NORTH = Spot(1, "101", 10, ("Bella Vista North", "Bella Vista Trattoria"))
SOUTH = Spot(2, "102", 20, ("Bella Vista South",))
BY_MAIL = Spot(3, "mail:west", 30, ("Bella Vista West",))
ALL = (NORTH, SOUTH, BY_MAIL)
TOKENS = {"kqx7": 10, "zzz9": 20, "wes1": 30, "new5": 50}


def placed(
    *keys: str,
    name: str | None = None,
    to: str = "",
    spots: tuple[Spot, ...] = ALL,
    remembered: dict[str, int] | None = None,
) -> Placed:
    return place(Clues(keys, name), (to,) if to else (), spots, TOKENS, remembered or {})


def test_the_key_in_a_link_decides_whatever_the_name_and_the_address() -> None:
    assert placed("102", name="Bella Vista North", to="in+kqx7@bell.example").listing_id == 2


def test_an_address_of_its_own_is_the_branchs_listing() -> None:
    assert placed(to="IN+KQX7@bell.example", name="Whatever they call it").listing_id == 1
    assert placed(to="in+wes1@bell.example").listing_id == 3


def test_an_address_of_a_branch_without_a_listing_there_is_asked_about() -> None:
    asked = placed(to="in+new5@bell.example")
    assert (asked.listing_id, asked.branch_id) == (None, 50)


def test_a_key_of_another_place_is_no_mail_of_the_branch_it_was_sent_to() -> None:
    assert placed("999", to="in+kqx7@bell.example").listing_id is None


def test_what_a_person_has_said_of_a_name_counts() -> None:
    assert placed(name="BV  Northside", remembered={"bv northside": 1}).listing_id == 1
    assert placed(name="BV Northside", remembered={"bv northside": 77}).listing_id is None


def test_what_a_person_has_said_of_a_name_is_not_said_of_another_place_of_that_name() -> None:
    assert placed("999", name="BV Northside", remembered={"bv northside": 1}).listing_id is None


@pytest.mark.parametrize("name", ["Bella Vista South", "BELLA VISTA: SOUTH", "bella  vista south"])
def test_a_name_that_is_exactly_one_branchs_decides(name: str) -> None:
    assert placed(name=name).listing_id == 2


@pytest.mark.parametrize("name", ["Bella Vista", "Bela Vista South", "South Bella", None])
def test_a_name_that_is_only_alike_is_asked_about_with_the_likeliest_first(name: str | None) -> None:
    asked = placed(name=name)
    assert asked.listing_id is None
    assert sorted(asked.likely) == [1, 2, 3]
    if name and "South" in name:
        assert asked.likely[0] == 2


def test_two_branches_of_one_name_are_asked_about() -> None:
    twins = (NORTH, Spot(2, "102", 20, NORTH.names))
    assert placed(name="Bella Vista North", spots=twins).listing_id is None


@pytest.mark.parametrize(
    ("name", "whose"),
    [(None, 1), ("Bella Vista North, Leeds", 1), ("Trattoria Bella Vista", 1), ("Pizza Roma", None)],
)
def test_the_only_listing_is_meant_where_the_name_fits_or_none_is_given(
    name: str | None, whose: int | None
) -> None:
    assert placed(name=name, spots=(NORTH,)).listing_id == whose


def test_the_only_listing_is_not_meant_where_the_link_names_another() -> None:
    assert placed("999", spots=(NORTH,)).listing_id is None
    assert placed("999", name="Bella Vista North", spots=(NORTH,)).listing_id is None


def test_a_domain_may_have_locations_of_its_own() -> None:
    whole, part = Spot(1, "bella.example", 10), Spot(2, "bella.example#south", 20)
    assert placed("bella.example", spots=(whole, part)).listing_id == 1
    assert placed("bella.example", spots=(part,)).listing_id is None


def test_where_no_listing_is_known_a_person_is_asked() -> None:
    assert placed("101", name="Bella Vista", spots=()) == Placed(
        None, "its name fits no listing, or several", ()
    )


@given(
    st.lists(st.sampled_from(["101", "102", "999"]), max_size=2),
    st.none() | st.text(max_size=20),
    st.lists(st.text(max_size=12).map("in+{}@x".format), max_size=2),
)
def test_never_a_listing_that_a_link_rules_out(keys: list[str], name: str | None, to: list[str]) -> None:
    found = place(Clues(tuple(keys), name), to, ALL, TOKENS, {"": 1})
    if found.listing_id in (1, 2) and keys:
        assert next(spot.key for spot in ALL if spot.listing_id == found.listing_id) in keys
