"""Many branches and their pages from one table: every problem shown by row before anything is stored.

Until a person confirms, the table lies nowhere but in the page that shows it: the form carries it back, and
it is read again then. So there is nothing to tidy up, and the same press twice keeps the same rows once.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from contextlib import closing

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for

from service import installation
from service.errors import FileUnreadable
from service.sources.branch_columns import PAGE
from service.sources.sheet import LARGEST
from service.watch import branch_facts, branch_sheet
from service.watch.branch_sheet import Plan
from service.web.desk import desk, now, rows
from service.web.given_back import given_back
from service.web.phrases import gettext

screen = Blueprint("branch_import", __name__)

HEADROOM = 64 * 1024  # bytes: what stands in a form beside the table
LARGEST_CARRIED = LARGEST * 4 // 3 + HEADROOM
SHOWN = 20
SHOWN_BAD = 100
DEFAULTS = {"tz": "UTC", "language": "en", "vertical": "general"}
EXAMPLE = (
    ("Branch", "City", "Time zone", "Language", "Trade", "Hours", "Google", "Yelp"),
    ("Harbour Street", "Hull", "Europe/London", "en", "restaurant", "Mo-Fr 9-12, 14-18; Sa 10-14", "", ""),
)


def install(app: Flask) -> None:
    """Take a whole table here; must come before anybody else looks into the form."""
    app.before_request(_allow_tables)


def _allow_tables() -> None:
    if request.endpoint in ("branch_import.look", "branch_import.keep", "branch_import.rejected"):
        request.max_content_length = request.max_form_memory_size = LARGEST_CARRIED


@screen.get("/branches/import")
def form() -> str:
    """The form for a table."""
    return _form(DEFAULTS, {})


@screen.post("/branches/import")
def look() -> Response:
    """Show what the table would come to, with every problem by its row; nothing is stored yet.

    The page that shows it asks here again, with the columns that a person has chosen.
    """
    said = _defaults()
    try:
        body = _carried_back() if "table" in request.form else _sent()
        problems = branch_facts.read({"name": "x", **said}).problems
        if problems:
            return make_response(_form(said, problems), 400)
        plan = _plan(body)
    except FileUnreadable as unreadable:
        return make_response(_form(said, {"file": str(unreadable)}), 400)
    return make_response(_preview(plan, said, _carried(body)))


@screen.post("/branches/import/keep")
def keep() -> Response:
    """Store the good rows, as the table is read now."""
    try:
        plan = _plan(_carried_back())
    except FileUnreadable as unreadable:
        return make_response(_form(_defaults(), {"file": str(unreadable)}), 400)
    with desk().database.transaction() as session:
        if plan.good:
            installation.start_clean(session)
            branch_sheet.store(session, plan, now())
    kept = {"branches": len(plan.new_branches), "listings": len(plan.new_pages), "back": len(plan.bad)}
    return redirect(url_for("branches.all_of_them", said="imported", **kept), 303)  # type: ignore[arg-type, return-value]


@screen.post("/branches/import/given-back.csv")
def rejected() -> Response:
    """The rows that cannot be taken, each with every reason, safe to open in a spreadsheet."""
    try:
        plan = _plan(_carried_back())
    except FileUnreadable as unreadable:
        return make_response(_form(_defaults(), {"file": str(unreadable)}), 400)
    answer = make_response(given_back(plan.names, [line.as_given_back() for line in plan.bad]))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="branches-given-back.csv"'
    return answer


def _plan(body: bytes) -> Plan:
    """What the table says beside what is there now. No transaction is open while it is read."""
    with desk().database.reading() as session:
        known = branch_sheet.known(session)
    return branch_sheet.read(body, known, _defaults(), _chosen())


def _chosen() -> dict[str, tuple[int, ...]] | None:
    """The columns as the form names them; None where it does not, so that their names count."""
    if "chosen" not in request.form:
        return None
    said = {field: request.form.getlist(f"column-{field}", type=int) for field in branch_sheet.TITLES}
    return {field: tuple(dict.fromkeys(places)) for field, places in said.items() if places}


def _defaults() -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:60] or text for name, text in DEFAULTS.items()}


def _sent() -> bytes:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise FileUnreadable(gettext("Choose a file first."))
    with closing(sent):
        body: bytes = sent.read()
    return body


def _carried(body: bytes) -> str:
    return base64.b64encode(zlib.compress(body, 6)).decode()


def _carried_back() -> bytes:
    """The table that the page carried. Raises ``FileUnreadable``."""
    try:
        packed = base64.b64decode(request.form.get("table", ""), validate=True)
        body = zlib.decompressobj().decompress(packed, LARGEST + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise FileUnreadable(gettext("The table did not come back whole. Choose the file again.")) from None
    if not body:
        raise FileUnreadable(gettext("Choose a file first."))
    return body


def _form(said: dict[str, str], problems: dict[str, str]) -> str:
    return render_template(
        "branch_import.html",
        said=said,
        problems=problems,
        zones=branch_facts.zones(),
        titles=branch_facts.TITLES,
        example=EXAMPLE,
        demo=installation.demo_since(rows()),
    )


def _preview(plan: Plan, said: dict[str, str], table: str) -> str:
    return render_template(
        "branch_import_look.html",
        plan=plan,
        good=plan.good,
        bad=plan.bad,
        new_branches=len(plan.new_branches),
        new_pages=len(plan.new_pages),
        shown=SHOWN,
        shown_bad=SHOWN_BAD,
        carried=[("table", table), *said.items()],
        columns=_as_fields(plan),
        titles=branch_sheet.TITLES,
        page=PAGE,
    )


def _as_fields(plan: Plan) -> list[tuple[str, str]]:
    """What is read as what, as the form's fields say it."""
    places = [(f"column-{field}", str(at)) for field, found in plan.columns.items() for at in found]
    return [("chosen", "1"), *places]
