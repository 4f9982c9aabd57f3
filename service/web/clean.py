"""The banner of the demo, and the one press that ends it."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, redirect, url_for

from service.installation import demo_since, start_clean
from service.web.desk import desk, rows

screen = Blueprint("clean", __name__)


def install(app: Flask) -> None:
    """Let every page ask whether what it shows is a demo."""
    app.jinja_env.globals["demo_since"] = lambda: demo_since(rows())


@screen.post("/demo/end")
def end_demo() -> Response:
    """Remove what the demo town left; what is real stays."""
    with desk().database.transaction() as session:
        start_clean(session)
    return redirect(url_for("inbox.inbox"), 303)  # type: ignore[return-value]
