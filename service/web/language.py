"""In which language the desk speaks: hers, else the browser's first choice that we have, else English.

What a template puts out, and what is put into a phrase, is said in that language where it is a sentence of a
layer below (``sentences``): no screen need know which it is.
"""

from __future__ import annotations

from babel import Locale
from flask import Flask, current_app, request
from flask_babel import Babel, get_locale

from service import tongues
from service.tongues import SOURCE
from service.web import bearer
from service.web.me import signed_in
from service.web.phrases import language, on_page, said

EXTENSION = "shopbell.languages"


def install(app: Flask) -> None:
    """Give templates ``_()`` and what the page says of its language."""
    app.extensions[EXTENSION] = tongues.offered()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tongues.FOLDER)
    Babel(app, default_locale=SOURCE, locale_selector=chosen)
    app.jinja_env.finalize = app.jinja_env.filters["said"] = said
    app.jinja_env.globals.update(gettext=on_page, language=tag, direction=direction)


def offered() -> tuple[str, ...]:
    """The languages that can be chosen: English, and those with a catalogue, by their codes."""
    there: tuple[str, ...] = current_app.extensions[EXTENSION]
    return there


def named() -> dict[str, str]:
    """What can be chosen, each under the name it has for those who speak it: {"en": "English"}."""
    return {code: str(Locale.parse(code).get_display_name()).capitalize() for code in offered()}


def chosen() -> str:
    """The language of this request. The extension has a language of its own, and asks for English."""
    if bearer.is_asked_for():
        return SOURCE
    found = signed_in()
    return found.who.locale if found and found.who.locale in offered() else _asked_for()


def _asked_for() -> str:
    """The first of the browser's languages that is offered, as it stands or without its region."""
    spoken = {code.replace("_", "-").lower(): code for code in offered()}
    for wanted, weight in request.accept_languages:
        for one in (wanted.lower(), wanted.lower().partition("-")[0]):
            if weight and one in spoken:
                return spoken[one]
    return SOURCE


def tag() -> str:
    """What stands in the page's ``lang``: "en", "pt-BR"."""
    return language().replace("_", "-")


def direction() -> str:
    """Which way the page's own words run: "ltr" or "rtl"."""
    found = get_locale()
    return found.text_direction if found else "ltr"
