"""Google Maps: its addresses, its cards of two generations, its embedded state, and its walls."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain import LengthUnit, Route
from service.errors import LookFailed, UnwatchableAddress
from service.sites import google_ids, google_maps_state, reading, registry
from service.sites.google_maps import SITE
from service.sites.page import Page
from tests import pairs
from tests.conftest import NOW
from tests.mangled import mangled, renamed

CASES = pairs.cases("google_maps")
FEATURE = "0x14de1786bd265a01:0x7ab1c2d3e4f50617"
CID = str(0x7AB1C2D3E4F50617)
PLACE_ID = (
    base64.urlsafe_b64encode(
        b"\x0a\x12\x09"
        + 0x14DE1786BD265A01.to_bytes(8, "little")
        + b"\x11"
        + 0x7AB1C2D3E4F50617.to_bytes(8, "little")
    )
    .decode()
    .rstrip("=")
)


def key(address: str) -> str | None:
    found = SITE.listing(urlsplit(address))
    return found.key if found else None


@pytest.mark.parametrize("case", CASES)
def test_each_saved_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


def test_there_are_pages_of_every_kind() -> None:
    outcomes = {pairs.told(case)["expected"]["outcome"] for case in CASES}
    assert outcomes == {"ok", "walled", "not_a_listing", "changed_shape"}


@pytest.mark.parametrize(
    "address",
    [
        f"https://www.google.com/maps/place/Harbour+Kitchen/@35.1,33.3,17z/data=!4m6!3m5!1s{FEATURE}!8m2!3d35.1!4d33.3!16s%2Fg%2F11s",
        f"https://www.google.com/maps/place/Harbour/data={quote(f'!4m2!3m1!1s{FEATURE}')}",
        f"https://www.google.com/maps/place/Harbour/data=!4m15!1m8!3m7!1s0x14de12ab:0x99!2sLarnaca!3m5!1s{FEATURE}!8m2",
        f"https://www.google.de/maps/place/Harbour/data=!4m2!3m1!1s{FEATURE.upper().replace('X', 'x')}?hl=de",
        f"https://www.google.com/maps/reviews/data=!4m8!14m7!1m6!2m5!1sChdDSUhN!2m1!1s0x0:{FEATURE.split(':')[1]}!3m1!1s2@1:CI",
        f"https://maps.google.com/?cid={CID}",
        f"https://maps.google.co.uk/maps?cid={CID}&hl=en",
        f"https://www.google.com/search?q=harbour+kitchen&ludocid={CID}",
        f"https://www.google.com/search?q=harbour+kitchen#lrd={FEATURE},1,,,",
        f"https://www.google.com/maps?ftid={FEATURE}",
        f"https://www.google.com/maps/search/?api=1&query=Harbour&query_place_id={PLACE_ID}",
        f"https://www.google.com/maps/place/?q=place_id:{PLACE_ID}",
        f"https://search.google.com/local/reviews?placeid={PLACE_ID}&hl=en",
        f"https://search.google.com/local/writereview?placeid={PLACE_ID}",
        f"https://consent.google.com/m?continue=https://www.google.com/maps?cid%3D{CID}&gl=DE",
    ],
)
def test_every_form_of_an_address_is_one_listing(address: str) -> None:
    found = SITE.listing(urlsplit(address))
    assert found is not None
    assert found == SITE.listing(urlsplit(found.url))
    assert found.key == CID


@pytest.mark.parametrize(
    "address",
    [
        "https://www.google.com/maps",
        "https://www.google.com/maps/search/coffee/@35.1,33.3,14z/data=!3m1!4b1",
        f"https://www.google.com/maps/dir/Home/Harbour/data=!4m2!1s{FEATURE}",
        "https://www.google.com/maps/contrib/104554109263059821143/reviews",
        "https://www.google.com/search?q=harbour+kitchen",
        "https://www.google.com/maps/@35.1,33.3,14z",
        "https://www.google.com/maps?cid=0",
        "https://www.google.com/maps?cid=99999999999999999999999",
        "https://www.google.com/maps/search/?api=1&query_place_id=EiExIEhpZ2ggU3QsIExlZWRz",
        "https://consent.google.com/m?gl=DE",
        "https://docs.google.com/document/d/x",
    ],
)
def test_searches_lists_and_the_rest_of_google_are_no_listing(address: str) -> None:
    assert key(address) is None


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://maps.app.goo.gl/AbCdEf123", "short link"),
        ("https://goo.gl/maps/AbCdEf", "short link"),
        ("https://g.page/r/CabcEBM/review", "short link"),
        ("https://share.google/rf2Ec6", "short link"),
        ("https://www.google.com/maps/place/Harbour+Kitchen/@35.1,33.3,17z", "without Google's id"),
    ],
)
def test_an_address_only_a_browser_can_resolve_says_what_to_do(address: str, says: str) -> None:
    with pytest.raises(UnwatchableAddress, match=says):
        SITE.listing(urlsplit(address))


def test_every_host_of_google_s_belongs_to_the_site() -> None:
    for host in (
        "www.google.com",
        "maps.google.de",
        "www.google.com.au",
        "www.google.co.jp",
        "maps.app.goo.gl",
    ):
        assert registry.site_for(f"https://{host}/maps") is SITE
    assert registry.site_for("https://www.notgoogle.com/maps") is not SITE


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**64 - 1))
def test_a_place_id_and_a_feature_id_name_the_same_cid(first: int, second: int) -> None:
    packed = b"\x0a\x12\x09" + first.to_bytes(8, "little") + b"\x11" + second.to_bytes(8, "little")
    assert google_ids.cid_of_place(base64.urlsafe_b64encode(packed).decode().rstrip("=")) == str(second)
    assert google_ids.cid_of_feature(f"0x{first:x}:0x{second:x}") == str(second)


@given(st.text(max_size=60))
def test_ids_of_anything_else_are_none(words: str) -> None:
    assert google_ids.cid_of_place(words) is None
    assert google_ids.review_in_reply_link(words) is None


@given(st.from_regex(r"\AC[A-Za-z][A-Za-z0-9_-]{20,70}\Z"))
def test_a_reply_link_names_its_review(review: str) -> None:
    packed = b"\x0a" + bytes([len(review)]) + review.encode() + b"\x10\x00"
    link = "https://business.google.com/local/business/47/customers/reviews/reply?hl=en&p="
    assert google_ids.review_in_reply_link(link + quote(base64.b64encode(packed).decode())) == review


def test_a_reply_link_of_another_page_names_none() -> None:
    assert (
        google_ids.review_in_reply_link("https://business.google.com/customers/reviews/reply?p=!!!!!!!!!!")
        is None
    )
    assert google_ids.review_in_reply_link("https://example.org/reply?p=CkRDaTlEUVVs") is None


@pytest.mark.parametrize(
    "case", ["google_maps-2021-list", "google_maps-2023-place", "google_maps-2026-limited"]
)
def test_a_page_whose_classes_were_all_renamed_reads_the_same(case: str) -> None:
    assert pairs.read(case, renamed(pairs.text(case))) == pairs.told(case)["expected"]


def test_cards_that_are_gone_from_a_page_that_counts_them_are_an_alarm() -> None:
    page = pairs.text("google_maps-2026-limited").replace("data-review-id", "data-opinion")
    told = pairs.read("google_maps-2026-limited", page)
    assert told["outcome"] == "changed_shape"
    assert "90" in " ".join(told["evidence"])
    assert "0 could be read" in told["evidence"]


def test_a_page_whose_scripts_have_not_run_is_read_from_its_state() -> None:
    page = pairs.text("google_maps-2023-place").replace("data-review-id", "data-opinion")
    told = pairs.read("google_maps-2023-place", page)
    assert [review["author"] for review in told["reviews"]] == ["Nora Lindqvist", "Θάλεια Ρήγα", "Sam Ortega"]
    assert told["reviews"][1]["owner_reply"]["text"] == "Thank you, Thaleia!\nSee you soon."


def test_cards_alone_are_read_where_the_state_is_broken() -> None:
    page = re.sub(
        r"APP_INITIALIZATION_STATE=.{40}", "APP_INITIALIZATION_STATE=[[", pairs.text("google_maps-2023-place")
    )
    told = pairs.read("google_maps-2023-place", page)
    first = told["reviews"][0]
    assert (first["text_complete"], first["date"], first["date_shown"]) == (False, None, "a week ago")
    assert told["business"]["name"] == "Harbour Kitchen"
    assert (told["business"]["rating"], told["business"]["review_total"]) == (4.7, 20)


def test_the_table_of_stars_counts_where_no_count_is_shown() -> None:
    page = pairs.text("google_maps-2023-place").replace("APP_INITIALIZATION_STATE", "X").replace("(20)", "")
    assert pairs.read("google_maps-2023-place", page)["business"]["review_total"] == 20


def test_google_s_own_translation_is_marked_and_an_edit_is_no_posting() -> None:
    case = "google_maps-2026-limited"
    items = reading.read(pairs.text(case), pairs.told(case)["url"], NOW).items
    assert [item.translated for item in items] == [False, False, True, False, False]
    assert items[3].posted is None
    assert items[3].edited is not None
    assert items[3].edited.shown == "Bearbeitet: vor einem Monat"
    assert [item.language for item in items] == ["de"] * 5


def test_a_translation_beside_its_original_gives_the_original() -> None:
    case = "google_maps-2021-list"
    both = "(Translated by Google) Came at once.\n\n(Original)\nKam sofort."
    page = pairs.text(case).replace("Fixed our gate in an hour.\nWould call again.", both)
    assert pairs.read(case, page)["reviews"][0]["text"] == "Kam sofort."
    alone = page.replace("\n\n(Original)\nKam sofort.", "")
    assert reading.read(alone, None, NOW).items[0].translated
    assert pairs.read(case, alone)["reviews"][0]["text"] == "Came at once."


def test_an_edited_review_in_the_state_keeps_both_times() -> None:
    case = "google_maps-2023-place"
    item = reading.read(pairs.text(case), None, NOW).items[0]
    assert item.posted is not None
    assert item.edited is not None
    assert item.posted.at is not None
    assert item.edited.at is not None
    assert item.posted.at < item.edited.at


def test_a_person_s_reviews_of_many_places_are_no_listing() -> None:
    told = pairs.told("google_maps-2021-list")
    with pytest.raises(LookFailed) as failed:
        reading.read(
            pairs.text("google_maps-2021-list"), "https://www.google.com/maps/contrib/1/reviews", NOW
        )
    assert failed.value.outcome.value == "not_a_listing"
    assert told["expected"]["outcome"] == "ok"


def test_a_business_without_reviews_or_a_count_is_never_an_empty_listing() -> None:
    page = pairs.text("google_maps-2026-none-shown").replace("(1,234)", "").replace("1,234 reviews", "")
    assert pairs.read("google_maps-2026-none-shown", page)["outcome"] == "changed_shape"


def test_the_limited_view_for_signed_out_visitors_is_told() -> None:
    page = pairs.text("google_maps-2026-none-shown").replace("(1,234)", "").replace("1,234 reviews", "")
    limited = page.replace(
        "<div>Sign in", '<a href="https://accounts.google.com/ServiceLogin?hl=en">Sign in</a><div>Sign in'
    )
    told = pairs.read("google_maps-2026-none-shown", limited)
    assert told["outcome"] == "signed_out"
    assert "limited view" in told["evidence"][0]


def test_a_sign_in_page_of_any_length_is_told() -> None:
    page = '<title>Konto</title><form action="https://accounts.google.com/signin"></form>' + "<p>x</p>" * 5000
    told = pairs.read("google_maps-2026-none-shown", page)
    assert told["outcome"] == "signed_out"


def test_the_ways_say_what_is_missing_today() -> None:
    needs = {way.route: way.needs for way in SITE.ways}
    assert needs[Route.HAND] == ""
    assert "mail add" in needs[Route.MAIL]
    assert all(needs[route] for route in (Route.MAIL, Route.CAPTURE, Route.API, Route.PAGE))
    assert SITE.ways[0].route is Route.MAIL
    assert SITE.needs_browser


def test_a_reply_is_limited_in_bytes() -> None:
    assert (SITE.reply.limit, SITE.reply.unit) == (4096, LengthUnit.BYTES)
    assert not SITE.reply.one_shot
    assert SITE.reply.source


def places() -> st.SearchStrategy[Any]:
    leaves = (
        st.none()
        | st.integers(-5, 10**17)
        | st.text(max_size=12)
        | st.sampled_from([FEATURE, "0x0:0x1", "ChZD" * 4])
    )
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=8), max_leaves=25)


@settings(max_examples=50, deadline=None)
@given(places(), places(), places())
def test_a_state_of_any_shape_is_read_or_passed_over(reviews: Any, older: Any, rest: Any) -> None:
    record: list[Any] = [rest] * 180
    record[10], record[11], record[175], record[52] = FEATURE, "Harbour", reviews, older
    inner = ")]}'\n" + json.dumps([None] * 6 + [record])
    found = google_maps_state.read(f"window.APP_INITIALIZATION_STATE={json.dumps([[inner]])};")
    assert found is not None
    assert found.cid == CID


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_broken_page_ends_in_a_reading_or_a_named_outcome(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    page = data.draw(mangled(pairs.text(case)))
    for attempt in (
        lambda: SITE.read(Page(page, None), NOW),
        lambda: reading.read(page, pairs.told(case)["url"], None),
    ):
        try:
            attempt()
        except LookFailed as failed:
            assert failed.evidence
