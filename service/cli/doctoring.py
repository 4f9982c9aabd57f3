"""``shopbell doctor``: what is wrong, and how to mend it."""

from __future__ import annotations

import sys

import click

from service.cli.opened import now

MARKS = {"good": "✓", "note": "·", "bad": "✗"}


@click.command()
@click.option("--new-secret", is_flag=True, help="Print a fresh SHOPBELL_SECRET and do nothing else.")
def doctor(new_secret: bool) -> None:
    """Look at settings, database, disk, mail and browser; say what is wrong and how to mend it.

    Exits with 1 where something is bad. Opens no connection to anybody else and shows no secret.
    """
    from service import doctor as examination
    from service import settings as settings_of
    from service.db import Database

    if new_secret:
        click.echo(settings_of.new_secret())
        return
    settings = settings_of.read_settings()
    if settings.is_sqlite:
        settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_address)
    findings = examination.examine(settings, database, now())
    database.close()
    for finding in findings:
        click.echo(f"{MARKS[finding.level.value]} {finding.about}: {finding.what}")
        if finding.mend:
            click.echo(f"    {finding.mend}")
    sys.exit(any(finding.level is examination.Level.BAD for finding in findings))


COMMANDS = (doctor,)
