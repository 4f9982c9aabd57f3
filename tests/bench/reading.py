"""Reading a page, in CPU time: against extruct where structured data suffices, against whole-page
BeautifulSoup where the DOM is needed.

Pages: the real ones beside the checkout. Rounds of the two are interleaved, and their medians compared.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.ratio import Ratio

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared" / "pages"
STRUCTURED = (  # everything we print of these stands in their structured data
    "homeadvisor/*.html",
    "justdial/*.html",
    "bestpickreports/*.html",
    "yelp/sociodevz*.html",
    "trustpilot/bottasai*.html",
)
DOM = (  # ids, replies, dates or the reviews themselves stand only in the page
    "googlemaps/*.html",
    "facebook/*.html",
    "tripadvisor/*.html",
    "angi/*.html",
    "bbb/*.html",
    "dealerrater/*.html",
    "yelp/probono*.html",
    "yelp-series/*.html",
    "trustpilot/sociodevz*.html",
)
ROUNDS = 5


def run(peers_python: Path) -> list[Ratio]:
    """Measure; needs the real pages (without them there is nothing honest to compare)."""
    if not SHARED.is_dir():
        sys.stderr.write("reading: the real pages (../shared) are not beside this checkout; not measured\n")
        return []
    return [
        _compare("reading: structured data, against extruct", peers_python, "extruct", STRUCTURED, 0.25),
        _compare("reading: DOM, against whole-page BeautifulSoup", peers_python, "soup", DOM, 0.35),
    ]


def _compare(what: str, peers_python: Path, peer: str, patterns: tuple[str, ...], gate: float) -> Ratio:
    pages = [str(page) for pattern in patterns for page in sorted(SHARED.glob(pattern))]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_milliseconds(Path(sys.executable), "ours", pages))
        theirs.append(_milliseconds(peers_python, peer, pages))
    return Ratio(what, statistics.median(ours), statistics.median(theirs), "ms CPU a page", gate)


def _milliseconds(python: Path, method: str, pages: list[str]) -> float:
    command = [python, HERE / "read_once.py", method, *pages]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parents[1])
    milliseconds: float = json.loads(printed.stdout)
    return milliseconds
