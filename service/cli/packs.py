"""``shopbell packs``: the replies as files, who answers for them, and signing them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import exits
from service.cli.opened import Opened, now, opened
from service.errors import ApprovalRefused

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.approval.folder import FoundPack, Shelf


folder_option = click.option(
    "--packs",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the packs lie; templates_local without it.",
)


@click.group()
def packs() -> None:
    """Read the packs of replies, and sign those that may be used. Nothing unsigned is ever suggested."""


@packs.command("list")
def list_packs() -> None:
    """Say of each pack in templates_local whether it may be used, and what it still needs."""
    with opened() as shop:
        shelf = shelf_of(shop)
        with shop.database.reading() as session:
            for found in shelf.packs:
                pack, state = found.pack, _state(session, found)
                click.echo(f"{pack.name} {pack.serial}: {pack.title} ({state})")
            for waits in _waiting(session):
                click.echo(waits)
    for problem in shelf.problems:
        click.echo(str(problem), err=True)


@packs.command("lint")
@click.argument("names", nargs=-1)
@folder_option
def lint_packs(names: tuple[str, ...], folder: Path | None) -> None:
    """Hold every wording of the packs NAMES, or of all, against the rules, its slots as full as they may be.

    \b
    Example:
      shopbell packs lint general-en
    """
    from service.approval.submitting import faults_of
    from service.replies.policy import blocks

    shelf = shelf_in(folder)
    chosen = [found for found in shelf.packs if not names or found.pack.name in names]
    problems = [str(one) for one in shelf.problems if not names or one.file.split("/")[0] in names]
    unknown = set(names) - {one.pack.name for one in shelf.packs} - {one.split("/")[0] for one in problems}
    problems += [f"There is no pack {name!r} there." for name in sorted(unknown)]
    faults = [(one, fault) for one in chosen for fault in faults_of(one.pack, one.body.decode())]
    for problem in problems:
        click.echo(problem, err=True)
    for one, fault in faults:
        click.echo(f"{one.file}:{fault.line}: {fault}")
    click.echo(f"{len(chosen)} packs were read; {len(faults)} faults were found.")
    sys.exit(exits.FAILED if problems or blocks(fault.finding for _, fault in faults) else exits.DONE)


@packs.command("approve")
@click.argument("name")
@click.option("--person", prompt="Your name", help="Who answers for these words.")
@click.option("--legal", is_flag=True, help="Sign as legal rather than as approver.")
@click.option("--passphrase", prompt="Your signing passphrase", hide_input=True, help="Opens your key.")
@click.option("--submitted", is_flag=True, help="The version that was submitted, whatever the file says now.")
@click.option("--yes", is_flag=True, help="You have read it; do not show it again.")
def approve_pack(name: str, person: str, legal: bool, passphrase: str, submitted: bool, yes: bool) -> None:
    """Read the pack NAME and sign it with your own key; the first time, the key is made.

    \b
    Example:
      shopbell packs approve general-en
    """
    from service.approval import versions
    from service.approval.signers import keep, signer

    with opened() as shop:
        found = _submitted(shop, name) if submitted else found_in(shelf_of(shop), name)
        if not yes:
            click.echo_via_pager(_to_read(shop, found))
            click.confirm(f"Do you answer for every word of {name} {found.pack.serial}?", abort=True)
        with shop.database.reading() as session:
            who = signer(session, person, "legal" if legal else "approver", passphrase, now())
        with shop.database.transaction() as session:
            versions.add_version(session, found.body, now(), found.file)
            keep(session, who)
            missing = versions.approve(session, found.pack.sha256, who.key, now())
    if who.made:
        click.echo(f"A key was made for {who.key.person}. The passphrase is kept nowhere: remember it.")
    click.echo(f"Signed. {name} still needs: {missing}." if missing else f"Signed. {name} is approved.")


def shelf_in(folder: Path | None) -> Shelf:
    """The packs in ``folder``, or in templates_local; opens no database."""
    from service.approval.folder import read_folder
    from service.settings import read_settings

    return read_folder(folder or read_settings().home / "templates_local")


def shelf_of(shop: Opened) -> Shelf:
    """The packs in the installation's templates_local."""
    from service.approval.folder import read_folder

    return read_folder(shop.settings.home / "templates_local")


def found_in(shelf: Shelf, name: str) -> FoundPack:
    """The pack of that name. Raises ``ApprovalRefused`` with all that is wrong with its file."""
    for found in shelf.packs:
        if found.pack.name == name:
            return found
    broken = [str(problem) for problem in shelf.problems if problem.file.startswith(f"{name}/")]
    unknown = f"There is no pack {name!r} in templates_local. Nothing was signed."
    raise ApprovalRefused("\n".join(broken) or unknown)


def _submitted(shop: Opened, name: str) -> FoundPack:
    from service.approval.folder import FoundPack
    from service.approval.submitting import waiting
    from service.replies.packs import read_pack

    with shop.database.reading() as session:
        bodies = [version.body for version in waiting(session) if version.pack == name]
    if not bodies:
        raise ApprovalRefused(f"No version of {name} waits to be signed: `shopbell packs list`.")
    return FoundPack(f"{name}, as submitted", bodies[-1], read_pack(bodies[-1]))


def _to_read(shop: Opened, found: FoundPack) -> str:
    """What is different from the version approved before, if there is one, then every word."""
    from service.approval.submitting import approved_before
    from service.replies.compare import differences

    with shop.database.reading() as session:
        before = approved_before(session, found.pack.name, found.pack.serial)
    changed = differences(before, found.pack) if before else ()
    head = [f"Since version {before.serial}, which is approved:", *changed, ""] if before else []
    return "\n".join([*head, found.body.decode()])


def _waiting(session: Session) -> list[str]:
    from service.approval.submitting import waiting
    from service.approval.versions import missing_for

    return [
        f"{one.pack} {one.serial}: submitted by {one.submitted_by} on {one.submitted_at:%Y-%m-%d %H:%M} UTC, "
        f"waits for signatures: {missing_for(session, one.sha256, now())}"
        for one in waiting(session)
    ]


def _state(session: Session, found: FoundPack) -> str:
    from sqlalchemy import select
    from sqlmodel import col

    from service.approval.versions import missing_for
    from service.models import PackVersion

    stored = select(col(PackVersion.id)).where(col(PackVersion.sha256) == found.pack.sha256)
    if session.execute(stored).first() is None:
        return "nobody has signed it"
    missing = missing_for(session, found.pack.sha256, now())
    return f"not used: {missing}" if missing else "approved"


COMMANDS = (packs,)
