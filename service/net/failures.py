"""What went wrong on the wire, in a sentence."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore2
import httpx2

from service.errors import Unreachable
from service.sentences import say

_PLAIN: tuple[tuple[type[Exception], str], ...] = (
    (httpcore2.ConnectTimeout, say("no connection in time")),
    (httpcore2.TimeoutException, say("no complete answer in time")),
    (httpcore2.ConnectError, say("no connection")),
    (httpcore2.NetworkError, say("the connection broke off")),
    (httpcore2.RemoteProtocolError, say("the answer was not valid HTTP")),
    (httpx2.DecodingError, say("the answer's compression was broken")),
)


@contextmanager
def as_unreachable() -> Iterator[None]:
    """Raise what the network raises inside as ``Unreachable``, with a sentence for a person."""
    try:
        yield
    except tuple(kind for kind, _ in _PLAIN) as error:
        raise Unreachable(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    cause = error.args[0] if error.args else None  # httpcore2 wraps the system's exception so
    if isinstance(cause, ssl.SSLCertVerificationError):
        return say("its certificate is not valid: %(verify_message)s", verify_message=cause.verify_message)
    if isinstance(cause, ssl.SSLError):
        return say("no encrypted connection (TLS)")
    plain = next(sentence for kind, sentence in _PLAIN if isinstance(error, kind))
    if isinstance(error, httpcore2.ConnectError) and isinstance(cause, OSError) and cause.errno:
        return f"{plain}: {os.strerror(cause.errno).lower()}"
    return plain
