"""Find or fetch what the tests need beyond Python packages, without touching a person's system.

A browser that is already here is used. Else, as root on Debian, Debian's package; else Playwright's own
download, into the virtual environment. PostgreSQL, Dovecot, Firefox and Node likewise, but without a
download: their tests are skipped by name. Where Node is, the packages of the extension's locks are brought.
With ``CI=true`` anything missing is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.provision import browsers, dovecot, node, postgres


def main() -> int:
    """Provision; answers the exit code: 0, or 1 where something is missing and ``CI`` is set."""
    found = {
        "browser": _browser(),
        "firefox": _firefox(),
        "postgresql": _postgres(),
        "dovecot": _dovecot(),
        "node": _node(),
    }
    missing = [name for name, present in found.items() if not present]
    for name in missing:
        sys.stdout.write(f"not here: {name}; the tests that need it will say so" + "\n")
    return 1 if missing and os.environ.get("CI") else 0


def _browser() -> bool:
    if browsers.chromium() or (_debian("chromium") and browsers.chromium()):
        return True
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(download, env=browsers.environment(), check=False)
    return browsers.chromium() is not None


def _firefox() -> bool:
    return bool(browsers.firefox() or (_debian("firefox-esr") and browsers.firefox()))


def _node() -> bool:
    here = node.node() or (_debian("nodejs", "npm") and node.node())
    return bool(here) and all(node.install(folder) for folder in node.FOLDERS)


def _postgres() -> bool:
    return postgres.is_here() or (_debian("postgresql") and postgres.is_here())


def _dovecot() -> bool:
    return dovecot.is_here() or (_debian("dovecot-imapd") and dovecot.is_here())


def _debian(*packages: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "-y", "install", *packages]):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
