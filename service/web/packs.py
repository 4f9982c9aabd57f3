"""Every pack of replies: what it is now, for whom it speaks, and how many late reviews it would answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Flask, render_template

from service.approval.catalogue import Catalogued, Standing, catalogue
from service.approval.folder import Shelf, read_folder
from service.replies.pack import Pack
from service.watch.rehearsing import MOST, heard_lately, rehearsed
from service.web import pack_words
from service.web.desk import desk, now, rows
from service.web.me import is_hers

screen = Blueprint("packs", __name__)

PARTS = ("pack", "signing_packs", "drafts", "withdrawing", "put_right", "swept", "asked_words")
"""Blueprints that hang under this entry of the navigation."""


ORDER = (
    *(Standing.WAITS, Standing.SENT_BACK, Standing.ALTERED, Standing.STALE, Standing.LEFT_FEED),
    *(Standing.ENDED, Standing.DRAFT, Standing.IN_USE, Standing.NOT_YET, Standing.FILE, Standing.RECALLED),
)
"""What needs somebody first, then what is used, then what only lies there."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the ``read`` newest judged reviews each pack would have answered first."""

    read: int
    answered: int
    by_pack: Counter[str]
    is_bounded: bool


def install(app: Flask) -> None:
    """Give templates the words for packs."""
    app.jinja_env.globals.update(pack_words=pack_words)


@screen.get("/packs")
def packs() -> str:
    """The list."""
    shelf = the_shelf()
    found = catalogue(rows(), shelf, now())
    waits = sum(one.standing is Standing.WAITS for one in found)
    coverage = _coverage(found)
    found.sort(key=lambda one: (ORDER.index(one.standing), -coverage.by_pack[one.name]))
    return render_template("packs.html", packs=found, problems=shelf.problems, waits=waits, coverage=coverage)


def the_shelf() -> Shelf:
    """The packs that lie in this installation's folder."""
    return read_folder(desk().settings.home / "templates_local")


def _coverage(found: list[Catalogued]) -> Coverage:
    """What would be said with each pack as its newest version or file stands, approved or not."""
    heard = heard_lately(rows(), now(), is_hers())
    drafts: list[Pack] = [one.pack for one in found if one.pack and one.standing is not Standing.RECALLED]
    by_pack: Counter[str] = Counter()
    for _one, answer in rehearsed(heard, drafts, now()):
        by_pack.update(best.pack for best in answer.best[:1])
    return Coverage(len(heard), sum(by_pack.values()), by_pack, len(heard) == MOST)
