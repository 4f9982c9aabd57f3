"""Google's own export of a business's reviews, whole and as single files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Item, Scale
from service.errors import FileUnreadable
from service.sources import takeout
from service.sources.columns import Brought, Rejected
from tests import brought
from tests.brought import google_export, google_review


def items(body: bytes) -> list[Item]:
    found = [takeout.read_entry(entry) for entry in takeout.entries(body)]
    assert all(isinstance(one, Brought) for one in found), found
    return [one.item for one in found if isinstance(one, Brought)]


def one(**more: Any) -> Brought | Rejected:
    (entry,) = takeout.entries(google_export(google_review(1, **more)))
    return takeout.read_entry(entry)


def test_an_export_is_read_whole_with_ids_replies_and_exact_times() -> None:
    reply = {"comment": "Thank you!", "updateTime": "2026-03-05T08:00:00Z"}
    first, second = items(google_export(google_review(1, reviewReply=reply), google_review(2, comment=None)))
    assert first.ids == (("google.gbp", "AbFvOq0001"),)
    assert (first.author, first.rating, first.best, first.scale) == ("Guest 1", 4, 5, Scale.STARS5)
    assert first.posted and first.posted.at and first.posted.at.isoformat() == "2026-03-04T05:06:07+00:00"
    assert first.edited is None
    assert first.reply and first.reply.text == "Thank you!"
    assert (second.text, second.reply) == (None, None)


def test_the_location_s_name_stands_for_the_branch() -> None:
    entries = takeout.entries(google_export(google_review(1), name="North Bakery"))
    assert [entry.place for entry in entries] == ["North Bakery"]


def test_a_single_file_of_the_export_is_enough() -> None:
    body = json.dumps({"reviews": [google_review(1)]}).encode()
    (entry,) = takeout.entries(b"\xef\xbb\xbf" + body)
    assert entry.place == "2001"
    assert len(items(body)) == 1


def test_copies_under_two_accounts_are_one_review_the_newer_one() -> None:
    newer = google_review(1, comment="Better now.", updateTime="2026-08-01T00:00:00Z")
    newer["name"] = "accounts/9/locations/2001/reviews/AbFvOq0001"
    (item,) = items(google_export(newer, google_review(1)))
    assert item.text == "Better now."
    assert item.edited is not None


def test_an_anonymous_writer_has_no_name() -> None:
    found = one(reviewer={"displayName": "A Google user", "isAnonymous": True})
    assert isinstance(found, Brought) and found.item.author is None


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"starRating": "SIX"}, "rating is none that Google gives"),
        ({"createTime": "lately"}, "dates cannot be read"),
        ({"createTime": 5}, "dates cannot be read"),
        ({"starRating": None, "comment": None}, "neither a rating nor words"),
    ],
)
def test_a_review_that_cannot_be_taken_whole_is_given_back(more: dict[str, Any], why: str) -> None:
    found = one(**more)
    assert isinstance(found, Rejected) and why in found.why


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{}", "No review of a Google Business Profile"),
        (b'{"reviews": [1, null]}', "No review of a Google Business Profile"),
        (b'{"type": "FeatureCollection", "features": []}', "wrote yourself"),
        (brought.archive({"Takeout/Maps (your places)/Reviews.json": "{}"}), "wrote yourself"),
        (brought.archive({"photos/1.jpg": b"x"}), "No review of a Google Business Profile"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (b"{nonsense", "damaged"),
        (brought.archive({"location-1/reviews.json": "{nonsense"}), "damaged"),
        (brought.archive({"location-1/reviews.json": b" " * 9_000_000}), "unpacks to more"),
    ],
)
def test_what_is_no_such_export_says_what_to_download(body: bytes, says: str) -> None:
    with pytest.raises(FileUnreadable, match=says):
        takeout.entries(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)
FIELDS = ("name", "reviewId", "reviewer", "starRating", "comment", "createTime", "updateTime", "reviewReply")


@settings(max_examples=60)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON), max_size=4))
def test_no_export_raises_anything_but_the_named_error(reviews: list[dict[str, Any]]) -> None:
    try:
        entries = takeout.entries(json.dumps({"reviews": reviews}).encode())
    except FileUnreadable:
        return
    for entry in entries:
        takeout.read_entry(entry)
        assert all(isinstance(cell, str) for cell in takeout.shown(entry))
