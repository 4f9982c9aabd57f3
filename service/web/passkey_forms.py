"""What a page needs to ask a browser for a passkey, and what comes back with the form.

The options and a sealed challenge stand in the page: our policy lets no script send a request. The script
puts the browser's answer into the form, and the form is sent as any other.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request

from service.models import Person
from service.people import ceremonies, passkeys
from service.people.ceremonies import Site
from service.people.challenges import Challenge, Challenges
from service.web import forms, me
from service.web.desk import desk, now, rows

ANSWER, CHALLENGE = "passkey_answer", "passkey_challenge"
SIGN_IN, ADD, PROVE = "sign in", "add", "prove"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the browser is asked, as JSON, and the challenge in it, sealed."""

    options: str
    sealed: str


def install(app: Flask) -> None:
    """Let the page that asks who is there ask for a passkey too."""
    app.jinja_env.globals["passkey_to_sign_in"] = to_sign_in


def site() -> Site | None:
    """Where this request's passkeys work; None where browsers make none."""
    return ceremonies.site_of(desk().settings.url, request.headers.get("Host", ""))


def to_sign_in() -> Wanted | None:
    """Any passkey of this place; None where there is none to show."""
    here = site()
    if here is None or not passkeys.any_here(rows()):
        return None
    fresh = _fresh(SIGN_IN)
    return Wanted(ceremonies.to_use(here, fresh.raw), fresh.sealed)


def to_prove(person_id: int) -> Wanted | None:
    """One of her own."""
    here, own = site(), passkeys.listed(rows(), person_id)
    if here is None or not own:
        return None
    fresh = _fresh(PROVE)
    return Wanted(ceremonies.to_use(here, fresh.raw, own), fresh.sealed)


def to_add(person: Person) -> Wanted | None:
    """One more."""
    here, own = site(), passkeys.listed(rows(), person.id or 0)
    if here is None:
        return None
    fresh, user = _fresh(ADD), ceremonies.handle(desk().secret, person.id or 0)
    return Wanted(ceremonies.to_add(here, person, user, own, fresh.raw), fresh.sealed)


def challenge_of(purpose: str) -> bytes:
    """The challenge that the form carries. Raises ``SignInRefused``."""
    return Challenges(desk().secret).read(request.form.get(CHALLENGE, ""), _bound(purpose), now())


def answer() -> str:
    """What the browser said."""
    return request.form.get(ANSWER, "")


def _fresh(purpose: str) -> Challenge:
    return Challenges(desk().secret).new(_bound(purpose), now())


def _bound(purpose: str) -> str:
    """To one purpose, browser and session; at the door there is no session yet."""
    return f"{purpose} {forms.visit()} {'' if purpose == SIGN_IN else me.mark()}"
