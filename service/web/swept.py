"""What the rules say of past replies, by branch, with what could stand there instead."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template

from service.people import scope
from service.people.may import Act
from service.replies.sweep import breaches
from service.watch.swept import replies_to_sweep
from service.web.branch_choice import choice
from service.web.desk import now, rows
from service.web.me import me

screen = Blueprint("swept", __name__)

MOST_AT_ONCE = 200  # replies: all their rules are looked at, and what could stand there instead


@screen.get("/packs/past-replies")
def sweep() -> str:
    """The breaches."""
    chosen = choice(rows(), scope.branches(me(), Act.REPORT), MOST_AT_ONCE)
    heard = [] if chosen.where is None else list(replies_to_sweep(rows(), now(), chosen.where))
    found = list(breaches(heard))
    by_branch = [(name, list(theirs)) for name, theirs in groupby(found, key=lambda one: one.standing.branch)]
    return render_template("swept.html", by_branch=by_branch, found=found, heard=heard, chosen=chosen)
