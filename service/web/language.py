"""In which language the desk speaks: hers, else the browser's first choice that we have, else English.

The strings of the source are English and are their own catalogue. Each other language is one folder in
``translations/``. Its compiled catalogue is kept beside the written one: then a fresh checkout, a wheel and a
read-only disk all speak it with no step between, and a test fails where the two differ.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale
from flask import Flask, current_app, request
from flask_babel import Babel, get_locale

from service.web import bearer
from service.web.me import signed_in
from service.web.phrases import SOURCE, catalogue, language

FOLDER = Path(__file__).parent / "translations"
EXTENSION = "shopbell.languages"


def install(app: Flask) -> None:
    """Give templates ``_()`` and what the page says of its language."""
    there = sorted(file.parts[-3] for file in FOLDER.glob("*/LC_MESSAGES/messages.mo"))
    app.extensions[EXTENSION] = (SOURCE, *there)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, default_locale=SOURCE, locale_selector=chosen)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda phrase: catalogue().ugettext(phrase),
        lambda one, many, n: catalogue().ungettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(language=tag, direction=direction)


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
