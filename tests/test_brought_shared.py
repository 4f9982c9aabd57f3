"""Real exports that lie beside the checkout are read whole, their columns found without help."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.sources import files
from service.sources.columns import Brought, Field
from tests.builders import NOW

pytestmark = pytest.mark.shared


@pytest.mark.parametrize(
    ("name", "total"),
    [("DilalloburgerOriginal1929_4.3_1560.csv", 1560), ("JeanTalonMarket_4.6_1580.csv", 1580)],
)
def test_a_real_export_of_google_reviews_is_read_whole(shared: Path, name: str, total: int) -> None:
    path = shared / "datasets" / "google-montreal" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    file = files.recognised(path.read_bytes())
    readings = list(files.readings(file, NOW))
    found = [reading.found for reading in readings if isinstance(reading.found, Brought)]
    assert len(found) == len(readings) == total
    wanted = {Field.AUTHOR, Field.RATING, Field.DATE, Field.TEXT, Field.REPLY}
    assert {field for field, _ in file.columns.columns} == wanted
    assert all(one.item.author and one.item.rating and one.item.posted for one in found)
    assert not any(one.item.reply and one.item.reply.text == "None" for one in found)


def test_sentences_without_names_are_texts_and_their_marks_no_stars(shared: Path) -> None:
    path = shared / "datasets" / "yelp_labelled.txt"
    if not path.exists():
        pytest.skip("yelp_labelled.txt is not beside this checkout")
    file = files.recognised(path.read_bytes())
    readings = list(files.readings(file, NOW))
    assert len(readings) == 1000
    assert all(
        isinstance(reading.found, Brought) and reading.found.item.rating is None for reading in readings
    )
