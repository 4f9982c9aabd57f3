"""Bringing reviews in by hand: the ways there are, and a file's form. What comes of it is in ``runs``."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass

from flask import (
    Blueprint,
    Flask,
    Response,
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
from service.sources.files import File
from service.sources.sheet import LARGEST
from service.watch import imports, places
from service.watch.places import Place
from service.web import packs
from service.web.desk import desk, now, rows
from service.web.phrases import N_, gettext

screen = Blueprint("bringing", __name__)

RECENT = 20
HEADROOM = 64 * 1024  # bytes: what stands in a form beside the file


@dataclass(frozen=True, slots=True)
class Way:
    """One way to bring reviews in; ``endpoint`` is where it begins."""

    title: str
    endpoint: str
    about: str


WAYS = (
    Way(
        N_("A file"),
        "bringing.file_form",
        N_("CSV, Excel or OpenDocument, or Google Takeout's reviews as they came."),
    ),
    Way(
        N_("A paste"),
        "paste.form",
        N_("Copy what you see on the site, paste it here, and confirm what was found."),
    ),
    Way(
        N_("A saved page"),
        "upload.form",
        N_("Save a review page from your browser; see what reads, and keep it."),
    ),
    Way(N_("A mailbox"), "mailboxes.mailboxes", N_("The sites' own mails to you, read within minutes.")),
    Way(N_("A feed"), "feeds.feeds", N_("Google Alerts, blogs, forums: mentions, which are no reviews.")),
)

PARTS_OF_WAYS = ("runs", "mails", "mailbox_sign_in", "mailbox_add")  # blueprints that a way leads on to
PARTS_OF = {
    "branches": "health",
    "listings": "health",
    "branch_import": "health",
    "channels": "alerts",
    "rules": "alerts",
    "reports": "health",
    "hooks": "settings",
    "people": "settings",
}
"""Blueprints that hang under another one's entry."""


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
        known = fitting(session, file)
        begun = imports.Begun(
            title=_title(sent),
            file=file,
            extent=extent,
            listing_id=listing if any(place.listing_id == listing for place in known) else None,
            places=places.all_meant(extent.places, known),
        )
        run = imports.begin(session, begun, now())
    return redirect(url_for("runs.one", run_id=run), 303)  # type: ignore[return-value]


def screen_of(endpoint: str) -> str:
    """The entry of the navigation an endpoint belongs to: all ways of bringing in are one."""
    blueprint = endpoint.split(".", maxsplit=1)[0]
    if blueprint in packs.PARTS:
        return packs.screen.name
    if blueprint in PARTS_OF_WAYS or any(way.endpoint.startswith(f"{blueprint}.") for way in WAYS):
        return screen.name
    return PARTS_OF.get(blueprint, blueprint)


def choices(known: list[Place]) -> list[tuple[int, str]]:
    """The listings to choose from; those that are called alike are told apart by the site's own name."""
    called = Counter(place.title for place in known)
    return [
        (place.listing_id, place.title if called[place.title] == 1 else f"{place.title} ({place.key})")
        for place in known
    ]


def fitting(session: Session, file: File) -> list[Place]:
    """The listings whose reviews ``file`` can hold."""
    return places.fitting(places.all_places(session), file.format.site)


def _recent(session: Session) -> list[ImportRun]:
    newest = (
        select(ImportRun)
        .options(defer(ImportRun.body), defer(ImportRun.rejected))  # type: ignore[arg-type]
        .order_by(col(ImportRun.id).desc())
        .limit(RECENT)
    )
    return list(session.scalars(newest))


def _file_form(problem: str | None = None, listing: int | None = None) -> str:
    known = choices(places.all_places(rows()))
    return render_template("bring_file.html", choices=known, problem=problem, listing=listing)


def _title(sent: FileStorage | None) -> str:
    name = sent.filename if sent and sent.filename else gettext("a file")
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:200]


def _body(sent: FileStorage | None) -> bytes:
    """The file's bytes; what was put on the disk for a large one is gone at once."""
    if sent is None or not sent.filename:
        raise FileUnreadable(gettext("Choose a file first."))
    with closing(sent):
        body: bytes = sent.read()
    return body
