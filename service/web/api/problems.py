"""Refusals as RFC 9457 tells them: ``application/problem+json``, with a ``code`` for its reader's program.

No answer repeats what was sent, but for the name of a field that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from service.errors import DeviceRefused
from service.web.api.endpoint import Endpoint

CONTENT_TYPE = "application/problem+json"
MOST_ERRORS, LONGEST_AT = 20, 80


class Wrong(BaseModel):
    """One thing wrong in a request: where ("cards.0.rating"), and why."""

    at: str
    why: str


class Problem(BaseModel):
    """Why something was not done. ``detail`` is a sentence for a person."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Wrong] | None = None


OF_HTTP: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "What was sent could not be understood. Nothing was changed."),
    404: ("no_such_path", "There is no such endpoint in this version of Shopbell."),
    405: ("post_only", "This endpoint takes POST alone. Nothing was changed."),
    413: ("too_large", "What was sent is larger than this endpoint takes. Nothing was kept."),
    500: ("our_error", "Something of ours went wrong; nothing half-done was kept. Try again."),
    503: ("no_database", "The database does not answer. Nothing is lost; ask again later."),
}
"""What is answered where no endpoint decided: the code and the sentence."""


def refusal(endpoint: Endpoint, refused: DeviceRefused) -> Response:
    """The answer for a refusal, under the status that the endpoint names for its code."""
    status = next(one.status for one in endpoint.refuses() if one.code == refused.code)
    return problem(status, refused.code, str(refused), **refused.more)


def of_http(status: int) -> Response:
    """The answer where HTTP itself refuses: too large, no such path, our own fault."""
    code, detail = OF_HTTP.get(status, ("bad_request", OF_HTTP[400][1]))
    return problem(status, code, detail, **({"retry_after": 30} if status == 503 else {}))


def malformed(found: ValidationError) -> DeviceRefused:
    """What is wrong in a request, without a word of it."""
    told = found.errors(include_url=False, include_context=False, include_input=False)
    errors = [
        {"at": ".".join(map(str, one["loc"]))[:LONGEST_AT], "why": one["msg"]} for one in told[:MOST_ERRORS]
    ]
    return DeviceRefused("bad_request", "The request has not the shape it must have.", errors=errors)


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """A problem as it is sent; ``retry_after`` is told in a header as well."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status} | more
    answer = Response(
        orjson.dumps(told | {"detail": detail, "code": code}), status, content_type=CONTENT_TYPE
    )
    if "retry_after" in more:
        answer.headers["Retry-After"] = str(more["retry_after"])
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
