"""What a person says of a file's columns and places, read from the form and put into its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.models import ImportRun
from service.sites.dates import Order
from service.sources import files
from service.sources.columns import Field, scale
from service.sources.columns import Mapping as Columns
from service.sources.files import File
from service.watch.places import Place
from service.web.phrases import N_, Phrases

NAMES = Phrases(
    {
        Field.AUTHOR: N_("Who wrote it"),
        Field.RATING: N_("Rating"),
        Field.BEST: N_("Rating is out of"),
        Field.RECOMMENDS: N_("Recommends: yes or no"),
        Field.DATE: N_("When it was posted"),
        Field.TITLE: N_("Title"),
        Field.TEXT: N_("The review's words"),
        Field.REPLY: N_("Your reply"),
        Field.REPLY_DATE: N_("When you replied"),
        Field.LINK: N_("Link to the review"),
        Field.ID: N_("The review's own number"),
        Field.BRANCH: N_("Branch"),
        Field.SITE: N_("Site"),
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the form says."""

    file: File
    listing_id: int | None
    places: Mapping[str, int]
    old: bool


def told(form: Any, file: File, run: ImportRun, known: Sequence[Place]) -> Told:
    """Read the form; what it does not say, or says impossibly, stays as it was."""
    listings = {place.listing_id for place in known}
    listing = form.get("listing", type=int) if "listing" in form else run.listing_id
    places = dict(run.mapping.get("places", {}))
    for number, place in enumerate(form.getlist("place")[: files.MOST_PLACES]):
        chosen = form.get(f"place-{number}", type=int)
        places.pop(place, None)
        if chosen in listings:
            places[place] = chosen
    columns = _columns(form, file.columns, len(file.names))
    changed = files.remapped(file, columns) if file.format.has_columns else file
    return Told(changed, listing if listing in listings else None, places, form.get("old") == "1")


def store(run: ImportRun, told: Told) -> None:
    """Put it into the run's row."""
    run.listing_id, run.past = told.listing_id, told.old
    run.mapping = told.file.plan() | {"places": dict(told.places), "old": told.old}


def shown_fields(file: File) -> list[tuple[Field, str, int | None]]:
    """Every field with its name and the column it has now."""
    return [(field, name, file.columns.at(field)) for field, name in NAMES.items()]


def _columns(form: Any, before: Columns, width: int) -> Columns:
    chosen = []
    for field in Field:
        place = form.get(f"column-{field.value}", type=int)
        if place is not None and 0 <= place < width:
            chosen.append((field, place))
    order = form.get("order", "")
    return replace(
        before,
        columns=tuple(chosen),
        best=scale(form.get("best")),
        order=Order(order) if order in set(Order) else None,
    )
