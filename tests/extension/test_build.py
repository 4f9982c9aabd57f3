"""What is built: typed, linted, the same bytes twice, and with nothing in it that presses or submits."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from service.people.extension import LATEST_VERSION
from tests.extension.conftest import SOURCE
from tests.extension.test_matrix import EVERY

SOURCES = sorted((SOURCE / "src").rglob("*.ts"))
FORBIDDEN = re.compile(
    r"KeyboardEvent|\.(?:submit|requestSubmit|click)\s*\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write"
    r"|\beval\s*\(|new Function\b"
)


def run(npm: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=npm, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def store(npm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("store")
    run(npm, "node", "build.mjs", f"--out={out}")
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_every_source_is_typed(npm: Path) -> None:
    run(npm, "npm", "run", "--silent", "types")


def test_its_own_tests_pass(npm: Path) -> None:
    run(npm, "npm", "test", "--silent")


def test_mozilla_s_linter_finds_nothing(npm: Path, store: Path) -> None:
    run(
        npm,
        "npx",
        "--no-install",
        "web-ext",
        "lint",
        "--warnings-as-errors",
        "--source-dir",
        f"{store}/firefox",
    )


def test_the_same_sources_give_the_same_bytes(npm: Path, store: Path, tmp_path: Path) -> None:
    run(npm, "node", "build.mjs", f"--out={tmp_path}")
    assert contents(tmp_path) == contents(store)


def test_both_manifests_bear_the_version_that_the_service_ships(store: Path) -> None:
    for target in ("chrome", "firefox"):
        assert json.loads((store / target / "manifest.json").read_bytes())["version"] == LATEST_VERSION


def test_no_site_is_asked_for_at_installation(store: Path) -> None:
    for target in ("chrome", "firefox"):
        manifest = json.loads((store / target / "manifest.json").read_bytes())
        assert "host_permissions" not in manifest
        assert manifest["permissions"] == ["activeTab", "scripting", "storage"]


def test_no_page_for_tests_is_in_it(store: Path) -> None:
    assert not [name for name in contents(store) if "harness" in name]


@pytest.mark.parametrize("source", SOURCES, ids=[str(one.relative_to(SOURCE)) for one in SOURCES])
def test_no_source_presses_a_key_a_button_or_submits(source: Path) -> None:
    assert FORBIDDEN.findall(source.read_text()) == []


def test_every_editor_has_its_row_in_the_readme() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\|$", (SOURCE / "README.md").read_text(), re.MULTILINE)
    assert tuple(rows) == EVERY


def test_no_runtime_dependency_and_no_address_in_the_locks() -> None:
    package = json.loads((SOURCE / "package.json").read_bytes())
    assert "dependencies" not in package
    assert all(version[0].isdecimal() for version in package["devDependencies"].values())
    for lock in (SOURCE / "package-lock.json", Path(__file__).parent / "matrix" / "package-lock.json"):
        assert '"resolved"' not in lock.read_text()
