"""Answering a review: one press takes it, and the approved words with it; then she says what became of them.

The same for whoever sits at the desk and for whoever a link was sent to. What cannot be carried out comes
back as the page it was pressed on, with the reason and with all that was typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from sqlmodel import Session

from service.approval.versions import still_approved
from service.domain import ReplyClass
from service.errors import Overtaken
from service.models import Posting, Review
from service.outcomes import using
from service.outcomes.handling import in_hand
from service.outcomes.postings import Used
from service.outcomes.seen import see
from service.outcomes.using import Words
from service.replies.filling import Filled
from service.replies.final import Final, check_final
from service.replies.fit import Misfit
from service.replies.policy import blocks
from service.replies.renewed import written
from service.replies.suggestion import Finding
from service.web import forms, review_page
from service.web.acting import new_key, step
from service.web.answers import renewed_for
from service.web.desk import desk, look_again, now, rows
from service.web.opened import Opened, opened
from service.web.phrases import N_, gettext
from service.web.review import at_the_desk
from service.web.review_page import Refused, Way
from service.web.typed import Typed
from service.web.words import sentence

screen = Blueprint("answering", __name__)

STALE = N_("This page was open for too long, so nothing was done. All that you typed is below: press again.")
WITHDRAWN = N_("These words may not be used any more. Nothing was done; what fits now is below.")
UNFIT = N_("These words do not fit this review any more: the reply %(why)s. What fits now is below.")
CHANGED = N_("The review was changed while you had it open. Read it once more; nothing was done.")
BEYOND = N_("The text is not within what was approved, so it was not taken along. What you typed is below.")
BARRED = N_("A rule forbids this text here, so it was not taken along. What you typed is below.")
MIND = N_("Mind this first. Press again, and it is taken along as it stands.")
ERASED = N_("This review's words were erased while you had it open, so there is nothing left to answer.")
NO_TEXT = N_("Put in what you posted, or choose another answer. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class _Named:
    """The words, as ``still_approved`` asks for them."""

    pack: str
    sha256: str
    item: str


@screen.post("/reviews/<int:review_id>/copy")
def here(review_id: int) -> Response:
    """Take the review and the words along."""
    return copy(review_id, at_the_desk(review_id))


@screen.get("/reviews/<int:review_id>/copied/<int:posting_id>")
def copied(review_id: int, posting_id: int) -> Response:
    """The finished text."""
    return finished(review_id, at_the_desk(review_id), posting_id)


@screen.post("/reviews/<int:review_id>/copied/<int:posting_id>")
def said(review_id: int, posting_id: int) -> Response:
    """What became of it."""
    return told(review_id, at_the_desk(review_id), posting_id)


def copy(review_id: int, way: Way) -> Response:
    """Claim the review and keep the text; lead to it. Pressed twice, it is done once."""
    typed, one = Typed.of_form(), opened(rows(), review_id)
    if one is None:
        return _given_back(way, typed.blanks.values())
    if forms.is_stale():
        return review_page.shown(
            one, way, typed=typed, refused=Refused(gettext(STALE)), told=way.is_desk, status=403
        )
    if typed.another is not None:
        return review_page.shown(one, way, typed=typed, told=way.is_desk)
    words = _words(rows(), one, typed)
    if isinstance(words, Refused):
        return review_page.shown(one, way, typed=typed, refused=words, told=way.is_desk, status=422)
    try:
        with desk().database.transaction() as session:
            posting = _take_along(session, one, words, way)
    except Overtaken as late:
        return _overtaken(review_id, way, typed, late)
    return redirect(way.copied(posting), 303)  # type: ignore[return-value]


def finished(review_id: int, way: Way, posting_id: int) -> Response:
    """The finished text, selected, with the way to the site; and the question what became of it."""
    one, posting = _posting(review_id, way, posting_id)
    return _finished(one, way, posting)


def told(review_id: int, way: Way, posting_id: int) -> Response:
    """Keep what she says: posted, changed before it was posted, not yet, or not at all."""
    said, text = request.form.get("said", ""), request.form.get("text", "")
    one, posting = opened(rows(), review_id), using.posting_of(rows(), review_id, posting_id)
    if one is None:
        return _given_back(way, [text])
    if posting is None or not _is_hers(posting, way):
        abort(404)
    if forms.is_stale():
        return _finished(one, way, posting, gettext(STALE), text, 403)
    if said == "changed" and not text.strip():
        return _finished(one, way, posting, gettext(NO_TEXT), text, 422)
    if said not in ("posted", "changed", "not_yet", "denied"):
        abort(400)
    if said != "not_yet":
        try:
            _keep(review_id, way, posting_id, said, text)
        except Overtaken:
            return _given_back(way, [text])
    return redirect(f"{way.home}?said={said}", 303)  # type: ignore[return-value]


def _keep(review_id: int, way: Way, posting_id: int, said: str, text: str) -> None:
    with desk().database.transaction() as session:
        review, posting = in_hand(session, review_id), session.get_one(Posting, posting_id)
        act = step(way.who, said, text)
        if said == "denied":
            using.denied(session, review, posting, act, way.device)
        else:
            changed = text if said == "changed" else None
            using.submitted(session, review, posting, act, way.device, changed)
            see(session, review, f"told:{act.key}", now(), now())  # a look may have been quicker


def _words(session: Session, one: Opened, typed: Typed) -> Words | Refused:
    """The text as it would be posted, held against what was approved and against the rules."""
    found = renewed_for(session, one, typed.version, typed.item, typed.variant, now())
    if isinstance(found, Misfit):
        return Refused(gettext(UNFIT, why=found.why))
    text = written(found.filled, typed.blanks)
    final = check_final(text, found.filled, found.setting)
    if refused := _refused(final, found.filled, typed):
        return refused
    used = Used(found.pack, typed.version, typed.item, typed.variant)
    return Words(used, found.filled, text)


def _refused(final: Final, filled: Filled, typed: Typed) -> Refused | None:
    findings = tuple(_shown(finding) for finding in final.findings)
    if final.classed.reply_class is ReplyClass.OFF_PACK:
        return Refused(gettext(BEYOND), _faults(final, filled), findings)
    if blocks(final.findings):
        return Refused(gettext(BARRED), (), findings)
    news = {finding.rule for finding in final.findings if finding.level == "warn"} - typed.minded
    minded = tuple(sorted({finding.rule for finding in final.findings}))
    return Refused(gettext(MIND), (), findings, minded) if news else None


def _faults(final: Final, filled: Filled) -> tuple[str, ...]:
    """Each departure in words; one that is in no blank has no name of its own."""
    said = [
        (
            gettext("“%(hint)s” %(why)s", hint=filled.blanks[one.blank].hint, why=one.why)
            if one.blank
            else gettext("it %(why)s", why=one.why)
        )
        for one in final.classed.departures
    ]
    return tuple(dict.fromkeys(sentence(one) for one in said))


def _shown(finding: Finding) -> dict[str, str]:
    return {name: str(getattr(finding, name)) for name in ("rule", "level", "why", "mend")}


def _take_along(session: Session, one: Opened, words: Words, way: Way) -> int:
    review = in_hand(session, one.review.id or 0)
    if as_read(review) != as_read(one.review):
        raise Overtaken(gettext(CHANGED))
    if not still_approved(session, _Named(words.used.pack, words.used.sha256.hex(), words.used.item), now()):
        raise Overtaken(gettext(WITHDRAWN))
    return using.copied(session, review, words, step(way.who, "copied", words.text), way.device).id or 0


def as_read(review: Review) -> tuple[object, ...]:
    """What she had before her eyes when she chose the words."""
    return review.triage_rev, review.title, review.text, review.rating, review.recommends


def _overtaken(review_id: int, way: Way, typed: Typed, late: Overtaken) -> Response:
    look_again()
    one = opened(rows(), review_id)
    if one is None:
        return _given_back(way, typed.blanks.values())
    refused = Refused(str(late))
    return review_page.shown(one, way, typed=typed, refused=refused, told=way.is_desk, status=409)


def _posting(review_id: int, way: Way, posting_id: int) -> tuple[Opened, Posting]:
    one, posting = opened(rows(), review_id), using.posting_of(rows(), review_id, posting_id)
    if one is None:
        abort(410, gettext(ERASED))
    if posting is None or not _is_hers(posting, way):
        abort(404)
    return one, posting


def _is_hers(posting: Posting, way: Way) -> bool:
    """A link shows and settles what the person it was sent to took along, and nobody else's."""
    return way.is_desk or posting.person == way.who.name


def _finished(
    one: Opened,
    way: Way,
    posting: Posting,
    problem: str | None = None,
    text: str | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "copied.html",
        one=one,
        way=way,
        posting=posting,
        problem=problem,
        text=posting.text if text is None else text,
        key=new_key(),
    )
    return make_response(page, status)


def _given_back(way: Way, typed: Iterable[str]) -> Response:
    """Nothing that was typed is lost with the review it was for."""
    words = [one for one in typed if one.strip()]
    return make_response(
        render_template("given_back.html", way=way, typed=words, sentence=gettext(ERASED)), 410
    )
