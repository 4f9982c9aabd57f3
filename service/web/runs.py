"""One file, paste or page on its way in: its preview, its progress, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session

from service.models import ImportRun, ImportState
from service.sources import files
from service.sources.files import File, Format
from service.sources.guess import missing
from service.watch import imports, places
from service.web import columns_form
from service.web.bringing import choices, fitting
from service.web.desk import desk, now, rows
from service.web.given_back import given_back
from service.web.phrases import gettext

screen = Blueprint("runs", __name__)

REFRESH_SECONDS = 3  # without scripts
SHOWN_BACK = 50


@screen.get("/bring/<int:run_id>")
def one(run_id: int) -> str:
    """One run: its preview, its progress or what came of it."""
    run = _run(rows(), run_id)
    file = imports.the_file(rows(), run_id)
    return render_template(
        "bring_run.html",
        run=run,
        state=ImportState,
        listing=_listing_title(run),
        back=run.rejected[:SHOWN_BACK],
        form=_columns(run, file) if file and run.state != ImportState.RUNNING else None,
        live=request.args.get("live") != "0",
        refresh_seconds=REFRESH_SECONDS,
    )


@screen.get("/bring/<int:run_id>/progress")
def progress(run_id: int) -> Response:
    """How far it is; once it does not run any more, the whole page has something else to say."""
    run = _run(rows(), run_id)
    answer = make_response(render_template("bring_progress.html", run=run))
    if run.state != ImportState.RUNNING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@screen.post("/bring/<int:run_id>/columns")
def settle(run_id: int) -> Response:
    """Take what a person says of the columns; begin where she pressed so and nothing is missing."""
    file, begins = imports.the_file(rows(), run_id), request.form.get("do") == "start"
    if file is None:
        return _to_run(run_id)
    told = columns_form.told(request.form, file, _run(rows(), run_id), fitting(rows(), file))
    with desk().database.transaction() as session:
        run = _run(session, run_id, lock=True)
        if run.state not in (ImportState.RUNNING, ImportState.DONE):
            columns_form.store(run, told)
            if begins and not problems(run, told.file):
                imports.start(session, run_id, now())
    return _to_run(run_id, asked=begins)


@screen.post("/bring/<int:run_id>/stop")
def stop(run_id: int) -> Response:
    """Pause."""
    with desk().database.transaction() as session:
        imports.stop(session, run_id)
    return _to_run(run_id)


@screen.post("/bring/<int:run_id>/resume")
def resume(run_id: int) -> Response:
    """Go on from where it stands."""
    with desk().database.transaction() as session:
        if _run(session, run_id).state != ImportState.PREVIEW:
            imports.start(session, run_id, now())
    return _to_run(run_id)


@screen.post("/bring/<int:run_id>/end")
def end(run_id: int) -> Response:
    """End it for good; a preview is forgotten."""
    with desk().database.transaction() as session:
        was_preview = _run(session, run_id).state == ImportState.PREVIEW
        imports.end(session, run_id, now())
    return redirect(url_for("bringing.hub"), 303) if was_preview else _to_run(run_id)  # type: ignore[return-value]


@screen.get("/bring/<int:run_id>/rejected.csv")
def rejected(run_id: int) -> Response:
    """Every row that was given back, with its reason, safe to open in a spreadsheet."""
    run = _run(rows(), run_id)
    answer = make_response(given_back(run.mapping.get("names", ()), run.rejected))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="given-back-{run_id}.csv"'
    return answer


def problems(run: ImportRun, file: File) -> tuple[str, ...]:
    """Why a run cannot begin yet, as sentences."""
    told = missing(file.columns) if file.format.has_columns else ()
    if run.listing_id is None and not run.mapping.get("places"):
        told += (gettext("Say which listing these reviews are of."),)
    return told


def _columns(run: ImportRun, file: File) -> dict[str, Any]:
    """What the form about columns and listings shows."""
    known = fitting(rows(), file)
    return {
        "fields": columns_form.shown_fields(file),
        "mapping": file.columns,
        "names": file.names,
        "doubts": file.doubts,
        "problems": problems(run, file),
        "asked": request.args.get("asked") == "1",
        "preview": files.preview(file, now()) if run.state == ImportState.PREVIEW else (),
        "choices": choices(known),
        "places": [(place, run.mapping.get("places", {}).get(place)) for place in _places_in(file, run)],
        "has_columns": file.format.has_columns,
        "is_page": file.format is Format.PAGE,
    }


def _places_in(file: File, run: ImportRun) -> list[str]:
    """What the file calls its listings, where the run names none."""
    return list(files.extent(file, now()).places) if run.listing_id is None else []


def _run(session: Session, run_id: int, *, lock: bool = False) -> ImportRun:
    run = imports.the_run(session, run_id, lock=lock)
    if run is None:
        abort(404)
    return run


def _listing_title(run: ImportRun) -> str | None:
    return next(
        (title for number, title in choices(places.all_places(rows())) if number == run.listing_id), None
    )


def _to_run(run_id: int, *, asked: bool = False) -> Response:
    return redirect(url_for(".one", run_id=run_id, asked="1" if asked else None), 303)  # type: ignore[return-value]
