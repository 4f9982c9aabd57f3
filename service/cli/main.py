"""``shopbell``: the commands. Each says what it did, and its exit code tells what came of it."""

from __future__ import annotations

import click

from service.cli import (
    auditing,
    backups,
    bench,
    channels,
    customer,
    describing,
    doctoring,
    feeds,
    feeds_of_packs,
    importing,
    keys,
    mail,
    packs,
    papers,
    people,
    putting_right,
    reading,
    receipts,
    running,
    submitting,
    sweeping,
    watching,
    words,
    wrong,
)

EPILOG = """\b
First steps:
  shopbell serve                                    start; the demo town where nothing is watched yet
  shopbell add https://… --branch "High Street"     watch a listing
  shopbell channel add mailto:you@example.com       say who must know
  shopbell packs approve general-en                 read and sign the replies
  shopbell status                                   what is heard, and what is not

\b
Exit codes: 0 done · 1 could not, and said why · 2 wrong words · 3 read, and nothing there ·
4 a wall or a sign-in page · 5 told to come later, or no answer · 6 read, but it is no listing we can read ·
70 our own fault
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shopbell", message="%(prog)s %(version)s")
def shopbell() -> None:
    """Hear what customers say about every branch, and ring with an answer that is already approved."""


for command in (
    *running.COMMANDS,
    *watching.COMMANDS,
    *reading.COMMANDS,
    *importing.COMMANDS,
    *packs.COMMANDS,
    *submitting.COMMANDS,
    *feeds_of_packs.COMMANDS,
    *receipts.COMMANDS,
    *putting_right.COMMANDS,
    *words.COMMANDS,
    *keys.COMMANDS,
    *auditing.COMMANDS,
    *backups.COMMANDS,
    *feeds.COMMANDS,
    *bench.COMMANDS,
    *wrong.COMMANDS,
    *sweeping.COMMANDS,
    *mail.COMMANDS,
    *channels.COMMANDS,
    *customer.COMMANDS,
    *people.COMMANDS,
    *doctoring.COMMANDS,
    *describing.COMMANDS,
):
    shopbell.add_command(command)

for paper in papers.COMMANDS:
    packs.packs.add_command(paper)
