"""Tests are marked by what they use, and none of the quick ones starts a process."""

from __future__ import annotations

import subprocess
import sys

import pytest


def marks(request: pytest.FixtureRequest) -> set[str]:
    return {mark.name for mark in request.node.iter_markers()}


def test_a_quick_test_that_starts_a_process_is_told_to_say_so(request: pytest.FixtureRequest) -> None:
    assert not marks(request) & {"server", "postgres", "browser"}
    with pytest.raises(pytest.fail.Exception, match=r"mark it with pytest\.mark\.server"):
        subprocess.run([sys.executable, "-c", ""], check=True)


@pytest.mark.server
def test_one_that_says_so_may() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


@pytest.mark.usefixtures("postgres_server")
def test_whoever_uses_a_server_is_marked_by_it(request: pytest.FixtureRequest) -> None:
    assert "postgres" in marks(request)
