"""Yelp: every generation of its pages reads alike, and a page that no longer reads says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import Coverage, CoverageKind
from service.errors import LookFailed
from service.sites import reading
from service.sites.yelp import SITE, listing
from tests import pairs

PAGES = [case for case in pairs.cases("yelp") if pairs.told(case)["expected"]["outcome"] == "ok"]


@pytest.mark.parametrize("case", pairs.cases("yelp"))
def test_each_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


@pytest.mark.parametrize(
    ("address", "key", "home"),
    [
        ("https://www.yelp.com/biz/marigold-barbers", "marigold-barbers", "www.yelp.com"),
        ("https://m.yelp.com/biz/marigold-barbers?osq=Barbers", "marigold-barbers", "www.yelp.com"),
        ("http://yelp.com/biz/Marigold-Barbers/#reviews", "marigold-barbers", "www.yelp.com"),
        ("https://www.yelp.com/biz/marigold?sort_by=rating_asc&start=40", "marigold", "www.yelp.com"),
        ("https://www.yelp.de/biz/caf%C3%A9-mond-k%C3%B6ln", "café-mond-köln", "www.yelp.de"),
        ("https://fr.yelp.ca/biz/boulangerie-du-port", "boulangerie-du-port", "fr.yelp.ca"),
        ("https://www.yelp.co.uk/biz/kgQR_FC6JPrmZyVQkIZXOA", "kgQR_FC6JPrmZyVQkIZXOA", "www.yelp.co.uk"),
    ],
)
def test_a_listing_is_its_alias_on_every_host(address: str, key: str, home: str) -> None:
    found = listing(urlsplit(address))
    assert found is not None
    assert (found.site, found.key) == ("yelp", key)
    assert re.fullmatch(rf"https://{home}/biz/[^/?]+\?sort_by=date_desc", found.url)
    assert listing(urlsplit(found.url)) == found


@pytest.mark.parametrize(
    "address",
    [
        "https://www.yelp.com/",
        "https://www.yelp.com/search?find_desc=Barbers&find_loc=East+Tamsin",
        "https://www.yelp.com/biz_photos/marigold-barbers-east-tamsin",
        "https://www.yelp.com/user_details?userid=v1",
        "https://www.yelp.com/not_recommended_reviews/marigold-barbers-east-tamsin",
        "https://biz.yelp.com/biz/marigold-barbers-east-tamsin",
        "https://www.yelp.com/biz/",
        "https://www.yelp.com/biz/a%00b",
    ],
)
def test_searches_photos_and_people_are_no_listing(address: str) -> None:
    assert listing(urlsplit(address)) is None


@pytest.mark.parametrize("case", PAGES)
def test_a_page_whose_reviews_went_elsewhere_is_a_changed_page(case: str) -> None:
    bare = re.sub(r'"review":\[.*?\],"aggregate', '"aggregate', pairs.text(case))
    bare = re.sub(r'<ul class="(?:ylist reviews|list__09f24__x1)">.*?</ul>', "", bare, flags=re.DOTALL)
    bare = re.sub(r"<script[^>]*data-(?:apollo-state|hypernova-key).*?</script>", "", bare, flags=re.DOTALL)
    told = pairs.read(case, bare)
    total = pairs.told(case)["expected"]["business"]["review_total"]
    assert told["outcome"] == "changed_shape"
    assert told["evidence"] == [f"the site counts {total} reviews", "0 could be read"]


def test_new_class_names_do_not_matter_to_pages_of_today() -> None:
    case = "yelp-2023-cards"
    renamed = re.sub(r'class="[^"]*"', 'class="z"', pairs.text(case))
    assert pairs.read(case, renamed) == pairs.told(case)["expected"]


def test_ids_and_replies_join_the_markup_s_reviews_whatever_their_order() -> None:
    case = "yelp-2020-feed"
    first, second = '"author":"Wiebke H."', '"author":"Joost V."'
    page = pairs.text(case)
    start, middle, end = page.index("{" + first), page.index("{" + second), page.index('],"aggregateRating"')
    swapped = f"{page[:start]}{page[middle:end]},{page[start:middle].rstrip(',')}{page[end:]}"
    assert pairs.read(case, swapped) == pairs.told(case)["expected"]


def test_newest_first_speaks_for_everything_since_its_oldest_day() -> None:
    page, base = pairs.text("yelp-2023-cards"), "https://www.yelp.com/biz/marigold-barbers-east-tamsin"
    assert reading.read(page, f"{base}?sort_by=date_desc", None).coverage == Coverage(
        CoverageKind.SINCE, datetime(2023, 5, 3, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "query", ["", "?sort_by=rating_desc", "?sort_by=date_desc&start=10", "?sort_by=date_desc&q=fade"]
)
def test_any_other_page_speaks_only_for_what_it_shows(query: str) -> None:
    page, base = pairs.text("yelp-2023-cards"), "https://www.yelp.com/biz/marigold-barbers-east-tamsin"
    assert reading.read(page, base + query, None).coverage.kind is CoverageKind.PARTIAL


def test_dates_that_do_not_fall_are_not_taken_for_newest_first() -> None:
    page = pairs.text("yelp-2023-cards").replace("Jun 4, 2023", "Jan 4, 2023")
    address = "https://www.yelp.com/biz/marigold-barbers-east-tamsin?sort_by=date_desc"
    assert reading.read(page, address, None).coverage.kind is CoverageKind.PARTIAL


def test_figures_are_read_as_the_country_writes_dates() -> None:
    page = pairs.text("yelp-2023-cards").replace("5/28/2023", "2/5/2023")
    american = reading.read(page, "https://www.yelp.com/biz/marigold-barbers-east-tamsin", None)
    british = reading.read(page, "https://www.yelp.co.uk/biz/marigold-barbers-east-tamsin", None)
    dates = [one.items[1].posted.at for one in (american, british) if one.items[1].posted]
    assert dates == [datetime(2023, 2, 5, tzinfo=UTC), datetime(2023, 5, 2, tzinfo=UTC)]


def test_a_wall_is_told_as_a_wall() -> None:
    wall = '<html><head><title>yelp.com</title></head><body><script src="https://ct.captcha-delivery.com/c.js"></script>'
    assert pairs.read("yelp-2023-cards", wall)["outcome"] == "walled"


@pytest.mark.parametrize("case", pairs.cases("yelp"))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_damaged_page_ends_in_a_reading_or_a_failed_look(case: str, data: st.DataObject) -> None:
    page = data.draw(pairs.damaged(pairs.text(case)))
    try:
        read = reading.read(page, pairs.told(case)["url"], None)
    except LookFailed as failed:
        assert failed.evidence
    else:
        assert read.items or read.site_total == 0


@pytest.mark.shared
def test_one_page_at_three_moments_keeps_each_review_s_id(shared: Path) -> None:
    """Reviews seen twice say the same of themselves; only the new ones are new."""
    known: dict[str, tuple[object, ...]] = {}
    totals = []
    for path in sorted((shared / "pages" / "yelp-series").glob("*.html")):
        seen = reading.read(path.read_text(encoding="utf-8"), None, None)
        totals.append(seen.site_total)
        for item in seen.items:
            (kind, key), told = item.ids[0], (item.author, item.rating, item.text, item.posted)
            assert kind == "yelp"
            assert known.setdefault(key, told) == told
    assert totals == [359, 359, 362]
    assert len(known) == 24


def test_the_ways_to_hear_yelp_are_honest() -> None:
    assert [way.route.value for way in SITE.ways] == ["mail", "page", "hand", "capture", "api"]
    assert all(way.note for way in SITE.ways)
    assert SITE.reply.limit == 5000
    assert SITE.politeness.budget <= 4
