"""What lets a phone put the desk on its home screen, and show something humane without a network.

All of it is the same for everybody and holds nothing of anybody: a browser asks for a manifest without its
cookies, and what a service worker keeps outlasts a session.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, url_for

screen = Blueprint("installed", __name__)

PAPER = {"light": "#f6f4ee", "dark": "#15181a"}
"""The colour behind every page in either theme, as the stylesheet's token has it."""

A_DAY = "max-age=86400"


@screen.app_context_processor
def _papers() -> dict[str, object]:
    return {"papers": PAPER}


@screen.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, colours and pictures of the installed desk; it starts at the inbox."""
    answer = jsonify(
        id="/",
        name="Shopbell",
        short_name="Shopbell",
        description="Reviews of every branch, with answers the company has already approved.",
        lang="en",
        start_url=url_for("inbox.inbox"),
        scope="/",
        display="standalone",
        background_color=PAPER["light"],
        theme_color=PAPER["light"],
        icons=[
            _icon("bell.svg", "any", "image/svg+xml", "any"),
            _icon("bell-192.png", "192x192"),
            _icon("bell-512.png", "512x512"),
            _icon("bell-whole-512.png", "512x512", purpose="maskable"),
        ],
    )
    answer.headers["Content-Type"] = "application/manifest+json"
    answer.headers["Cache-Control"] = A_DAY
    return answer


@screen.get("/sw.js")
def worker() -> Response:
    """The service worker, from the root because its scope is where it lies; asked for anew each time."""
    answer: Response = current_app.send_static_file("sw.js")
    answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@screen.get("/offline")
def offline() -> Response:
    """What stands where a page would, while there is no network."""
    answer = make_response(render_template("offline.html"))
    answer.headers["Cache-Control"] = A_DAY
    return answer


def _icon(name: str, sizes: str, kind: str = "image/png", purpose: str = "any") -> dict[str, str]:
    return {"src": url_for("static", filename=name), "sizes": sizes, "type": kind, "purpose": purpose}
