"""What a file calls a branch and a site, and the listing that means."""

from __future__ import annotations

import pytest

from service.db import Database
from service.watch.places import Place, all_meant, all_places, meant
from tests.builders import a_listing

PLACES = [
    Place(1, "North", "google_maps", "Google Maps", frozenset({"north"})),
    Place(2, "North", "yelp", "Yelp", frozenset({"north"})),
    Place(3, "Café Süd", "yelp", "Yelp", frozenset({"cafésüd", "cafesud"})),
]


@pytest.mark.parametrize(
    ("name", "listing"),
    [
        ("North · Yelp", 2),
        ("north · Google", 1),
        ("NORTH · google_maps", 1),
        ("CAFÉ SÜD", 3),
        ("cafe-sud", 3),
        ("North", None),
        ("Yelp", None),
        ("Google", 1),
        ("East · Yelp", None),
        ("", None),
    ],
)
def test_a_place_is_understood_where_it_is_clear_and_never_guessed(name: str, listing: int | None) -> None:
    assert meant(name, PLACES) == listing


def test_only_clear_names_are_meant() -> None:
    assert all_meant(["North", "North · Yelp"], PLACES) == {"North · Yelp": 2}


def test_every_watched_listing_is_a_place(database: Database) -> None:
    listing = a_listing(database)
    a_listing(database, key="old", active=False)
    a_listing(database, key="feed", site="web")
    with database.reading() as session:
        (place,) = all_places(session)
    assert (place.listing_id, place.title, place.names) == (listing, "North · town", {"north", "bnorth"})
