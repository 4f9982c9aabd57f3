"""Reports: what was answered, how soon, how that is known; ratings, topics, and the words that were used."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, render_template, request, url_for

from service.alerts.neutral import cell
from service.domain import ReplyClass
from service.models import Review
from service.outcomes.report import Line, Proof, Report, Why
from service.outcomes.report_owed import BY, Period
from service.outcomes.report_rows import Used, replies_used, reported
from service.people.may import Act
from service.web import words
from service.web.chart import curve, stacked
from service.web.desk import now, rows
from service.web.me import is_of_hers
from service.web.phrases import N_, Phrases, gettext

screen = Blueprint("reports", __name__)

PERIODS = Phrases({30: N_("30 days"), 90: N_("90 days"), 365: N_("12 months")})
USUAL = 90
PAGE_SIZE = 50  # lines

PROOF = Phrases(
    {
        Proof.API: N_("by the owner API"),
        Proof.LOOK: N_("on the public page"),
        Proof.BROWSER: N_("in a person's browser"),
        Proof.PERSON: N_("a person says so"),
        Proof.TOLD: N_("a mail or file says so"),
    }
)
WHY = Phrases(
    {
        Why.CLOSED: N_("Closed without a reply"),
        Why.REJECTED: N_("The site rejected the reply"),
        Why.VANISHED: N_("The reply has gone from the site"),
        Why.SUBMITTED: N_("Said to be posted, not seen yet"),
        Why.ASKED: N_("Words are asked for"),
        Why.SNOOZED: N_("Put off"),
        Why.CLAIMED: N_("Somebody has it in hand"),
        Why.UNTOUCHED: N_("Nobody has taken it"),
    }
)
CLASS = Phrases(
    {
        ReplyClass.VERBATIM.value: N_("word for word"),
        ReplyClass.WITHIN_BOUNDS.value: N_("with its blanks filled"),
        ReplyClass.OFF_PACK.value: N_("changed beyond what was approved"),
        "not_told": N_("final words not told"),
    }
)

BY_NAMED = Phrases({"branch": N_("branch"), "region": N_("region"), "site": N_("site")})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: how many days, by what the lines are, and which page of them."""

    days: int
    by: str
    page: int = 1


@screen.get("/reports")
def reports() -> str:
    """The report on a period."""
    asked = _asked()
    found, used = _found(asked)
    pages = max(1, -(-len(found.lines) // PAGE_SIZE))
    page = min(asked.page, pages)
    stars = [(words.on_day(span.begins, gettext("dd MMM y")), span.stars) for span in found.spans]
    return render_template(
        "reports.html",
        asked=asked,
        found=found,
        lines=found.lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        pages=pages,
        used=used,
        periods=PERIODS,
        bys=BY_NAMED,
        by=list(BY),
        proofs=PROOF,
        whys=WHY,
        classes=CLASS,
        chart=curve(stars, 1, 5),
        bars=_bars,
        address=lambda page: url_for(
            ".reports", days=asked.days, by=asked.by, page=page if page > 1 else None, _anchor="answered"
        ),
        table=url_for(".table", days=asked.days, by=asked.by),
    )


@screen.get("/reports.csv")
def table() -> Response:
    """The lines as a file that a spreadsheet opens without running anything in it."""
    asked = _asked()
    found, _used = _found(asked)
    written = io.StringIO()
    csv.writer(written).writerows(_cells(found, asked))
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    name = f"shopbell-{asked.by}-{found.until:%Y-%m-%d}-{asked.days}-days.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked() -> Asked:
    days, by = request.args.get("days", USUAL, type=int), request.args.get("by", "branch")
    page = max(1, request.args.get("page", 1, type=int))
    return Asked(days if days in PERIODS else USUAL, by if by in BY else "branch", page)


def _found(asked: Asked) -> tuple[Report, tuple[Used, ...]]:
    until = now()
    period = Period(until - timedelta(days=asked.days), until, is_of_hers(Review.listing_id, Act.REPORT))
    used = replies_used(rows(), period.since, until, period.where)
    return reported(rows(), period, asked.by), used


def _bars(line: Line) -> object:
    return stacked([(kind.value, line.answered.get(kind, 0)) for kind in Proof], line.owed)


def _cells(found: Report, asked: Asked) -> Iterator[list[str]]:
    kinds = [f"answered, {PROOF[kind]}" for kind in Proof]
    yield [asked.by, "owed a reply", *kinds, "in time", "late", "median hours", "waiting", "overdue"]
    for line in found.lines:
        figures = (line.owed, *(line.answered.get(kind, 0) for kind in Proof), line.in_time, line.late)
        hours = "" if line.hours is None else f"{line.hours:.1f}"
        yield [cell(line.name), *map(str, figures), hours, str(line.waiting), str(line.overdue)]
