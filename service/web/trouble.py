"""When something is wrong: a sentence of ours under the right status, never an echo of what was sent."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from service.web.phrases import N_, Phrases, gettext

TITLES = Phrases(
    {
        400: N_("That request made no sense here"),
        403: N_("Not open from here"),
        404: N_("Nothing here"),
        405: N_("That cannot be done here"),
        410: N_("This link is over"),
        413: N_("Too large"),
        500: N_("Something of ours went wrong"),
        503: N_("The database does not answer"),
    }
)

SENTENCES = Phrases(
    {
        400: N_("What was sent could not be understood. Nothing was changed."),
        404: N_("There is no such page, or what it showed is gone."),
        405: N_("This address takes no such request. Nothing was changed."),
        413: N_("What was sent is larger than this page takes. Nothing was kept."),
        500: N_("It is written in the log, without anybody's words. Nothing half-done was kept; try again."),
        503: N_(
            "Nothing is lost: what was heard is kept, and looking goes on as soon as the database answers."
        ),
    }
)

OWN_SENTENCE = (400, 403, 410)

log = logging.getLogger("shopbell.web")


class QuietFlask(Flask):
    """A Flask that logs an error by its kind and its place: its message may hold a customer's words."""

    def log_exception(self, exc_info: Any) -> None:
        """One line; the path is left out too, since a link's token is part of it."""
        kind, _error, trace = exc_info
        frame = traceback.extract_tb(trace)[-1]
        log.error("%s failed: %s at %s:%s", request.endpoint, kind.__name__, frame.name, frame.lineno)


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, told)
    app.register_error_handler(OperationalError, _no_database)


def told(error: HTTPException) -> Response:
    """The page for what HTTP refuses."""
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    own = type(error).description != error.description and error.code in OWN_SENTENCE
    return page(error.code, str(error.description) if own else None)


def _no_database(_error: OperationalError) -> Response:
    return page(503)


def page(status: int, sentence: str | None = None, *, title: str = "", way_on: str = "") -> Response:
    """The page for ``status``; it asks the database nothing. ``way_on`` is an address that does open."""
    shown = sentence or SENTENCES.get(status, gettext("Nothing was changed."))
    title = title or TITLES.get(status, gettext("That did not work"))
    answer = make_response(
        render_template("trouble.html", status=status, title=title, sentence=shown, way_on=way_on), status
    )
    if status == 503:
        answer.headers["Retry-After"] = "30"
    return answer
