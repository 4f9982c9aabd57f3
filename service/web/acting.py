"""Who acts on a review, and the key by which a second press is known."""

from __future__ import annotations

import secrets
from hashlib import sha256

from flask import request

from service.outcomes.handling import Actor, Step
from service.web.desk import now
from service.web.me import me

LONGEST_KEY = 64


def actor() -> Actor:
    """Whoever is signed in; whoever sits at the machine where there are no accounts yet."""
    who = me()
    return Actor(who.name, who.id)


def new_key() -> str:
    """A key for one form: what is sent under it is carried out once."""
    return secrets.token_urlsafe(12)


def step(who: Actor, *what: str) -> Step:
    """The act this request asks for, known by the key of its form and by ``what`` is done and said.

    A form that comes back from the browser's memory may say something else under the same key.
    """
    key = request.form.get("key", "")[:LONGEST_KEY] or new_key()
    return Step(who, sha256("\n".join((key, *what)).encode()).hexdigest()[:32], now())
