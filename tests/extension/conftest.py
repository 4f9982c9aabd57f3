"""The extension in both browsers, and the pages it is tried on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.extension.browsers import Browser
from tests.extension.chromium import Chromium
from tests.extension.firefox import Firefox
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import ask
from tests.provision import browsers, node

SOURCE = node.ROOT / "extension"
# The harness speaks, so it stays.
OTHERS = (
    "tabs.query({}).then(async (all) => { const { id } = await browser.tabs.getCurrent();"
    " await browser.tabs.remove(all.map((one) => one.id).filter((one) => one !== id)); })"
)


def missing(what: str) -> NoReturn:
    """A named skip on a laptop, a failure in CI."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is not installed here")
    raise AssertionError


@pytest.fixture(scope="session")
def npm() -> Path:
    """The extension's folder with its packages beside it."""
    if node.node() is None:
        missing(f"Node {node.OLDEST} or newer, with npm,")
    if not node.is_installed(SOURCE):
        missing("what the extension's lock names (python -m tests.provision)")
    return SOURCE


@pytest.fixture(scope="session")
def axe(npm: Path) -> str:
    """Its script."""
    return (npm / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="session")
def built(npm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test flavour of the extension, unpacked: ``chrome`` and ``firefox``."""
    out = tmp_path_factory.mktemp("extension")
    subprocess.run(["node", "build.mjs", "--flavour=test", f"--out={out}"], cwd=npm, check=True)
    return out


@pytest.fixture(scope="package")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LookAlikes]:
    """Our own pages at the real host names."""
    with LookAlikes(tmp_path_factory.mktemp("lookalikes")) as there:
        yield there


@pytest.fixture(scope="package")
def firefox(built: Path, sites: LookAlikes) -> Iterator[Browser]:
    """Firefox, started once for all files: its start costs more than the tests of a file."""
    started = start("firefox", built, sites.port)
    yield started
    started.close()


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest, built: Path, sites: LookAlikes) -> Iterator[Browser]:
    """A browser with the extension in it; Firefox without what another file left open or paired."""
    if request.param == "firefox":
        firefox: Browser = request.getfixturevalue("firefox")
        firefox.api(OTHERS)
        ask(firefox, "disconnect")
        yield firefox
        return
    started = start("chromium", built, sites.port)
    yield started
    started.close()


def start(name: str, built: Path, port: int) -> Browser:
    """With the harness open: opened now, it will not come before a test's own tab."""
    make, program, folder = {
        "chromium": (Chromium, browsers.chromium(), "chrome"),
        "firefox": (Firefox, browsers.firefox(), "firefox"),
    }[name]
    if program is None:
        missing(name.title())
    started = make(program, built / folder, port)
    started.harness  # noqa: B018
    return started
