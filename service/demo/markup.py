"""The town's pages as three invented sites mark them up: JSON-LD, microdata, a JSON-LD graph."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.demo.plot import Place, Shown

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "pages"


def page(place: Place, elapsed: float, began: datetime, origin: str) -> str:
    """The page of ``place`` as it stands ``elapsed`` seconds after ``began``, served at ``origin``."""
    reviews = place.shown(elapsed, began)
    return (
        _templates()
        .get_template(f"{place.site.partition('.')[0]}.html")
        .render(place=place, reviews=reviews, average=average(reviews), address=origin + place.path)
    )


def wall(place: Place) -> str:
    """What the site shows programs while it shuts them out."""
    return _templates().get_template("wall.html").render(place=place)


def average(reviews: tuple[Shown, ...]) -> float:
    """The mean rating, to one place."""
    return round(sum(one.rating for one in reviews) / max(len(reviews), 1), 1)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader

    templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    templates.filters |= {"tablenotes": _tablenotes, "ortsgespraech": _ortsgespraech, "reference": _reference}
    return templates


def _tablenotes(one: Shown, place: Place, address: str) -> dict[str, Any]:
    answer = {
        "@type": "Comment",
        "author": {"@type": "Organization", "name": place.name},
        "text": one.answer,
        "datePublished": one.answered.isoformat() if one.answered else None,
    }
    said = {
        "@type": "Review",
        "identifier": one.id,
        "url": f"{address}#{one.id}",
        "author": {"@type": "Person", "name": one.author},
        "datePublished": one.posted.isoformat(),
        "reviewRating": {"@type": "Rating", "ratingValue": one.rating, "bestRating": place.best},
        "reviewBody": one.text,
        "comment": answer if one.answer else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _ortsgespraech(one: Shown, address: str) -> dict[str, Any]:
    said = {
        "@type": "Review",
        **_reference(one),
        "url": f"{address}#{one.id}",
        "itemReviewed": {"@id": "#betrieb"},
        "author": one.author,
        "datePublished": one.posted.isoformat(),
        "dateModified": one.edited.isoformat() if one.edited else None,
        "reviewRating": {"@type": "Rating", "ratingValue": f"{one.rating},0", "bestRating": "10"},
        "reviewBody": one.text,
        "comment": {"@type": "Comment", "text": one.answer} if one.answer else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _reference(one: Shown) -> dict[str, str]:
    return {"@id": f"/bewertung/{one.id}"}
