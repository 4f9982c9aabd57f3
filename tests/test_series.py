"""A real monitor's crawl history, and one page at three moments: what they prove, and what they do not.

What the five files in ``shared/series`` showed when they were looked into:

- Each is the whole store of a monitor of restaurant listings on Google Maps after one crawl. A crawl read one
  listing; ``lastSeenAt`` says which rows it saw. Rows of every listing that was not crawled were flagged
  deleted, and taken back by the next crawl: 5, 491, 5, 1,089 and 0 flags. Not one of them is proved: each
  flagged review of a listing that was crawled again completely was there.
- A crawl reads newest first and stops; the rows it does not reach are the oldest. What an earlier crawl saw
  is known only as far as no later one saw it again, so all but a listing's newest look are partial.
- ``date`` is what was shown at ``scrapedAt``, in Chinese and relative ("3 weeks ago"); "last edited:" before
  it is Google's own mark of an edit.
- 56 rows are flagged as edited. 48 bear Google's mark; 8 do not: machine translations of foreign guests'
  words and texts cut by "…" were taken for edits.
- No text, rating or reply differs between any two files, and no id stands in two listings: 1,726 reviews.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain import PARTIAL, ChangeKind, Coverage, CoverageKind, Item, Moment, Precision, Reply, Route
from service.sites import reading
from tests.ledger import HOUR, START, Ledger

pytestmark = pytest.mark.shared

Row = dict[str, Any]
Listing = tuple[str | None, str | None, str | None]

UNITS = {"分鐘": 60, "小時": 3600, "天": 86400, "週": 604800, "個月": 2592000, "年": 31536000}
EDITED = "上次編輯\uff1a"  # "last edited:"


@pytest.fixture(scope="module")
def crawls(shared: Path) -> list[list[Row]]:
    """The monitor's store after each crawl, in order."""
    files = sorted((shared / "series").glob("2*.json"))
    assert len(files) == 5
    return [json.loads(file.read_bytes()) for file in files]


def listing_of(row: Row) -> Listing:
    return row.get("brand"), row.get("branch"), row.get("store")


def item_of(row: Row) -> Item:
    """What the crawler read of one review."""
    found = re.search(r"(\d+) (\S+)前", row["date"])
    assert found is not None
    age = timedelta(seconds=int(found[1]) * UNITS[found[2]])
    shown = Moment(row["date"], datetime.fromisoformat(row["scrapedAt"]) - age, Precision.RELATIVE)
    edited = row["date"].startswith(EDITED)
    return Item(
        ids=(("google.maps", row["reviewId"]),),
        rating=Decimal(row["rating"]),
        best=Decimal(5),
        author=row["author"],
        text=row["content"],
        text_complete=not row["content"].endswith("…"),
        posted=None if edited else shown,
        edited=shown if edited else None,
        reply=Reply(row["replyContent"]) if row.get("replyContent") else None,
    )


def looks(crawls: list[list[Row]]) -> list[tuple[datetime, Listing, list[Item], Coverage]]:
    """Every look the files tell of, in order, with no more coverage than it can prove."""
    told: dict[tuple[Listing, str], list[Item]] = {}
    complete = set()
    for crawl in crawls:
        rows: defaultdict[tuple[Listing, str], list[Item]] = defaultdict(list)
        newest: dict[Listing, str] = {}
        for row in crawl:
            rows[listing_of(row), row["lastSeenAt"]].append(item_of(row))
            newest[listing_of(row)] = max(row["lastSeenAt"], newest.get(listing_of(row), ""))
        complete |= {look for look in newest.items() if look not in told}
        told = dict(rows) | told
    in_order = sorted(told.items(), key=lambda look: look[0][1])
    return [
        (datetime.fromisoformat(at), listing, items, _reach(items) if (listing, at) in complete else PARTIAL)
        for (listing, at), items in in_order
    ]


def _reach(items: list[Item]) -> Coverage:
    posted = [item.posted.at for item in items if item.posted and item.posted.at]
    return Coverage(CoverageKind.SINCE, min(posted))


