"""Browsers at a desk with accounts: signed in as somebody, or as nobody."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.accounts import People

COOKIE = "shopbell"


def browser(app: Flask, people: People, person: int | None) -> FlaskClient:
    """A browser in which that person is signed in; None: nobody."""
    client = app.test_client()
    if person is not None:
        client.set_cookie(COOKIE, people.token(person))
    return client
