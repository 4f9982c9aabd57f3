"""The extension to try out: zips that ``make extension`` leaves in the checkout, or in ``SHOPBELL_HOME``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service.people.extension import LATEST_VERSION

BROWSERS = {"chrome": "Chrome and Edge", "firefox": "Firefox"}


@dataclass(frozen=True, slots=True)
class Zip:
    """One of them: ``browser`` is its name in an address, ``title`` what people call it."""

    browser: str
    title: str
    path: Path


def zips(home: Path) -> list[Zip]:
    """Those that are built, of the version that this release ships; an older build is not offered."""
    built = home / "extension" / "dist"
    named = (
        Zip(browser, title, built / f"shopbell-{browser}-{LATEST_VERSION}.zip")
        for browser, title in BROWSERS.items()
    )
    return [one for one in named if one.path.is_file()]
