"""Bringing reviews in by hand: the ways there are, a file's form, and each run with its progress."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import select
from sqlalchemy.orm import defer
from sqlmodel import Session, col
from werkzeug.datastructures import FileStorage

from service.errors import FileUnreadable
from service.models import ImportRun, ImportState
from service.sources import files
from service.sources.files import File, Format
from service.sources.guess import missing
from service.sources.sheet import LARGEST
from service.watch import imports, places
from service.watch.places import Place
from service.web import columns_form
from service.web.desk import desk, now, rows
from service.web.given_back import given_back

screen = Blueprint("bringing", __name__)

RECENT = 20
REFRESH_SECONDS = 3
SHOWN_BACK = 50
HEADROOM = 64 * 1024  # bytes: what stands in a form beside the file


@dataclass(frozen=True, slots=True)
class Way:
    """One way to bring reviews in; ``endpoint`` is where it begins."""

    title: str
    endpoint: str
    about: str


WAYS = (
    Way(
        "A file",
        "bringing.file_form",
        "CSV, Excel or OpenDocument, or Google Takeout's reviews as they came.",
    ),
    Way("A paste", "paste.form", "Copy what you see on the site, paste it here, and confirm what was found."),
    Way("A saved page", "upload.form", "Save a review page from your browser; see what reads, and keep it."),
    Way("A mailbox", "mailboxes.mailboxes", "The sites' own mails to you, read within minutes."),
    Way("A feed", "feeds.feeds", "Google Alerts, blogs, forums: mentions, which are no reviews."),
)

PARTS_OF_WAYS = ("mails", "mailbox_sign_in")  # blueprints that a way leads on to


def install(app: Flask) -> None:
    """Take a whole file here; must come before anybody else looks into the form."""
    app.before_request(_allow_files)
    app.jinja_env.globals["screen_of"] = screen_of


def _allow_files() -> None:
    if request.endpoint == "bringing.take_file":
        request.max_content_length = LARGEST + HEADROOM


@screen.get("/bring")
def hub() -> str:
    """Every way there is, and what was brought lately."""
    return render_template("bring.html", ways=WAYS, runs=_recent(rows()), state=ImportState)


@screen.get("/bring/file")
def file_form() -> str:
    """The form for a file."""
    return _file_form()


@screen.post("/bring/file")
def take_file() -> Response:
    """Store the file and lead to its preview; nothing becomes a review yet."""
    sent = request.files.get("file")
    listing = request.form.get("listing", type=int)
    try:
        file = files.recognised(_body(sent))
        extent = files.extent(file, now())
    except FileUnreadable as unreadable:
        return make_response(_file_form(str(unreadable), listing), 400)
    with desk().database.transaction() as session:
        known = _fitting(session, file)
        begun = imports.Begun(
            title=_title(sent),
            file=file,
            extent=extent,
            listing_id=listing if any(place.listing_id == listing for place in known) else None,
            places=places.all_meant(extent.places, known),
        )
        run = imports.begin(session, begun, now())
    return _to_run(run)


@screen.get("/bring/<int:run_id>")
def one(run_id: int) -> Response:
    """One run: its preview, its progress or what came of it."""
    run = _run(rows(), run_id)
    file = imports.the_file(rows(), run_id)
    answer = make_response(
        render_template(
            "bring_run.html",
            run=run,
            state=ImportState,
            listing=_listing_title(run),
            back=run.rejected[:SHOWN_BACK],
            form=_columns(run, file) if file else None,
            live=request.args.get("live") != "0",
        )
    )
    if run.state == ImportState.RUNNING and request.args.get("live") != "0":
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


@screen.post("/bring/<int:run_id>/columns")
def settle(run_id: int) -> Response:
    """Take what a person says of the columns; begin where she pressed so and nothing is missing."""
    file, begins = imports.the_file(rows(), run_id), request.form.get("do") == "start"
    if file is None:
        return _to_run(run_id)
    told = columns_form.told(request.form, file, _run(rows(), run_id), _fitting(rows(), file))
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
    return redirect(url_for(".hub"), 303) if was_preview else _to_run(run_id)  # type: ignore[return-value]


@screen.get("/bring/<int:run_id>/rejected.csv")
def rejected(run_id: int) -> Response:
    """Every row that was given back, with its reason, safe to open in a spreadsheet."""
    run = _run(rows(), run_id)
    answer = make_response(given_back(run.mapping.get("names", ()), run.rejected))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="given-back-{run_id}.csv"'
    return answer


def screen_of(endpoint: str) -> str:
    """The entry of the navigation an endpoint belongs to: all ways of bringing in are one."""
    blueprint = endpoint.split(".", maxsplit=1)[0]
    if blueprint in PARTS_OF_WAYS or any(way.endpoint.startswith(f"{blueprint}.") for way in WAYS):
        return screen.name
    return blueprint


def problems(run: ImportRun, file: File) -> tuple[str, ...]:
    """Why a run cannot begin yet, as sentences."""
    told = missing(file.columns) if file.format.has_columns else ()
    if run.listing_id is None and not run.mapping.get("places"):
        told += ("Say which listing these reviews are of.",)
    return told


def choices(known: list[Place]) -> list[tuple[int, str]]:
    """The listings to choose from; those that are called alike are told apart by the site's own name."""
    titles = [place.title for place in known]
    return [
        (place.listing_id, place.title if titles.count(place.title) == 1 else f"{place.title} ({place.key})")
        for place in known
    ]


def _columns(run: ImportRun, file: File) -> dict[str, Any]:
    """What the form about columns and listings shows."""
    known = _fitting(rows(), file)
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


def _fitting(session: Session, file: File) -> list[Place]:
    return places.fitting(places.all_places(session), file.format.site)


def _places_in(file: File, run: ImportRun) -> list[str]:
    """What the file calls its listings, where the run names none."""
    return list(files.extent(file, now()).places) if run.listing_id is None else []


def _recent(session: Session) -> list[ImportRun]:
    newest = (
        select(ImportRun)
        .options(defer(ImportRun.body), defer(ImportRun.rejected))  # type: ignore[arg-type]
        .order_by(col(ImportRun.id).desc())
        .limit(RECENT)
    )
    return list(session.scalars(newest))


def _run(session: Session, run_id: int, *, lock: bool = False) -> ImportRun:
    run = imports.the_run(session, run_id, lock=lock)
    if run is None:
        abort(404)
    return run


def _listing_title(run: ImportRun) -> str | None:
    return next(
        (title for number, title in choices(places.all_places(rows())) if number == run.listing_id), None
    )


def _file_form(problem: str | None = None, listing: int | None = None) -> str:
    known = choices(places.all_places(rows()))
    return render_template("bring_file.html", choices=known, problem=problem, listing=listing)


def _to_run(run_id: int, *, asked: bool = False) -> Response:
    return redirect(url_for(".one", run_id=run_id, asked="1" if asked else None), 303)  # type: ignore[return-value]


def _title(sent: FileStorage | None) -> str:
    name = sent.filename if sent and sent.filename else "a file"
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:200]


def _body(sent: FileStorage | None) -> bytes:
    """The file's bytes; what was put on the disk for a large one is gone at once."""
    if sent is None or not sent.filename:
        raise FileUnreadable("Choose a file first.")
    with closing(sent):
        body: bytes = sent.read()
    return body
