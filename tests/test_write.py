"""The one writer of packs: what it wrote reads as the same pack, and is written the same again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.replies.pack import Forbid, Pack, Placeholder
from service.replies.packs import read_pack
from service.replies.write import written
from service.settings import CHECKOUT

SHIPPED = sorted((CHECKOUT / "templates_local").glob("*/pack.toml"))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool)
BANDS = st.tuples(st.sampled_from([1.0, 2, 2.5]), st.sampled_from([2.5, 4, 5.0]))
FREE = st.builds(
    lambda hint, most, forbid: {"hint": hint, "max": most, "forbid": sorted(forbid)},
    WORDS,
    st.integers(1, 1000),
    st.sets(st.sampled_from([one.value for one in Forbid])),
)
CLOSED = st.builds(
    lambda hint, choices: {"hint": hint, "choices": choices, "empty": True},
    WORDS,
    st.lists(WORDS, min_size=1, max_size=3),
)
ITEMS = st.fixed_dictionaries(
    {
        "id": st.from_regex(r"[a-z0-9]{1,9}", fullmatch=True),
        "when": st.fixed_dictionaries(
            {}, optional={"stars": BANDS, "recommends": st.booleans(), "text": st.booleans()}
        ),
        "variants": st.lists(WORDS, min_size=3, max_size=4),
        "blank": st.dictionaries(st.sampled_from(["fix", "n1"]), FREE | CLOSED),
    },
    optional={"tone": WORDS, "not_for": st.just({"topics": ["wait"], "flags": ["praise"]})},
)
PACKS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "pack": st.just("test"),
        "serial": st.integers(1, 9),
        "title": WORDS,
        "risk": st.sampled_from(["routine", "sensitive"]),
        "from": st.dates(),
        "until": st.dates(),
        "author": WORDS,
        "item": st.lists(ITEMS, min_size=1, max_size=3),
    },
    optional={
        "changes": WORDS,
        "scope": st.fixed_dictionaries({"brand": st.lists(WORDS), "language": st.just(["en", "en-GB"])}),
        "fallback": st.dictionaries(st.sampled_from([one.value for one in Placeholder]), WORDS),
    },
)


@settings(max_examples=40)
@given(PACKS)
def test_what_is_written_reads_as_the_same_pack(raw: dict[str, Any]) -> None:
    pack = Pack.model_validate(raw)
    body = written(pack)
    again = Pack.model_validate(tomllib.loads(body.decode()))
    assert dict(again) == dict(pack)
    assert written(again) == body


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_every_pack_that_ships_keeps_all_it_says(file: Path) -> None:
    pack = read_pack(file.read_bytes())
    body = written(pack)
    assert dict(read_pack(body)) == dict(pack)
    assert b"\r" not in body
