"""What the service says of the extension: its versions, compared as browsers do, and where it reads."""

from __future__ import annotations

import json
import re

import pytest

from service.people import extension
from service.people.extension import is_older, is_version
from service.settings import CHECKOUT
from service.sites.base import READ_BY_EXTENSION
from service.sites.registry import SITES


@pytest.mark.parametrize(
    ("older", "newer"), [("0.1.0", "0.1.1"), ("0.9", "0.10"), ("1", "1.0.0.1"), ("", "0.1"), ("x", "0.1")]
)
def test_one_version_came_before_another(older: str, newer: str) -> None:
    assert is_older(older, newer)
    assert not is_older(newer, older)


@pytest.mark.parametrize(("one", "other"), [("1", "1.0"), ("0.1.0", "0.1"), ("2.0.0.0", "2")])
def test_zeros_at_the_end_say_nothing(one: str, other: str) -> None:
    assert not is_older(one, other)
    assert not is_older(other, one)


@pytest.mark.parametrize("text", ["", "1.", ".1", "1.2.3.4.5", "123456", "1.0-beta", "\u0661", "1.0\n"])
def test_what_browsers_take_for_no_version_is_none(text: str) -> None:
    assert not is_version(text)


def test_what_ships_is_served() -> None:
    assert not is_older(extension.LATEST_VERSION, extension.MIN_VERSION)


def test_what_this_service_calls_the_latest_is_what_the_extension_here_is_built_as() -> None:
    package = json.loads((CHECKOUT / "extension" / "package.json").read_bytes())
    assert package["version"] == extension.LATEST_VERSION
    assert is_version(package["version"])


def test_the_sites_said_to_be_read_by_it_are_those_it_reads() -> None:
    source = (CHECKOUT / "extension" / "src" / "sites.ts").read_text()
    read = set(re.findall(r'\{ site: "(\w+)"', source))
    assert {site.name for site in SITES if READ_BY_EXTENSION in site.ways} == read
