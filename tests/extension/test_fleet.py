"""A company's own edition: what is in it, and the policies that bring it to every browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.extension.conftest import SOURCE

FLEET = SOURCE / "fleet"
SERVICE = "https://bell.example"


def policy(browser: str) -> dict[str, Any]:
    """The policy file of one browser, as it is to be edited."""
    told: dict[str, Any] = json.loads((FLEET / f"{browser}.json").read_bytes())
    return told.get("policies", told)  # type: ignore[no-any-return]


@pytest.mark.parametrize("browser", ["chrome", "edge", "firefox"])
def test_a_policy_installs_the_extension_and_names_the_service_and_nothing_else(browser: str) -> None:
    told = policy(browser)
    [(installed, how)] = told["ExtensionSettings"].items()
    assert (installed, how["installation_mode"]) == ("EXTENSION_ID", "force_installed")
    [settings] = told["3rdparty"].values()
    assert settings == {"EXTENSION_ID": {"service": SERVICE}}


def test_what_a_policy_may_set_is_in_the_schema() -> None:
    schema = json.loads((FLEET / "managed.json").read_bytes())
    assert list(schema["properties"]) == ["service"]


def test_a_company_s_edition_holds_its_service_and_its_ids(npm: Path, tmp_path: Path) -> None:
    given = [f"--service={SERVICE}", "--key=MIIB", "--id=bell@company.example"]
    subprocess.run(["node", "build.mjs", "--flavour=fleet", f"--out={tmp_path}", *given], cwd=npm, check=True)
    for target in ("chrome", "firefox"):
        made = json.loads((tmp_path / target / "manifest.json").read_bytes())
        assert made["host_permissions"] == [f"{SERVICE}/*"]
        assert f'"{SERVICE}"' in (tmp_path / target / "background.js").read_text()
    assert (tmp_path / "chrome" / "managed.json").is_file()


@pytest.mark.parametrize("service", ["http://bell.example", "https://bell.example/desk", ""])
def test_no_edition_is_made_for_what_is_no_service(npm: Path, tmp_path: Path, service: str) -> None:
    given = [f"--service={service}", "--key=MIIB", "--id=bell@company.example"]
    command = ["node", "build.mjs", "--flavour=fleet", f"--out={tmp_path}", *given]
    assert subprocess.run(command, cwd=npm, capture_output=True, check=False).returncode != 0
