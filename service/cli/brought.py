"""What ``shopbell import`` says: how a file would be read, how far it is, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.opened import now

if TYPE_CHECKING:
    from service.models import ImportRun
    from service.sources.files import Extent, File

SHOWN_BACK = 10
WIDEST = 40  # characters of a cell in the preview


def tell_mapping(file: File, extent: Extent) -> None:
    """Which column is what, what is not sure, and the first rows."""
    from service.sources import files
    from service.sources.columns import Rejected

    told = ", ".join(f"{field.value} = {file.names[at]}" for field, at in file.columns.columns)
    click.echo(f"{extent.total:,} rows" + (f". Read as: {told}" if told else ""))
    for doubt in file.doubts:
        click.echo(f"Not sure: {doubt}")
    for reading in files.preview(file, now()):
        found = reading.found
        if isinstance(found, Rejected):
            click.echo(f"  {reading.number}: would be given back: {found.why}")
            continue
        item = found.item
        verdict = item.rating if item.recommends is None else "recommends" if item.recommends else "no"
        posted = f"{item.posted.at:%Y-%m-%d}" if item.posted and item.posted.at else "date unknown"
        cells = (item.author or "no name", verdict, posted, item.text or "no words")
        click.echo(f"  {reading.number}: " + " | ".join(_short(cell) for cell in cells))


def _short(cell: object) -> str:
    line = " ".join(str(cell).split())
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


def tell_progress(run: ImportRun, as_json: bool) -> None:
    """How far it is; not among what a program reads."""
    if not as_json:
        click.echo(f"{run.next_row:,} of {run.total:,} rows", err=True)


def tell_end(run: ImportRun, out: Path | None, as_json: bool) -> None:
    """What came of it; the rows given back go into ``out``."""
    from service.web.given_back import given_back

    if out is not None:
        out.write_bytes(given_back(run.mapping.get("names", ()), run.rejected))
    if as_json:
        click.echo(_json(run))
        return
    counts = ", ".join(f"{n:,} {name}" for name, n in run.counts.items() if name != "listings" and n)
    click.echo(
        f"{run.state.capitalize()}: {run.next_row:,} of {run.total:,} rows: {counts or 'nothing yet'}."
    )
    if run.why:
        click.echo(f"{run.why[:1].upper()}{run.why[1:]}.")
    for one in run.rejected[:SHOWN_BACK]:
        click.echo(f"  row {one['row']}: {one['why']}")
    if len(run.rejected) > SHOWN_BACK and out is None:
        click.echo(f"  … and {len(run.rejected) - SHOWN_BACK:,} more; --rejected OUT.csv writes them all.")
    if run.state != "done":
        click.echo(f"What was read is kept. Go on: shopbell import --resume {run.id}")


def _json(run: ImportRun) -> str:
    import orjson

    told = {
        "run": run.id,
        "state": run.state,
        "why": run.why,
        "total": run.total,
        "read": run.next_row,
        "counts": {name: n for name, n in run.counts.items() if name != "listings"},
        "columns": run.mapping.get("columns", {}),
        "rejected": [{"row": one["row"], "why": one["why"]} for one in run.rejected],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()
