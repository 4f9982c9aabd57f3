"""The chapters of ``make bench`` are there to be run, although nobody runs them with the tests."""

from __future__ import annotations

import importlib
from pkgutil import iter_modules

import pytest

from tests import bench


@pytest.mark.parametrize("name", [module.name for module in iter_modules(bench.__path__)])
def test_each_part_of_the_bench_can_be_loaded(name: str) -> None:
    assert importlib.import_module(f"tests.bench.{name}")
