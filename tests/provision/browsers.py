"""The browsers for tests: a Chromium, here already or Playwright's own; and the Firefox of this machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
FIREFOX = ("firefox-esr", "firefox", "firefox-developer-edition")
OWN = Path(sys.prefix) / "browsers"


def chromium() -> str | None:
    """The program to start; None where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    own = sorted(OWN.glob("chromium-*/*/chrome")) + sorted(OWN.glob("chromium-*/*/*/MacOS/*"))
    return str(own[-1]) if own else None


def firefox() -> str | None:
    """The program to start; None where there is none."""
    return next(filter(None, map(shutil.which, FIREFOX)), None)


def environment() -> dict[str, str]:
    """The environment in which Playwright keeps its download out of a person's home."""
    return os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(OWN)}


def arguments() -> list[str]:
    """What a test's browser is started with: no sandbox as root, no calls home."""
    quiet = ["--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
    return [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet
