"""``shopbell import``: a file of reviews, shown before it is kept, with progress; stopped and resumed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli import exits
from service.cli.brought import tell_end, tell_mapping, tell_progress
from service.cli.opened import Opened, now, opened
from service.errors import FileUnreadable, ShopbellError, UnwatchableAddress

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.models import ImportRun
    from service.sources.files import File
    from service.watch.places import Place
OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--listing", "url", help="The address of the listing that the reviews are of.")
@click.option("--branch", help="Or its branch; with --site, where the branch has more than one listing.")
@click.option("--site", help="Such as yelp or google_maps.")
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Say which column is what.")
@click.option("--best", metavar="N", help="What ratings are out of, where the file does not say.")
@click.option("--day-first/--month-first", default=None, help="How dates such as 3/10/2026 are meant.")
@click.option("--old", is_flag=True, help="All of it is old: ring for none of it.")
@click.option("--dry-run", is_flag=True, help="Show how it would be read, and keep nothing.")
@click.option("--rejected", "out", type=OUT, help="Write the rows that were given back there (CSV).")
@click.option("--resume", "run_id", type=int, metavar="N", help="Go on with a run that was stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def bring_in(
    file: Path | None,
    url: str | None,
    branch: str | None,
    site: str | None,
    maps: tuple[str, ...],
    best: str | None,
    day_first: bool | None,
    old: bool,
    dry_run: bool,
    out: Path | None,
    run_id: int | None,
    as_json: bool,
) -> None:
    """Bring in a FILE of reviews: CSV, Excel, OpenDocument, or Google Takeout's archive as it came.

    Fields to map: author, rating, best, recommends, date, title, text, reply, reply-date, link, id, branch,
    site. Without --listing or --branch, the file's own branch and site columns say whose each row is. The
    first file of a listing is its past: nothing rings. Ctrl-C stops; --resume goes on.

    \b
    Examples:
      shopbell import reviews.csv --listing https://www.yelp.com/biz/north-bakery --dry-run
      shopbell import reviews.xlsx --branch North --site yelp --map rating=Stars --day-first
      shopbell import takeout.zip --branch North --site google_maps --rejected given-back.csv
      shopbell import --resume 12
    """
    if (file is None) == (run_id is None):
        raise click.UsageError("Give a file, or --resume and the number of a run.")
    with opened() as shop:
        if file is not None:
            brought = _settled(_read(file), maps, best, day_first)
            run_id = _begin(shop, file.name, brought, (url, branch, site), old, dry_run, as_json)
            if run_id is None:
                return
        run = _worked(shop, run_id or 0, as_json)
    tell_end(run, out, as_json)
    sys.exit(exits.DONE if run.state == "done" else exits.FAILED)


def _read(path: Path) -> File:
    from service.sources import files
    from service.sources.sheet import LARGEST

    with path.open("rb") as stream:
        return files.recognised(stream.read(LARGEST + 1))


def _settled(file: File, maps: Sequence[str], best: str | None, day_first: bool | None) -> File:
    """``file`` with what the person says of its columns. Raises for a column or a field that is not there."""
    from service.sites.dates import Order
    from service.sources import files
    from service.sources.columns import scale

    if not file.format.has_columns:
        return file
    chosen = dict(file.columns.columns)
    for told in maps:
        field, place = _mapped(told, file.names)
        chosen = {known: at for known, at in chosen.items() if at != place} | {field: place}
    order = None if day_first is None else (Order.DAY_FIRST if day_first else Order.MONTH_FIRST)
    if best is not None and scale(best) is None:
        raise click.BadParameter(f"{best!r} is no number above 0 and up to 100", param_hint="--best")
    columns = replace(
        file.columns,
        columns=tuple(sorted(chosen.items())),
        order=order or (None if maps else file.columns.order),
        best=scale(best) or (None if maps else file.columns.best),
    )
    return files.remapped(file, columns)


def _mapped(told: str, names: Sequence[str]) -> tuple[Any, int]:
    from service.sources.columns import Field
    from service.sources.guess import field_named

    left, _, right = told.partition("=")
    field = field_named(left)
    if field is None:
        fields = ", ".join(one.value.replace("_", "-") for one in Field)
        raise click.BadParameter(f"{left!r} is none of {fields}", param_hint="--map")
    folded = [name.casefold() for name in names]
    if right.strip().casefold() not in folded:
        raise click.BadParameter(f"no column is called {right!r}: {', '.join(names)}", param_hint="--map")
    return field, folded.index(right.strip().casefold())


def _begin(
    shop: Opened,
    title: str,
    file: File,
    whose: tuple[str | None, str | None, str | None],
    old: bool,
    dry_run: bool,
    as_json: bool,
) -> int | None:
    """Store what is to be kept; answers the run's number, None where only the look of it was wanted."""
    from service.models import ImportState
    from service.sources import files
    from service.sources.guess import missing
    from service.watch import imports, places

    extent = files.extent(file, now())
    with shop.database.reading() as session:
        known = places.fitting(places.all_places(session), file.format.site)
        listing = _listing(session, known, *whose)
    meant = places.all_meant(extent.places, known)
    if not as_json:
        tell_mapping(file, extent)
    if problems := missing(file.columns) if file.format.has_columns else ():
        raise FileUnreadable(f"{' '.join(problems)} See `shopbell import --help`. Nothing was kept.")
    if dry_run:
        return None
    if listing is None and not meant:
        raise FileUnreadable(
            "Say which listing the reviews are of: --listing with its address, or --branch and --site. "
            "Nothing was kept."
        )
    begun = imports.Begun(title, file, extent, listing, meant, old)
    with shop.database.transaction() as session:
        run = imports.begin(session, begun, now(), state=ImportState.RUNNING)
        imports.lease(session, run, now() + imports.LEASE)
    return run


