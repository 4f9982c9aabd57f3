"""What is wrong with an installation, and how to mend it: for ``shopbell doctor`` and the status screen.

Each check looks at one thing and answers findings; none of them changes anything or shows a secret.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from service.db import Database
from service.doctor.approving import pack_feeds, words
from service.doctor.finding import Finding, Level
from service.doctor.hearing import TICK_LATE, engine, listings, mailboxes, misfitting
from service.doctor.keeping import backups, daily_backup, disk, is_far_away, survival
from service.doctor.people import extensions, second_factor
from service.doctor.standing import browser, database_state, mail, manners, reachable, secret
from service.doctor.telling import channels, hooks
from service.settings import Settings

__all__ = [
    "TICK_LATE",
    "Finding",
    "Level",
    "backups",
    "browser",
    "channels",
    "daily_backup",
    "database_state",
    "disk",
    "engine",
    "examine",
    "extensions",
    "hooks",
    "is_far_away",
    "listings",
    "mail",
    "mailboxes",
    "manners",
    "misfitting",
    "pack_feeds",
    "reachable",
    "second_factor",
    "secret",
    "survival",
    "words",
]


def examine(settings: Settings, database: Database, now: datetime) -> list[Finding]:
    """Everything that can be known without opening a connection to anybody else."""
    findings = [*secret(settings), *disk(settings, Path("/proc/mounts"), os.environ)]
    stored = list(database_state(database))
    findings += stored
    if all(finding.level is not Level.BAD for finding in stored):
        findings += [*engine(database, now), *listings(database), *mailboxes(settings, database, now)]
        findings += [*words(database), *pack_feeds(database, now), *channels(database)]
        findings += [*hooks(database), *backups(database, now), *daily_backup(settings, database, now)]
        findings += [*second_factor(database), *extensions(database), *misfitting(database, now)]
    return [*findings, *mail(settings), *reachable(settings), *browser(settings), *manners(settings)]
