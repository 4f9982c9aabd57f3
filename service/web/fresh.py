"""What came since a page was shown: its number, said beside the page, which itself stays as it is.

A page with scripts asks every 20 seconds while somebody can see it. It is answered with nothing where there
is nothing new to say, so that what stands in it keeps its place and its focus.
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request

NOTHING = ("", 204)  # what is shown stays
ENDED = 286  # htmx asks no more


def is_asked_for() -> bool:
    """Whether a part of a page is asked for, by a page that is there already."""
    return request.headers.get("HX-Request") == "true"


def known() -> int:
    """The newest number that the page has."""
    return max(0, min(request.args.get("known", 0, type=int), 2**62))


def told(new: int, words: str, there: str, *, in_place: bool) -> Response:
    """``new`` of them, in ``words``, shown by a press: ``in_place``, or by going ``there``."""
    if new == request.args.get("shown", 0, type=int):
        return make_response(NOTHING)
    return make_response(render_template("fresh.html", new=new, told=words, there=there, in_place=in_place))


def ended() -> Response:
    """Nothing is told any more: whoever sits there must first show who she is."""
    return make_response(render_template("fresh_ended.html"), ENDED)


def led_to(there: str) -> Response:
    """The whole page goes ``there``, where a part of it was pressed for that cannot be shown."""
    answer = make_response("")
    answer.headers["HX-Redirect"] = there
    return answer
