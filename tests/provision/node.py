"""Node and what the extension is built with: found here, installed exactly as it is locked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

OLDEST = 18
ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "extension", ROOT / "tests" / "extension" / "matrix")


def node() -> str | None:
    """The program to start; None where there is none, or one too old."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").partition(".")[0]
    return found if major.isdecimal() and int(major) >= OLDEST else None


def is_installed(folder: Path) -> bool:
    """Whether the packages in ``folder`` are those of its lock."""
    installed, lock = folder / "node_modules" / ".locked", folder / "package-lock.json"
    return installed.exists() and installed.read_bytes() == lock.read_bytes()


def install(folder: Path) -> bool:
    """Bring the packages of ``folder``; no script of theirs is run."""
    if is_installed(folder):
        return True
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = os.environ | {"npm_config_engine_strict": "false"}
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:
        return False
    shutil.copyfile(folder / "package-lock.json", folder / "node_modules" / ".locked")
    return True