@pytest.fixture(scope="module")
def watched(crawls: list[list[Row]]) -> dict[Listing, Ledger]:
    """The same history, watched by us."""
    ledgers: defaultdict[Listing, Ledger] = defaultdict(Ledger)
    for at, listing, items, coverage in looks(crawls):
        changes = ledgers[listing].look(*items, at=at, coverage=coverage)
        assert changes.alarms == ()
        assert changes.questions == ()
    return ledgers


def test_the_monitor_flagged_hundreds_as_deleted_that_were_not_looked_for(crawls: list[list[Row]]) -> None:
    assert [sum(bool(row.get("isDeleted")) for row in crawl) for crawl in crawls] == [5, 491, 5, 1089, 0]


def test_we_remove_nothing_that_the_history_does_not_prove(watched: dict[Listing, Ledger]) -> None:
    assert [change for ledger in watched.values() for change in ledger.told(ChangeKind.REMOVED)] == []
    assert not any(row.removed_at for ledger in watched.values() for row in ledger.reviews.values())


def test_every_review_is_kept_exactly_once(watched: dict[Listing, Ledger], crawls: list[list[Row]]) -> None:
    kept = sorted(len(ledger.reviews) for ledger in watched.values())
    assert kept == [3, 94, 300, 637, 692]
    assert sum(kept) == len({row["reviewId"] for crawl in crawls for row in crawl})


def test_no_edit_is_made_up(watched: dict[Listing, Ledger], crawls: list[list[Row]]) -> None:
    assert [change for ledger in watched.values() for change in ledger.told(ChangeKind.EDITED)] == []
    flagged = {row["reviewId"]: row["date"] for crawl in crawls for row in crawl if row.get("isEdited")}
    assert Counter(date.startswith(EDITED) for date in flagged.values()) == {True: 48, False: 8}


def test_what_the_monitor_took_for_edits_is_none_when_it_is_read_as_what_it_was(
    crawls: list[list[Row]],
) -> None:
    """The words before were not kept; these stand in for them."""
    unmarked = {
        row["reviewId"]: item_of(row)
        for crawl in crawls
        for row in crawl
        if row.get("isEdited") and not row["date"].startswith(EDITED)
    }
    for shown in unmarked.values():
        if shown.text_complete:
            before, after = replace(shown, text="As the guest wrote it."), replace(shown, translated=True)
        else:
            before, after = replace(shown, text=f"{str(shown.text)[:-1]} 下次再來", text_complete=True), shown
        ledger = Ledger()
        ledger.look(before)
        ledger.look(after, at=START + HOUR)
        assert ledger.kinds() == []
        assert ledger.reviews[1].item().text == before.text


def test_a_bell_rings_for_what_is_younger_than_our_first_look_and_for_nothing_else(
    watched: dict[Listing, Ledger],
) -> None:
    """Two deeper crawls dug up 1,143 older reviews at once, some of them dated by their last edit alone."""
    rung = {len(ledger.reviews): len(ledger.told(ChangeKind.NEW)) for ledger in watched.values()}
    assert rung == {692: 0, 637: 1, 300: 1, 94: 1, 3: 2}
    for ledger in watched.values():
        began = ledger.routes[Route.PAGE].began_at
        posted = [change.after and change.after.posted for change in ledger.told(ChangeKind.NEW)]
        assert all(moment and moment.at and moment.at > began for moment in posted)


def test_one_page_at_three_moments_tells_of_four_new_reviews_and_of_nothing_else(shared: Path) -> None:
    """Sorted by the site's own taste: four others left the page when these came, and are not gone."""
    ledger = Ledger()
    for file in sorted((shared / "pages" / "yelp-series").glob("*.html")):
        at = datetime.strptime(file.stem.split("_", 1)[1], "%Y-%m-%d_%H%M").replace(tzinfo=UTC)
        observation = reading.read(file.read_text("utf-8"), None, at).observed(Route.PAGE, at)
        assert len(observation.items) == 20
        ledger.keep(ledger.changes_of(observation))
    assert ledger.kinds() == [ChangeKind.NEW] * 4
    assert len(ledger.reviews) == 24
    assert {
        change.after and change.after.posted and change.after.posted.at for change in ledger.events.values()
    } == {datetime(2016, 5, 25, tzinfo=UTC)}
