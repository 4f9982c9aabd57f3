"""Pages of sites without a test file of their own: each reads as its pair says, and no half pair is left."""

from __future__ import annotations

import pytest

from service.sites import registry
from tests import pairs

OURS = [
    case
    for kind in ("generic", "wall", "homeadvisor", "justdial", "bestpickreports")
    for case in pairs.cases(kind)
]


@pytest.mark.parametrize("case", OURS)
def test_each_page_reads_as_its_pair_says(case: str) -> None:
    assert pairs.read(case) == pairs.told(case)["expected"]


def test_every_page_has_its_expectation_and_every_expectation_its_page() -> None:
    names = {path.name for path in pairs.PAGES.iterdir()}
    assert {name for name in names if f"{name.rpartition('.')[0]}.html" not in names} == set()
    assert {name for name in names if f"{name.rpartition('.')[0]}.json" not in names} == set()


def test_every_page_belongs_to_a_site_that_is_tested() -> None:
    kinds = {"generic", "wall", *(site.name for site in registry.SITES)}
    assert {path.name for path in pairs.PAGES.iterdir() if path.name.split("-")[0] not in kinds} == set()