def _listing(
    session: Session, known: Sequence[Place], url: str | None, branch: str | None, site: str | None
) -> int | None:
    """The listing that is named; None where the file is to say. Raises where nothing is so called."""
    from service.sources.columns import PLACE
    from service.watch.listings import recognised
    from service.watch.places import meant

    if url is not None:
        _site, address = recognised(url)
        found = [one.listing_id for one in known if (one.site, one.key) == (address.site, address.key)]
        if not found:
            raise UnwatchableAddress(
                f'{address.url} is not watched. Add it: shopbell add {address.url} --branch "…"'
            )
        return found[0]
    name = PLACE.join(part for part in (branch, site) if part)
    if not name:
        return None
    listing = meant(name, known)
    if listing is None:
        choices = "; ".join(f"{one.branch} on {one.site}" for one in known) or "none is watched yet"
        raise FileUnreadable(f"{name!r} names no listing, or more than one. There are: {choices}.")
    return listing


def _worked(shop: Opened, run_id: int, as_json: bool) -> ImportRun:
    """Step by step to the end, or until Ctrl-C; answers how the run stands."""
    from service.engine.parts import Parts
    from service.watch import importing, imports

    with shop.database.transaction() as session:
        run = imports.the_run(session, run_id)
        if run is None or (run.state != "running" and not imports.start(session, run_id, now())):
            raise ShopbellError(f"There is no run {run_id} that could go on.")
        imports.lease(session, run_id, now() + imports.LEASE)
    parts = Parts.of(shop.settings, shop.database, shop.secret)
    try:
        while importing.step(shop.database, parts.watch, run_id, now()):
            tell_progress(_stand(shop, run_id), as_json)
    except KeyboardInterrupt:
        with shop.database.transaction() as session:
            imports.stop(session, run_id)
    finally:
        parts.close()
    return _stand(shop, run_id)


def _stand(shop: Opened, run_id: int) -> ImportRun:
    from service.watch import imports

    with shop.database.reading() as session:
        run = imports.the_run(session, run_id)
    if run is None:
        raise ShopbellError(f"Run {run_id} was ended meanwhile.")
    return run


COMMANDS = (bring_in,)
