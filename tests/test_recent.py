"""Which replies that stand already the next one is held against."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from service.alerts.recent import LATELY, recent_by_listing, recent_replies
from service.db import Database
from service.domain import Reply
from service.models import Branch, Listing, Review
from tests.builders import DAY, NOW, Town, a_look, a_review
from tests.desk_rows import Rows


def test_replies_here_nearby_and_of_the_same_owner_count_and_no_others(database: Database) -> None:
    places = {
        "north": ("North", "west"),
        "near": ("North", "west"),
        "own": ("North", "east"),
        "far": ("", ""),
    }
    for key, (brand, region) in places.items():
        town = Town(database, key=key)
        with database.transaction() as session:
            branch = session.scalars(select(Branch).where(col(Branch.code) == f"b{key}")).one()
            branch.brand, branch.region = brand, region
        old = replace(a_review(f"{key}old", at=NOW - LATELY - DAY), reply=Reply(f"Old at {key}"))
        town.look(a_look(a_review(f"{key}new"), old, replace(a_review(f"{key}a"), reply=Reply(f"At {key}"))))
    with database.reading() as session:
        review, listing, branch = session.execute(
            select(Review, Listing, Branch)
            .join(Listing, col(Listing.id) == col(Review.listing_id))
            .join(Branch, col(Branch.id) == col(Listing.branch_id))
            .where(col(Review.author) == "Northnew Example")
        ).one()
        found = recent_replies(session, review, listing, branch, NOW)
        alone = recent_replies(session, review, listing, None, NOW)
    assert {(one.text, one.where) for one in found} == {
        ("At north", "this branch"),
        ("At near", "a branch nearby"),
        ("At own", "another branch of the owner"),
    }
    assert [one.text for one in alone] == ["At north"]


def test_many_listings_at_once_are_told_what_each_is_told_alone(sqlite_database: Database) -> None:
    rows = Rows(sqlite_database, NOW)
    for number in range(12):
        place = {"brand": ("", "North", "South")[number % 3], "region": ("", "west")[number % 2]}
        branch = None if number % 5 == 4 else rows.branch(f"Street {number}", **place)
        listing = rows.listing(branch, ("tablenotes.example", "google_maps")[number % 4 == 0])
        for told in range(9):
            rows.review(listing, posted_at=NOW - told * DAY, reply_text=f"{number}.{told}", state="answered")
    with sqlite_database.reading() as session:
        found = session.execute(
            select(Listing, Branch).outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        )
        places = [(listing, branch) for listing, branch in found]
        together = recent_by_listing(session, places, NOW)
        alone = {one[0].id: recent_by_listing(session, [one], NOW)[one[0].id] for one in places}
    assert together == alone
    assert max(map(len, alone.values())) > 9
