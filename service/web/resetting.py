"""Taking away a second factor that somebody has lost: by an administrator who has just proved herself."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for

from service.errors import AccountRefused
from service.people import factors
from service.web import trouble
from service.web.desk import desk, now, rows
from service.web.me import me, signed_in
from service.web.phrases import gettext

screen = Blueprint("resetting", __name__)


@screen.post("/people/<int:person_id>/reset")
def reset(person_id: int) -> Response:
    """Passkeys and codes go, and her sessions end."""
    here = signed_in()
    back = url_for("people.one", person_id=person_id)
    if here and not factors.is_fresh(here.row, factors.held(rows(), here.row.person_id), now()):
        return redirect(url_for("factors.factors", next=back), 303)  # type: ignore[return-value]
    try:
        with desk().database.transaction() as session:
            factors.reset(session, person_id, by=me().name, now=now())
    except AccountRefused as refused:
        return trouble.page(
            409, str(refused), title=gettext("Nothing to take away"), way_on=url_for("people.people")
        )
    return redirect(url_for("people.one", person_id=person_id, done="reset"), 303)  # type: ignore[return-value]
