"""The API's addresses: POST alone, JSON in and out, problems as problems; and what it is, for all to read."""

from __future__ import annotations

from functools import lru_cache

import orjson
from flask import Blueprint, Flask, Response
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from service.web import bearer, trouble
from service.web.api import openapi, problems
from service.web.api.serving import view_of
from service.web.api.table import ENDPOINTS

screen = Blueprint("api", __name__, url_prefix=bearer.API)


@screen.get("/openapi.json")
def description() -> Response:
    """What there is, in OpenAPI 3.1."""
    return Response(written(), content_type="application/json")


@lru_cache(maxsize=1)
def written() -> bytes:
    """The document as it is sent."""
    return orjson.dumps(openapi.document(ENDPOINTS), option=orjson.OPT_INDENT_2)


def install(app: Flask) -> None:
    """Answer what is no address of the API as the API does, and not with a page."""
    app.register_error_handler(NotFound, _no_such)
    app.register_error_handler(MethodNotAllowed, _no_such)


for _one in ENDPOINTS:
    screen.add_url_rule(
        _one.path, _one.name, view_of(_one), methods=["POST"], provide_automatic_options=False
    )


@screen.errorhandler(HTTPException)
def _told(error: HTTPException) -> Response:
    return problems.of_http(error.code or 500)


@screen.errorhandler(OperationalError)
def _no_database(_error: OperationalError) -> Response:
    return problems.of_http(503)


def _no_such(error: HTTPException) -> Response:
    if not bearer.is_asked_for():
        return trouble.told(error)
    answer = problems.of_http(error.code or 404)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer
