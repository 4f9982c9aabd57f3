"""The addresses that stand outside the desk's gate and its forms, and why they may: the extension's API.

Every request there proves itself by a bearer token, or only begins to get one. No cookie is read, so a page
that somebody's browser opens cannot act in her name; no CORS header is ever sent, so it cannot read an
answer; and a token is taken from the one origin it was handed to. Neither a session nor a form's token could
add to that, and the extension has neither.
"""

from __future__ import annotations

from flask import request

API = "/api/v1"


def is_asked_for() -> bool:
    """Whether this request is for the API."""
    return request.path.startswith(f"{API}/")
