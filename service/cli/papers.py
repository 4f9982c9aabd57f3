"""What a pack's people read: what changed, what it would have answered, a booklet to print, exact copies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.bench import Bench, as_lines, at_option, judged_of, packs_in, read_lines, utc
from service.cli.opened import is_there, now, opened
from service.cli.packs import folder_option, shelf_in
from service.errors import ApprovalRefused, LineRefused

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.approval.folder import FoundPack
    from service.replies.pack import Pack

a_path = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("old")
@click.argument("new", required=False, type=a_path)
def diff(old: str, new: Path | None) -> None:
    """Say in plain words what is different between two files of a pack, OLD and NEW.

    With a pack's name alone: what its newest version changes in the one approved before.

    \b
    Example:
      shopbell packs diff last-quarter.toml templates_local/general-en/pack.toml
      shopbell packs diff general-en
    """
    from service.replies.compare import differences

    before, after = (_read(_file(old)), _read(new)) if new else _kept(old)
    if before is None:
        click.echo(f"No version before {after.serial} is approved: every word of it is new.")
        return
    lines = differences(before, after)
    click.echo("\n".join(lines) or "There is no difference in words or rules.")


@click.command("booklet")
@click.argument("name")
@folder_option
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="The file; NAME.html without it.")
def print_booklet(name: str, folder: Path | None, to: Path | None) -> None:
    """Write the pack NAME as a page to print, the hash of its exact bytes on every sheet."""
    from service.replies.booklet import booklet

    found = _found(name, folder)
    lines = [f"{person} ({role}) on {at:%Y-%m-%d}" for person, role, at in _signers(found.pack)]
    path = to or Path(f"{name}.html")
    path.write_text(booklet(found.pack, lines), encoding="utf-8")
    click.echo(f"{path} holds {name} {found.pack.serial}, {found.pack.sha256.hex()}.")


@click.command("export")
@click.argument("name")
@folder_option
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder; made if need be."
)
def export(name: str, folder: Path | None, to: Path) -> None:
    """Write the exact bytes of the pack NAME, and every signature over them, into a folder."""
    from service.approval.folder import PACK_FILE

    found = _found(name, folder)
    to.mkdir(parents=True, exist_ok=True)
    (to / PACK_FILE).write_bytes(found.body)
    signed = _signatures(found.pack)
    (to / "pack.sig.toml").write_text(signed, encoding="utf-8")
    count = signed.count("[[signature]]")
    click.echo(f"{to} holds {name} {found.pack.serial}, {found.pack.sha256.hex()}, and {count} signatures.")


@click.command("coverage")
@click.argument("file", required=False, type=a_path)
@folder_option
@at_option
@as_lines
def coverage(file: Path | None, folder: Path | None, at: datetime | None, as_json: bool) -> None:
    """Say which past reviews, heard ones or FILE's, the packs would have answered, and where no reply fits.

    \b
    Example:
      shopbell packs coverage last-quarter.jsonl --packs drafts
    """
    from service.replies.coverage import Coverage

    bench, counted = Bench(packs_in(folder), (), utc(at) or now()), Coverage()
    for asked in read_lines(file, _name_bad_line) if file else _heard():
        judged = judged_of(asked)
        counted.add(asked.item, judged, bench.answer(asked, judged))
    click.echo(_json(counted.as_json()) if as_json else _told(counted.as_json()))


def _name_bad_line(number: int, refused: LineRefused) -> None:
    click.echo(f"line {number} {refused}", err=True)


def _heard() -> Any:
    from service.watch.standing import reviews_heard

    with opened() as shop, shop.database.reading() as session:
        yield from reviews_heard(session)


def _told(shape: dict[str, Any]) -> str:
    lines = [
        f"{shape['answered']} of {shape['read']} reviews would have been answered ({shape['share']:.0%})."
    ]
    lines += [f"  {one['count']:5d}  {one['item']}" for one in shape["items"]]
    lines += ["", "No reply:"] if shape["gaps"] else []
    for gap in shape["gaps"]:
        lines.append(f"  {gap['count']:5d}  {gap['language']}, {gap['topic']}, stars {gap['stars']}")
        lines += [f"         “{example}”" for example in gap["examples"]]
    lines += [f"  {one['count']:5d}  {one['why']}" for one in shape["none_because"]]
    return "\n".join(lines)


def _file(old: str) -> Path:
    if not Path(old).is_file():
        raise click.BadParameter(f"There is no file {old!r}.")
    return Path(old)


def _kept(name: str) -> tuple[Pack | None, Pack]:
    """The version approved before the newest that is kept, and that newest one."""
    from service.approval.submitting import approved_before
    from service.approval.versions import newest_version
    from service.replies.packs import read_pack

    with opened() as shop, shop.database.reading() as session:
        newest = newest_version(session, name)
        return approved_before(session, name, newest.serial), read_pack(newest.body)


def _read(path: Path) -> Pack:
    from service.replies.packs import read_pack

    return read_pack(path.read_bytes(), path.name)


def _found(name: str, folder: Path | None) -> FoundPack:
    shelf = shelf_in(folder)
    found = next((one for one in shelf.packs if one.pack.name == name), None)
    if found is None:
        broken = [str(problem) for problem in shelf.problems if problem.file.startswith(f"{name}/")]
        raise ApprovalRefused("\n".join(broken) or f"There is no pack {name!r} there. Nothing was written.")
    return found


def _signers(pack: Pack) -> list[tuple[str, str, datetime]]:
    """Who answers for exactly these bytes here: verified signatures alone."""
    from service.approval.signatures import approvals_of, verified

    if not is_there():
        return []
    with opened() as shop, shop.database.reading() as session:
        approvals = approvals_of(verified(session, now()).get(pack.sha256, []), pack)
    return [(one.person, one.role, one.signed_at) for one in approvals]


def _signatures(pack: Pack) -> str:
    """``pack.sig.toml``: each statement with its signature and the key that made it, as hex."""
    if not is_there():
        return ""
    with opened() as shop, shop.database.reading() as session:
        return "\n".join(_signature_tables(session, pack))


def _signature_tables(session: Session, pack: Pack) -> list[str]:
    from sqlalchemy import select
    from sqlmodel import col

    from service.models import Signature, SigningKey

    rows = session.execute(
        select(Signature, SigningKey)
        .join(SigningKey, col(SigningKey.fingerprint) == col(Signature.key))
        .where(col(Signature.statement).contains(f" {pack.sha256.hex()} "))
        .order_by(col(Signature.signed_at), col(Signature.id))
    )
    return [
        "[[signature]]\n"
        f"person = {_json(key.person)}\nrole = {_json(key.role)}\nkey = {_json(key.fingerprint)}\n"
        f'public = "{key.public.hex()}"\nstatement = {_json(signed.statement)}\n'
        f'signature = "{signed.signature.hex()}"\n'
        for signed, key in rows
    ]


def _json(value: object) -> str:
    import orjson

    return orjson.dumps(value).decode()


COMMANDS = (diff, print_booklet, export, coverage)
