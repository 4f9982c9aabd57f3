"""Where recalled words stand in public, whose they were, and what a look has seen gone."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from service.outcomes.standing_words import all_recalled, standing_words
from service.watch.standing import replies_heard
from service.web.branch_choice import choice
from service.web.desk import now, rows
from service.web.me import is_hers
from service.web.shown import safe_link

screen = Blueprint("put_right", __name__)

MOST_AT_ONCE = 500  # replies: each is held against every wording that was recalled


@screen.get("/packs/put-right")
def put_right() -> str:
    """The places, those that still stand first."""
    session, name = rows(), request.args.get("pack", "")[:80]
    chosen = choice(session, is_hers(), MOST_AT_ONCE)
    recalled = all_recalled(session, name or None)
    found = []
    if chosen.where is not None and recalled:
        found = list(standing_words(session, replies_heard(session, chosen.where), now(), name or None))
    return render_template(
        "put_right.html",
        found=sorted(found, key=lambda one: one.place.is_put_right),
        standing=sum(not one.place.is_put_right for one in found),
        recalled=recalled,
        chosen=chosen,
        name=name,
        done=request.args.get("done"),
        safe_link=safe_link,
    )
