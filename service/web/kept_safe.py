"""The banner on every screen where the disk may not survive, until a backup lies off this machine."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from service.doctor import survival
from service.models import Installation
from service.settings import Settings
from service.web.desk import rows

MOUNTS = Path("/proc/mounts")


def install(app: Flask, settings: Settings) -> None:
    """Look at the disk once, and let every page ask whether the banner is wanted."""
    risk = survival(settings, MOUNTS, os.environ)
    app.jinja_env.globals["disk_at_risk"] = lambda: risk if risk and not _is_kept() else None


def _is_kept() -> bool:
    installation = rows().get(Installation, 1)
    return installation is not None and installation.backup_off_at is not None
