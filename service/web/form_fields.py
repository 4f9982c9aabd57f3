"""The fields of a posted form, byte by byte: a mail in Shift-JIS is no text yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

MOST_FIELDS = 200
PIECE = 64 * 1024


def form_fields(body: bytes, content_type: str, longest: int) -> dict[str, bytes]:
    """Name to value, each at most ``longest`` bytes and one more where it was longer; {} for no form."""
    kind, options = parse_options_header(content_type)
    if kind == "application/x-www-form-urlencoded":
        return _urlencoded(body, longest)
    if kind == "multipart/form-data" and options.get("boundary"):
        return _multipart(body, options["boundary"], longest)
    return {}


def _urlencoded(body: bytes, longest: int) -> dict[str, bytes]:
    try:
        pairs = parse_qsl(body.decode("latin-1"), True, encoding="latin-1", max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: value.encode("latin-1", "replace")[: longest + 1] for name, value in reversed(pairs)}


def _multipart(body: bytes, boundary: str, longest: int) -> dict[str, bytes]:
    fields: dict[str, bytearray] = {}
    current = bytearray()
    try:
        for event in _events(body, boundary):
            if isinstance(event, Field | File):
                current = bytearray()
                fields.setdefault(event.name, current)
            elif isinstance(event, Data):
                current += event.data[: max(0, longest + 1 - len(current))]
    except (ValueError, RequestEntityTooLarge):
        return {}
    return {name: bytes(value) for name, value in fields.items()}


def _events(body: bytes, boundary: str) -> Iterator[Event]:
    """Fed in pieces, so that a large form is in memory once."""
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=MOST_FIELDS)
    view = memoryview(body)
    for start in range(0, len(body) + 1, PIECE):
        decoder.receive_data(bytes(view[start : start + PIECE]) or None)
        while not isinstance(event := decoder.next_event(), NeedData):
            yield event
            if isinstance(event, Epilogue):
                return
