"""One request to the API, from its first byte to its answer: the checks that every endpoint shares, in order.

How often, then who, then what: a request that is not proven is not read. Tries are counted in memory, as at
the desk's own door (``people/tries``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import orjson
from flask import Response, current_app, request
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import OperationalError

from service.errors import DeviceRefused
from service.people import devices, extension, stations
from service.people.devices import Caller
from service.people.tries import Tries
from service.web.api import problems
from service.web.api.endpoint import Call, Endpoint
from service.web.desk import desk, now
from service.web.places import place_of

EXTENSION = "shopbell.api"
SPAN = timedelta(minutes=10)
PER_BROWSER = 1200  # requests in that span: two a second, for hours of work
ORIGIN = re.compile(r"(chrome|moz|safari-web)-extension://[0-9a-zA-Z-]{1,64}")
UNPROVEN = "Send the access token that pairing gave you."
NOT_ONE = "Only the extension that was paired may ask here. Nothing was changed."


class Counting:
    """How often each place, and each browser, has asked."""

    def __init__(self) -> None:
        self._by_browser = Tries(PER_BROWSER, SPAN)
        self._by_place: dict[str, Tries] = {}

    def from_place(self, endpoint: Endpoint, call: Call) -> None:
        """One request more to an open endpoint. Raises ``DeviceRefused``."""
        tries = self._by_place.setdefault(endpoint.name, Tries(endpoint.per_place, SPAN))
        _wait(tries.take(call.place, call.now))

    def from_browser(self, call: Call) -> None:
        """One more of a paired browser. Raises ``DeviceRefused``."""
        _wait(self._by_browser.take(call.who.key, call.now))


def view_of(endpoint: Endpoint) -> Callable[[], Response]:
    """What Flask calls for an endpoint."""

    def view() -> Response:
        request.max_content_length = endpoint.most
        try:
            return _answer(endpoint, *_checked(endpoint))
        except DeviceRefused as refused:
            return problems.refusal(endpoint, refused)

    return view


def _checked(endpoint: Endpoint) -> tuple[Call, BaseModel]:
    """The call and what it asks. Raises ``DeviceRefused``."""
    parts = desk()
    place = place_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))
    call = Call(parts.settings, parts.database, parts.secret, now(), request.host, _origin(), place)
    if endpoint.open:
        _counting().from_place(endpoint, call)
        return call, _read(endpoint)
    call = _proven(endpoint, call)
    _counting().from_browser(call)
    asked = _read(endpoint)
    _note_use(endpoint, call)
    return call, asked


def _answer(endpoint: Endpoint, call: Call, asked: BaseModel) -> Response:
    told = endpoint.does(call, asked)
    if told is None:
        return Response(status=204)
    return Response(told.model_dump_json(by_alias=True), content_type="application/json")


def _origin() -> str:
    origin = request.headers.get("Origin", "")
    if not ORIGIN.fullmatch(origin):
        raise DeviceRefused("other_origin", NOT_ONE)
    return origin


def _proven(endpoint: Endpoint, call: Call) -> Call:
    """The call with its caller, who may ask this. Raises ``DeviceRefused``."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise DeviceRefused("unauthorized", UNPROVEN)
    with call.database.reading() as session:
        caller = devices.caller(session, token.strip(), call.now)
    if caller.device.origin != call.origin:
        raise DeviceRefused("other_origin", NOT_ONE)
    _require(endpoint, caller)
    return replace(call, caller=caller)


def _require(endpoint: Endpoint, caller: Caller) -> None:
    if not endpoint.any_version:
        require_version(caller.device.version)
    if endpoint.scope and endpoint.scope not in caller.scopes:
        raise DeviceRefused("scope", "Your account may not do this. Whoever manages people can let you.")
    if endpoint.named and caller.is_locked:
        raise DeviceRefused("locked", "Choose your name and type your PIN first.")


def require_version(version: str) -> None:
    """Raises ``DeviceRefused`` for an extension that is not served any more."""
    least = extension.MIN_VERSION
    if extension.is_older(version, least):
        told = f"This extension is too old: version {least} or newer is needed. Update it, nothing is lost."
        raise DeviceRefused("too_old", told, min_version=least)


def _read(endpoint: Endpoint) -> BaseModel:
    """What is asked. Raises ``DeviceRefused``, and ``RequestEntityTooLarge`` of Werkzeug's."""
    body = request.get_data(cache=False)
    if request.mimetype != "application/json":
        raise DeviceRefused("bad_request", "Send JSON, and say so in Content-Type.", errors=[])
    try:
        orjson.loads(body)  # one JSON text, in UTF-8, no half of a surrogate pair
        return endpoint.asks.model_validate_json(body)
    except ValidationError as found:
        raise problems.malformed(found) from None
    except orjson.JSONDecodeError:
        raise DeviceRefused("bad_request", "That is no JSON in UTF-8.", errors=[]) from None


def _note_use(endpoint: Endpoint, call: Call) -> None:
    """Write down that it was used, and let whoever acts at a station stay there."""
    device = call.who.device
    acts = endpoint.named and call.who.station is not None
    if not acts and not devices.wants_noting(device, call.now):
        return
    with suppress(OperationalError), call.database.transaction() as session:
        devices.note_use(session, device, call.now)  # a busy writer must not keep her from reading
        if acts:
            stations.stay(session, device, call.now)


def _counting() -> Counting:
    made: Counting = current_app.extensions.setdefault(EXTENSION, Counting())
    return made


def _wait(left: timedelta | None) -> None:
    if left is not None:
        wait = int(left.total_seconds()) + 1
        raise DeviceRefused("slow_down", "Too many requests. Wait, then ask again.", retry_after=wait)
