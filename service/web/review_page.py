"""A review's page as it is shown on either way to it: at the desk, or by the link in an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Response, make_response, render_template
from sqlmodel import Session

from service.outcomes.handling import Actor, is_with
from service.outcomes.using import under_way
from service.people.may import Act
from service.web.acting import new_key
from service.web.alerts import newest
from service.web.answers import Answer, answer_for
from service.web.case_part import case_part
from service.web.desk import now, rows
from service.web.history import Line, history
from service.web.me import may_at
from service.web.opened import Opened
from service.web.people_here import people_here
from service.web.phrases import N_, Phrases
from service.web.putting_off import CHOICES
from service.web.typed import Typed
from service.web.words_used import words_used

ALERTS_SHOWN = 10

NOTICES = Phrases(
    {
        "posted": N_("Kept: you posted it. It counts as answered as soon as a look sees it in public."),
        "changed": N_("Kept as you posted it. It counts as answered as soon as a look sees it in public."),
        "not_yet": N_("Nothing was changed. The finished text waits below."),
        "denied": N_("Kept: it is not posted. The review waits for a reply again."),
        "claim": N_("It is yours."),
        "release": N_("Nobody has it now."),
        "assign": N_("Handed over."),
        "snooze": N_("Put off. What is due stays due."),
        "wake": N_("It is back among what needs a reply."),
        "note": N_("Your note stands in the history."),
        "close": N_("Closed without a reply."),
        "reopen": N_("It waits for a reply again."),
        "ask": N_("Asked. Whoever approves is told; their words will stand here first."),
        "case_open": N_("It is taken offline, and yours where nobody had it."),
        "case_add": N_("Written down."),
        "case_end": N_("The case has ended."),
        "case_reopen": N_("The case goes on."),
        "wrong": N_("Noted for whoever writes the packs. The judgement itself stays as it is."),
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody came to a review: in whose name she acts, and under which address.

    ``device`` is how that is written down: "desk" or "link". ``home`` is the review's page on this way.
    """

    who: Actor
    device: str
    home: str
    layout: str = "base.html"

    @property
    def is_desk(self) -> bool:
        """Whether everything may be done here; else only what a link allows."""
        return self.device == "desk"

    @property
    def copy(self) -> str:
        """Where the reply's form goes."""
        return f"{self.home}/copy"

    def copied(self, posting_id: int) -> str:
        """Where the finished text is."""
        return f"{self.home}/copied/{posting_id}"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a press was not carried out: one sentence, what is wrong in the text, and what the rules say.

    ``minded`` are the rules she has read once she presses again.
    """

    problem: str
    faults: tuple[str, ...] = ()
    findings: tuple[Mapping[str, str], ...] = ()
    minded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into the page's other forms, to be shown again: by form and field."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    def of(self, form: str, name: str) -> str:
        """What stood there."""
        return self.typed.get(name, "") if form == self.form else ""


def shown(
    one: Opened,
    way: Way | None,
    *,
    typed: Typed | None = None,
    refused: Refused | None = None,
    kept: Kept | None = None,
    notice: str = "",
    told: bool = True,
    status: int = 200,
) -> Response:
    """The page. ``way`` is None where it can only be read; ``told`` also says who was told of it."""
    session, typed = rows(), typed or Typed()
    review_id = one.review.id or 0
    answer = answer_for(session, one.review, one.listing, one.branch, now())
    page = render_template(
        "review.html" if told else "letter_review.html",
        one=one,
        way=way,
        told=newest(session, ALERTS_SHOWN, review_id=review_id) if told else None,
        answer=answer,
        place=_place(answer, typed),
        typed=typed,
        refused=refused,
        kept=kept or Kept(),
        notice=NOTICES.get(notice),
        key=new_key(),
        is_mine=way is not None and one.review.claimed_as is not None and is_with(one.review, way.who),
        under_way=under_way(session, review_id),
        history=_history(session, review_id, way),
        used=words_used(session, one.review, now()) if told else (),
        may_answer=way is not None and (not way.is_desk or may_at(Act.ANSWER, one.branch)),
        may_claim=way is not None and way.is_desk and may_at(Act.CLAIM, one.branch),
        may_ask=way is not None and way.is_desk and may_at(Act.ASK_WORDS, one.branch),
        case=case_part(session, one, now()) if told and way is not None and way.is_desk else None,
        people=people_here(session) if told and way else (),
        moments=CHOICES,
    )
    return make_response(page, status)


def _history(session: Session, review_id: int, way: Way | None) -> tuple[Line, ...]:
    """What was done: at the desk with what people wrote; by a link, which may be passed on, without it."""
    if way is None:
        return ()
    lines = history(session, review_id)
    return lines if way.is_desk else tuple(replace(line, text=None) for line in lines)


def _place(answer: Answer, typed: Typed) -> int:
    """Which of the replies is shown: the one she asked for, the one she had, or the best."""
    if not answer.replies:
        return 0
    if typed.another is not None:
        return typed.another % len(answer.replies)
    had = [number for number, reply in enumerate(answer.replies) if typed.names(reply.shape)]
    return had[0] if had else 0
