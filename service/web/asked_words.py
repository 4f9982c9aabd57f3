"""Words asked for one review that nothing approved fits: what waits; given, refused or recalled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.recent import recent_replies
from service.approval import asking, giving, signers
from service.approval.given import Given, State, branch_of, given
from service.approval.recalls import LONGEST_REASON
from service.errors import ApprovalRefused
from service.models import AskedWords, Branch, Listing, Review
from service.replies.normal import normal_form
from service.replies.own_words import LONGEST, seen_as
from service.replies.repeats import Recent
from service.replies.suggestion import Finding
from service.web import words_as_item
from service.web.desk import desk, look_again, now, rows
from service.web.me import is_of_hers
from service.web.phrases import N_, gettext
from service.web.signing import NotOpened, opened_signer, person

screen = Blueprint("asked_words", __name__)

MOST_SHOWN = 100
EDITED = N_("The review was edited while you read it: this is how it stands now. Nothing was signed.")


@dataclass(frozen=True, slots=True)
class Asking:
    """One asking with all that its page shows. ``seen`` names the review as it stands."""

    row: AskedWords
    review: Review
    listing: Listing
    branch: Branch
    stands: Given

    @property
    def is_open(self) -> bool:
        """Whether it waits for words or for another signature."""
        return self.stands.state is State.OPEN

    @property
    def seen(self) -> str:
        """A short name of the review as it stands."""
        return seen_as(self.review)


@screen.get("/packs/asked")
def asked() -> str:
    """What was asked, what waits first."""
    newest = (
        select(AskedWords)
        .join(Review, col(Review.id) == col(AskedWords.review_id))
        .where(is_of_hers(Review.listing_id))
        .order_by(col(AskedWords.id).desc())
        .limit(MOST_SHOWN)
    )
    found = [_asking(rows(), row) for row in rows().scalars(newest)]
    return render_template("asked_words.html", found=sorted(found, key=lambda one: not one.is_open))


@screen.get("/packs/asked/<int:number>")
def one(number: int) -> str:
    """The review, and the words that could stand below it."""
    return _page(number)


@screen.post("/packs/asked/<int:number>")
def give(number: int) -> Response:
    """Hold the words against the rules; or sign exactly these, for this review as it was shown."""
    if request.form.get("act") != "sign":
        return make_response(_page(number, checks=True))
    return _done(number, "sign", _given)


@screen.post("/packs/asked/<int:number>/refuse")
def refuse(number: int) -> Response:
    """Give none, and say why."""
    return _done(number, "refuse", _refused)


@screen.post("/packs/asked/<int:number>/recall")
def recall(number: int) -> Response:
    """Withdraw the words that were given."""
    return _done(number, "recall", _recalled)


def _given(found: Asking) -> str:
    if request.form.get("seen") != found.seen:
        raise ApprovalRefused(gettext(EDITED))
    text = request.form.get("text", "")
    if found.stands.state is State.APPROVED and normal_form(text) == found.row.text:
        return "given"  # pressed twice
    who = opened_signer()
    with desk().database.transaction() as session:
        row = asking.asked_words(session, found.row.id or 0)
        signers.keep(session, who)
        missing = giving.approve(session, row, text, who.key, now(), _recent(session, found))
    return "signed" if missing else "given"


def _refused(found: Asking) -> str:
    with desk().database.transaction() as session:
        row = asking.asked_words(session, found.row.id or 0)
        asking.refuse(session, row, person(), request.form.get("why", ""), now())
    return "refused"


def _recalled(found: Asking) -> str:
    why = request.form.get("why", "")
    if not why.strip():
        raise ApprovalRefused(gettext("Say why: whoever was sent the words reads it. Nothing was recalled."))
    who = opened_signer(of_any_role=True)
    with desk().database.transaction() as session:
        row = asking.asked_words(session, found.row.id or 0)
        signers.keep(session, who)
        giving.recall_words(session, row, why, who.key, now())
    return "recalled"


def _done(number: int, of: str, act: Callable[[Asking], str]) -> Response:
    """Carry ``act`` out; what is refused is said on the page again."""
    found = _found(number)
    try:
        done = act(found)
    except NotOpened as refused:
        return make_response(_page(number, str(refused), of=of, is_first=refused.is_first), refused.status)
    except ApprovalRefused as refused:
        look_again()
        return make_response(_page(number, str(refused), of=of), 409)
    return redirect(url_for(".one", number=number, done=done), 303)  # type: ignore[return-value]


def _page(
    number: int, problem: str | None = None, *, of: str = "", is_first: bool = False, checks: bool = False
) -> str:
    found = _found(number)
    text = request.form.get("text") or found.row.text or found.row.draft or ""
    return render_template(
        "asked_word.html",
        one=found,
        text=text[:LONGEST],
        longest=LONGEST,
        longest_reason=LONGEST_REASON,
        findings=_findings(found, text) if text.strip() else None,
        checked=checks,
        problem=problem,
        of=of,
        is_first=is_first,
        done=request.args.get("done"),
        packs=words_as_item.packs_to_write(rows()) if found.row.text and not found.is_open else [],
    )


def _findings(found: Asking, text: str) -> tuple[Finding, ...]:
    return giving.findings_on(rows(), found.row, text[:LONGEST], _recent(rows(), found))


def _recent(session: Session, found: Asking) -> tuple[Recent, ...]:
    return recent_replies(session, found.review, found.listing, found.branch, now())


def _found(number: int) -> Asking:
    row = rows().get(AskedWords, number)
    if row is None:
        abort(404)
    return _asking(rows(), row)


def _asking(session: Session, row: AskedWords) -> Asking:
    review = session.get_one(Review, row.review_id)
    listing = session.get_one(Listing, review.listing_id)
    return Asking(row, review, listing, branch_of(session, review), given(session, row, review, now()))
