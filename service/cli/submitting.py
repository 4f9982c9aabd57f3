"""``shopbell packs`` on the way to a signature: submit, send back, and who approved which words."""

from __future__ import annotations

import click

from service.cli.opened import now, opened
from service.cli.packs import found_in, packs, shelf_of
from service.errors import ApprovalRefused

NAME = click.option("--person", prompt="Your name", help="Who does this; it is kept.")


@packs.command("submit")
@click.argument("name")
@NAME
def submit_pack(name: str, person: str) -> None:
    """Ask those who sign to read the pack NAME as it lies in templates_local now.

    \b
    Example:
      shopbell packs submit restaurant-en --person "Ann Lee"
    """
    from service.approval.submitting import submit
    from service.approval.versions import missing_for

    with opened() as shop:
        found = found_in(shelf_of(shop), name)
        with shop.database.transaction() as session:
            version = submit(session, found.body, found.file, person, now())
            missing = missing_for(session, version.sha256, now())
    click.echo(f"Submitted: {name} {version.serial}, {version.sha256.hex()}.")
    click.echo(f"It waits for signatures ({missing}); those who sign are told.")


@packs.command("send-back")
@click.argument("name")
@click.option("--why", prompt="Why", help="Whoever wrote the pack reads it.")
@NAME
def send_pack_back(name: str, why: str, person: str) -> None:
    """Return the pack NAME that was submitted to whoever wrote it, with the reason."""
    from service.approval.submitting import send_back

    with opened() as shop, shop.database.transaction() as session:
        version = send_back(session, name, person, why, now())
    click.echo(f"{name} {version.serial} was sent back to {version.submitted_by}, who is told why.")


@packs.command("history")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def pack_history(name: str, as_json: bool) -> None:
    """Say of every version of the pack NAME where it came from, who signed it, and what was recalled."""
    from service.approval.history import as_text, history

    with opened() as shop, shop.database.reading() as session:
        told = history(session, name, now())
    if not told:
        raise ApprovalRefused(f"No version of {name} was ever submitted, signed or received here.")
    click.echo(_json([one.as_json() for one in told], name) if as_json else as_text(told))


def _json(versions: list[dict[str, object]], name: str) -> str:
    import orjson

    whole = {"pack": name, "versions": versions}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


COMMANDS = ()
"""They are commands of ``packs``."""
