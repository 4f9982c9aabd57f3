"""Paste what you see: text copied from a site to cards, confirmed by a person, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for

from service.errors import FileUnreadable
from service.models import ImportState
from service.sources import files, paste
from service.sources.columns import Field, Rejected, read_row
from service.sources.guess import order_of
from service.sources.sheet import Row
from service.watch import imports, places
from service.watch.places import Place
from service.web.bringing import choices
from service.web.desk import desk, now, rows
from service.web.phrases import N_, Phrases, counted, gettext

screen = Blueprint("paste", __name__)

LARGEST_FORM = 4 * paste.LONGEST  # bytes: each character may take several

LABELS = Phrases(
    {
        Field.AUTHOR: N_("Who wrote it"),
        Field.RATING: N_("Rating"),
        Field.RECOMMENDS: N_("Recommends"),
        Field.DATE: N_("Posted"),
        Field.TITLE: N_("Title"),
        Field.TEXT: N_("Words"),
        Field.REPLY: N_("Your reply, if it is answered"),
    }
)


@dataclass(frozen=True, slots=True)
class Card:
    """One review found in a paste, as its person has it now; ``problem`` says what must be put right."""

    number: int
    cells: dict[Field, str]
    left_out: bool = False
    problem: str | None = None

    def name(self, field: Field) -> str:
        """The name of a field of the form."""
        return f"card-{self.number}-{field.value}"

    @property
    def row(self) -> Row:
        """The card as a row of a file."""
        return tuple(self.cells[field] for field in paste.FIELDS)


def install(app: Flask) -> None:
    """Take long texts here; must come before anybody else looks into the form."""
    app.before_request(_allow_long_texts)


def _allow_long_texts() -> None:
    if request.blueprint == screen.name:
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM


@screen.get("/bring/paste")
def form() -> str:
    """The box."""
    return _box()


@screen.post("/bring/paste")
def look() -> Response:
    """Show what was found, to be confirmed; nothing is stored."""
    text, listing = request.form.get("text", ""), request.form.get("listing", type=int)
    place = _place(listing)
    try:
        if place is None:
            raise FileUnreadable(gettext("Say where you copied it: choose the listing."))
        found = paste.found(text, now(), place.site)
    except FileUnreadable as unreadable:
        return make_response(_box(text, listing, str(unreadable)), 400)
    cards = [Card(n, dict(zip(paste.FIELDS, row, strict=True))) for n, row in enumerate(found)]
    return make_response(_cards(cards, place))


@screen.post("/bring/paste/keep")
def keep() -> Response:
    """Keep the confirmed cards, all or, where one cannot be read, none."""
    place = _place(request.form.get("listing", type=int))
    cards = [_checked(card) for card in _sent()]
    if place is None:
        return redirect(url_for(".form"), 303)  # type: ignore[return-value]
    if any(card.problem for card in cards):
        return make_response(_cards(cards, place, _some_are_wrong(cards)), 400)
    kept = [card.row for card in cards if not card.left_out]
    if not kept:
        return make_response(
            _cards(cards, place, gettext("Every card is left out: there is nothing to keep.")), 400
        )
    return _begin(kept, place)


def _begin(kept: list[Row], place: Place) -> Response:
    file = files.pasted(kept)
    begun = imports.Begun(
        title=gettext("A paste of %(n)s", n=len(kept)),
        file=file,
        extent=files.extent(file, now()),
        listing_id=place.listing_id,
        old=request.form.get("old") == "1",
    )
    with desk().database.transaction() as session:
        run = imports.begin(session, begun, now(), state=ImportState.RUNNING)
    return redirect(url_for("runs.one", run_id=run), 303)  # type: ignore[return-value]


def _sent() -> list[Card]:
    """The cards as they were sent back."""
    many = min(request.form.get("cards", 0, type=int), paste.MOST_CARDS)
    return [
        Card(
            number,
            {field: request.form.get(f"card-{number}-{field.value}", "").strip() for field in paste.FIELDS},
            left_out=request.form.get(f"card-{number}-out") == "1",
        )
        for number in range(many)
    ]


def _checked(card: Card) -> Card:
    """The card with what must be put right before it can be kept."""
    if card.left_out:
        return card
    read = read_row(paste.MAPPING, card.row, now())
    why = read.why if isinstance(read, Rejected) else None
    if order_of([card.cells[Field.DATE]])[1] is not None:
        why = gettext("%(date)s could be two days: write it as 2026-10-03", date=card.cells[Field.DATE])
    return Card(card.number, card.cells, problem=why)


def _some_are_wrong(cards: list[Card]) -> str:
    wrong = sum(card.problem is not None for card in cards)
    return counted(
        "One card cannot be kept like this. Nothing was kept yet.",
        "%(n)s cards cannot be kept like this. Nothing was kept yet.",
        wrong,
    )


def _place(listing: int | None) -> Place | None:
    return next((place for place in places.all_places(rows()) if place.listing_id == listing), None)


def _box(text: str = "", listing: int | None = None, problem: str | None = None) -> str:
    known = choices(places.all_places(rows()))
    return render_template("paste.html", choices=known, text=text, listing=listing, problem=problem)


def _cards(cards: list[Card], place: Place, problem: str | None = None) -> str:
    shown: dict[str, Any] = {"cards": cards, "place": place, "problem": problem, "labels": LABELS}
    return render_template("paste_cards.html", **shown, fields=Field, old=request.form.get("old") == "1")
