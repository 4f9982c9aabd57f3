"""The API in OpenAPI 3.1, made from the endpoints and their shapes: it cannot say anything else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from inspect import getdoc
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.web.api.endpoint import Endpoint, Refusal
from service.web.api.problems import CONTENT_TYPE, Problem
from service.web.bearer import API

ABOUT = (
    "What Shopbell's browser extension asks its own service. Bearer tokens alone, from the one origin they "
    "were handed to; cookies are ignored and no CORS header is ever sent. Times are RFC 3339 in UTC."
)
REF = "#/components/schemas/{model}"


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The whole document, as JSON has it."""
    listed = tuple(endpoints)
    schemas = _schemas(listed)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shopbell's API for its extension",
            "version": version("shopbell"),
            "description": ABOUT,
        },
        "servers": [{"url": API}],
        "paths": {one.path: {"post": _operation(one)} for one in listed},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"access": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(endpoints: tuple[Endpoint, ...]) -> dict[str, Any]:
    models: list[tuple[type[BaseModel], Any]] = [(one.asks, "validation") for one in endpoints]
    models += [(one.tells, "serialization") for one in endpoints if one.tells]
    models += [(more, "serialization") for one in endpoints for more in _members(one.refuses())]
    models.append((Problem, "serialization"))
    _, made = models_json_schema(list(dict.fromkeys(models)), ref_template=REF)
    found: dict[str, Any] = made["$defs"]
    return found


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    told = (getdoc(endpoint.does) or endpoint.name).split("\n\n")
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": " ".join(told[0].split()),
        "parameters": [ORIGIN],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(endpoint.asks)}}},
        "responses": _responses(endpoint),
        "security": [] if endpoint.open else [{"access": []}],
    }
    if endpoint.scope:
        operation["x-scope"] = endpoint.scope.value
    return operation


ORIGIN = {
    "name": "Origin",
    "in": "header",
    "required": True,
    "description": "Sent by the browser itself; tokens are taken from the one they were handed to.",
    "schema": {"type": "string", "pattern": "^(chrome|moz|safari-web)-extension://[0-9a-zA-Z-]{1,64}$"},
}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    good: dict[str, Any] = {"204": {"description": "Done."}}
    if endpoint.tells:
        content = {"application/json": {"schema": _ref(endpoint.tells)}}
        good = {"200": {"description": "Done.", "content": content}}
    by_status: dict[int, list[Refusal]] = {}
    for refusal in endpoint.refuses():
        by_status.setdefault(refusal.status, []).append(refusal)
    return good | {str(status): _refused(status, by_status[status]) for status in sorted(by_status)}


def _refused(status: int, refusals: list[Refusal]) -> dict[str, Any]:
    told = [f"`{one.code}`: {one.when}" for one in refusals]
    schema = {
        "allOf": [
            _ref(Problem),
            {"properties": {"code": {"enum": [one.code for one in refusals]}}},
            *([{"anyOf": [*map(_ref, _members(refusals)), True]}] if _members(refusals) else []),
        ]
    }
    return {
        "description": f"{HTTPStatus(status).phrase}. " + " ".join(told),
        "content": {CONTENT_TYPE: {"schema": schema}},
        **({"headers": RETRY} if status in (429, 503) else {}),
    }


RETRY = {"Retry-After": {"required": True, "description": "Seconds to wait.", "schema": {"type": "integer"}}}


def _members(refusals: Iterable[Refusal]) -> list[type[BaseModel]]:
    return [one.more for one in refusals if one.more]


def _ref(model: type[BaseModel]) -> Mapping[str, str]:
    return {"$ref": REF.format(model=model.__name__)}
