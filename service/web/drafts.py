"""Writing replies: an item or a whole pack, checked against rules and real reviews, kept as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

from service.approval.drafting import newest_stored, save_draft
from service.approval.submitting import faults_of
from service.errors import ApprovalRefused, Overtaken, Problem
from service.replies.compare import differences
from service.replies.editing import NEW, WHOLE, Checked, Edit, begun, checked
from service.replies.lint import Fault
from service.replies.pack import Pack
from service.replies.suggestion import Suggestion
from service.watch.previewing import Preview, preview
from service.watch.rehearsing import heard_lately
from service.web import words_as_item
from service.web.desk import desk, look_again, now, rows
from service.web.me import is_hers
from service.web.pack import version_at
from service.web.packs import the_shelf
from service.web.phrases import gettext
from service.web.shown import Piece, pieces
from service.web.signing import person

screen = Blueprint("drafts", __name__)

LONGEST = 300_000  # characters; the largest pack that ships has 27,000
LARGEST_FORM = 4 * LONGEST  # bytes: each character may take several
A_NEW_ITEM = """[[item]]
id = ""
when = { stars = [4, 5] }
variants = [
  "",
  "",
  "",
]
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the check found, for the page: at the lines that were typed, with those lines themselves."""

    problems: tuple[tuple[Problem, str], ...] = ()
    faults: tuple[tuple[int, Fault], ...] = ()
    changes: tuple[str, ...] = ()
    preview: Preview | None = None


def install(app: Flask) -> None:
    """Take a whole pack here; must come before anybody else looks into the form."""
    app.before_request(_allow_packs)


def _allow_packs() -> None:
    if request.blueprint == screen.name:
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM


@screen.get("/pack/<name>/edit")
def edit(name: str) -> str:
    """The text to begin with; for a new item the words given for one review, where ``words`` names them."""
    pack, item = _pack(name), request.args.get("item", WHOLE)
    text = begun(pack, item) or (_new_item() if item == NEW else "")
    if not text:
        abort(404)
    return _page(name, Edit(text, pack, item), anew=True)


@screen.post("/pack/<name>/edit")
def typed(name: str) -> Response:
    """Show what is wrong and what it would say; or keep it as the next version, a draft."""
    item = request.form.get("item", "") if request.form.get("part") else WHOLE
    found = checked(Edit(request.form.get("text", "")[:LONGEST], _pack(name), item))
    if found.whole is None:
        return make_response(_page(name, found.edit, _shown(found)), 400)
    if request.form.get("act") != "save":
        return make_response(_page(name, found.edit, _shown(found)))
    return _saved(name, found, found.whole)


def _new_item() -> str:
    number = request.args.get("words", type=int)
    return (words_as_item.beginning(rows(), number) if number else None) or A_NEW_ITEM


def _saved(name: str, found: Checked, whole: Pack) -> Response:
    try:
        with desk().database.transaction() as session:
            version = save_draft(session, whole, _since(), person(), now())
    except Overtaken as overtaken:
        look_again()
        said = gettext(
            "%(why)s Below is what yours changes in it; save again to put yours on top.", why=overtaken
        )
        return make_response(_page(name, found.edit, _shown(_on_top(name, found)), said, anew=True), 409)
    except ApprovalRefused as refused:
        return make_response(_page(name, found.edit, _shown(found), str(refused)), 409)
    return redirect(url_for("pack.pack", name=name, version=version.serial, done="saved"), 303)  # type: ignore[return-value]


def _on_top(name: str, found: Checked) -> Checked:
    """The same typed text, in the version that was stored meanwhile."""
    return checked(Edit(found.edit.typed, _pack(name), found.edit.item))


def _since() -> bytes:
    try:
        return bytes.fromhex(request.form.get("since", ""))
    except ValueError:
        return b""


def _pack(name: str) -> Pack:
    """What is edited: the newest version, or a file that is newer; never a feed's. Ends with 404."""
    shelf = the_shelf()
    stored, lies = version_at(rows(), shelf, name, ""), version_at(rows(), shelf, name, "file")
    if stored is None or (stored.row and stored.row.feed_id is not None):
        abort(404)
    return lies.pack if lies and lies.pack.serial > stored.pack.serial else stored.pack


def _shown(found: Checked) -> Shown:
    lines = found.edit.lines.split("\n")
    problems = tuple(
        (problem, lines[problem.line - 1] if 0 < problem.line <= len(lines) else "")
        for problem in found.problems
    )
    if found.whole is None:
        return Shown(problems)
    faults: Sequence[Fault] = faults_of(found.part, found.edit.source) if found.part else ()
    return Shown(
        problems,
        tuple((found.line(fault.line), fault) for fault in faults),
        differences(found.edit.of, found.whole.model_copy(update={"serial": found.edit.of.serial})),
        preview(heard_lately(rows(), now(), is_hers()), found.part, now()) if found.part else None,
    )


def _page(
    name: str, edit: Edit, shown: Shown | None = None, problem: str | None = None, *, anew: bool = False
) -> str:
    """The page. ``anew`` begins from the newest version as it stands now; else from where the edit began."""
    newest = newest_stored(rows(), name)
    since = newest.sha256.hex() if newest else ""
    return render_template(
        "draft.html",
        name=name,
        edit=edit,
        is_part=edit.item is not WHOLE,
        since=since if anew else request.form.get("since", ""),
        next_serial=max(newest.serial if newest else 0, edit.of.serial) + 1,
        shown=shown,
        problem=problem,
        reply_pieces=_reply_pieces,
    )


def _reply_pieces(suggestion: Suggestion) -> list[Piece]:
    shape = suggestion.as_json()
    return pieces(shape["text"], shape["spans"], shape["blanks"])
