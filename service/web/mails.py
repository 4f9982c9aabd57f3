"""One mail: what it says, what was read in it, and what a person can tell of it: its shape, or whose it is.

A mail's words are shown as lines of plain text; nothing in it is loaded, and no link of it is opened by us.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service.domain import Item
from service.errors import AnswerRefused, MarksRefused
from service.models import Branch, Inbound, InboundState, Listing
from service.sites.mail.base import Mail, MailReading
from service.sites.mail.lesson import Marked, learn
from service.sites.mail.marks import Marks, place_marked, read_marked
from service.sites.mail.reading import speaking
from service.sites.mail.skeleton import lines
from service.sites.registry import site_named
from service.watch import lessons, mailroom, whose
from service.web.desk import desk, now, rows
from service.web.me import me
from service.web.phrases import N_, Phrases, gettext

screen = Blueprint("mails", __name__)

MARKED = Phrases(
    {
        "author": N_("who wrote it"),
        "stars": N_("the stars"),
        "text": N_("the review"),
        "place": N_("the location"),
    }
)
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Typed:
    """What was marked: a meaning for some lines, and words for what is only part of one."""

    lines: dict[int, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_form(cls) -> Typed:
        """What the form sent."""
        marked = {
            number: request.form[f"line-{number}"]
            for number in range(MOST_LINES)
            if request.form.get(f"line-{number}") in MARKED
        }
        given = {name: request.form.get(f"words-{name}", "").strip() for name in MARKED if name != "text"}
        return cls(marked, {name: words for name, words in given.items() if words})

    def marks(self, name: str) -> Marked | None:
        """What is marked as ``name``; words before whole lines."""
        numbers = [number for number, meaning in self.lines.items() if meaning == name]
        if words := self.words.get(name):
            return (numbers[0], words) if numbers else words
        if name == "text" and numbers:
            return range(min(numbers), max(numbers) + 1)
        return numbers[0] if numbers else None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What marking came to: the marks, and what they read in this very mail."""

    marks: Marks
    item: Item
    place: str | None


@screen.get("/mailboxes/mail/<int:number>")
def one(number: int) -> str:
    """The mail, and what can be done about it."""
    return _page(number, Typed())


@screen.post("/mailboxes/mail/<int:number>/teach")
def teach(number: int) -> Response:
    """Learn from what was marked; the first press only shows what would be read."""
    typed = Typed.of_form()
    parsed, _reading = _reread(number)
    try:
        lesson = _learnt(speaking(parsed), typed)
    except MarksRefused as refused:
        return make_response(_page(number, typed, problem=str(refused)), 400)
    if request.form.get("sure") != "1":
        return make_response(_page(number, typed, lesson=lesson))
    return _acted(
        number, lambda session: lessons.teach(session, number, lesson.marks, me().name, now()), "taught"
    )


@screen.post("/mailboxes/mail/<int:number>/place")
def place(number: int) -> Response:
    """Say whose it is: a listing of its site, or a branch that has none there."""
    kind, _, chosen = request.form.get("whose", "").partition(":")
    if not chosen.isdigit() or kind not in ("listing", "branch"):
        return make_response(_page(number, Typed(), problem=gettext("Choose whose mail it is.")), 400)
    say = whose.decide if kind == "listing" else whose.decide_branch
    return _acted(number, lambda session: say(session, number, int(chosen), me().name, now()), "placed")


@screen.post("/mailboxes/mail/<int:number>/aside")
def aside(number: int) -> Response:
    """A person has dealt with it."""
    return _acted(number, lambda session: mailroom.put_aside(session, number), "aside")


@screen.get("/mailboxes/shapes")
def shapes() -> str:
    """What was taught, how often it read since, and the names that are remembered."""
    session = rows()
    names = [(kept, session.get(Listing, kept.listing_id)) for kept in whose.remembered(session)]
    branches = dict(session.execute(select(col(Branch.id), col(Branch.name))).all())
    return render_template(
        "mail_shapes.html", shapes=lessons.shapes(session), names=names, branches=branches, site=site_named
    )


@screen.post("/mailboxes/shapes/<int:number>/withdraw")
def withdraw(number: int) -> Response:
    """Read nothing by it any more."""
    with desk().database.transaction() as session:
        lessons.withdraw(session, number, now())
    return redirect(url_for(".shapes"), 303)  # type: ignore[return-value]


@screen.post("/mailboxes/names/<int:number>/forget")
def forget(number: int) -> Response:
    """Ask anew about a name."""
    with desk().database.transaction() as session:
        whose.forget(session, number)
    return redirect(url_for(".shapes"), 303)  # type: ignore[return-value]


def _acted(number: int, act: Callable[[Session], object], done: str) -> Response:
    try:
        with desk().database.transaction() as session:
            act(session)
    except AnswerRefused as refused:
        return make_response(_page(number, Typed(), problem=str(refused)), 409)
    return redirect(url_for("mailboxes.mailboxes", done=done), 303)  # type: ignore[return-value]


def _learnt(mail: Mail, typed: Typed) -> Lesson:
    marks = learn(
        mail,
        author=typed.marks("author"),
        stars=typed.marks("stars"),
        text=typed.marks("text"),
        place=typed.marks("place"),
    )
    item = read_marked(mail, marks)
    if item is None:
        raise MarksRefused(
            gettext("What was marked could not be read back. Mark whole lines, and try again.")
        )
    return Lesson(marks, item, place_marked(mail, marks))


def _page(number: int, typed: Typed, *, problem: str | None = None, lesson: Lesson | None = None) -> str:
    session = rows()
    row = session.get(Inbound, number)
    if row is None:
        abort(404)
    kept = mailroom.reread(session, number)
    told = speaking(kept[0]) if kept else None
    return render_template(
        "mail.html",
        row=row,
        mail=told,
        reading=kept[1] if kept else None,
        numbered=list(enumerate(lines(told)))[:MOST_LINES] if told else [],
        site=site_named(row.site) if row.site else None,
        marked=MARKED,
        typed=typed,
        problem=problem,
        lesson=lesson,
        choices=_choices(session, row) if row.state == InboundState.WHICH_LISTING.value else [],
        can_teach=row.state == InboundState.UNKNOWN.value and row.shape_sha256 is not None,
    )


def _reread(number: int) -> tuple[Mail, MailReading]:
    kept = mailroom.reread(rows(), number)
    if kept is None:
        abort(404)
    return kept


def _choices(session: Session, row: Inbound) -> list[tuple[str, str]]:
    """Each listing of the mail's site, those it is likely about first; then branches that have none there."""
    listings = session.execute(
        select(Listing, col(Branch.name))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(
            col(Listing.site) == row.site, col(Listing.alias_of).is_(None), col(Listing.removed_at).is_(None)
        )
        .order_by(col(Branch.name), col(Listing.id))
    ).all()
    likely = whose.likely(session, row.site or "", row.place_folded)
    rank = {number: place for place, number in enumerate(likely)}
    listings = sorted(listings, key=lambda found: rank.get(found[0].id, len(rank)))
    taken = {listing.branch_id for listing, _name in listings}
    others = session.execute(select(col(Branch.id), col(Branch.name)).order_by(col(Branch.name))).all()
    named = [(f"listing:{listing.id}", name or listing.url) for listing, name in listings]
    return named + [
        (f"branch:{branch}", gettext("%(branch)s, which has no page there yet", branch=name))
        for branch, name in others
        if branch not in taken
    ]
