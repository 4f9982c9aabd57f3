"""The pages in ``tests/pages``: each ``<case>.html`` stands beside a ``<case>.json`` that says what it is.

The JSON holds the page's ``url``, the moment it was saved (``at``, or null), and ``expected``: what
``shopbell read --json`` prints of it, or the outcome it raises. All names and texts in them are invented.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from service.errors import LookFailed
from service.sites import reading
from service.sites.printed import printed, printed_failure

PAGES = Path(__file__).parent / "pages"


def cases(site: str) -> list[str]:
    """Every case of a site, whether its page or only its JSON is there: half a pair fails its test."""
    return sorted({path.stem for path in PAGES.glob(f"{site}-*")})


def text(case: str) -> str:
    """The page of a case."""
    return (PAGES / f"{case}.html").read_text(encoding="utf-8")


def told(case: str) -> dict[str, Any]:
    """What the JSON of a case says."""
    return json.loads((PAGES / f"{case}.json").read_bytes())


def read(case: str, page: str | None = None) -> dict[str, Any]:
    """The page of a case as ``shopbell read --json`` prints it; ``page`` reads another text in its place."""
    pair = told(case)
    at = datetime.fromisoformat(pair["at"]) if pair["at"] else None
    try:
        return printed(reading.read(text(case) if page is None else page, pair["url"], at))
    except LookFailed as failed:
        return printed_failure(failed)


def damaged(page: str) -> st.SearchStrategy[str]:
    """``page`` as a broken transfer or a careless redesign leaves it: cut, pieces lost, doubled, swapped."""
    places = st.integers(0, len(page))
    tokens = st.sampled_from(
        ["{", "}", "[", "]", '"', "null", "-1", "<div>", "</script>", "&#", "\0", "\ud800"]
    )
    cut = places.map(lambda end: page[:end])
    lost = st.tuples(places, places).map(lambda p: page[: min(p)] + page[max(p) :])
    sown = st.tuples(places, tokens).map(lambda p: page[: p[0]] + p[1] + page[p[0] :])
    swapped = st.tuples(tokens, tokens).map(lambda p: page.replace(p[0], p[1]))
    twice = st.tuples(places, places).map(lambda p: page[: max(p)] + page[min(p) :])
    return st.one_of(cut, lost, sown, swapped, twice)
