"""Invented reviews of an invented shop, and what a site writes around them in two languages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import escape

SHOP = "Harbour Cakes"


@dataclass(frozen=True, slots=True)
class Written:
    """One review as a page shows it. ``recommends`` instead of stars where the site has none."""

    key: str
    author: str = "Ann Baker"
    stars: int = 2
    text: str = "We waited forty minutes for a slice of lemon cake & nobody said a word."
    recommends: bool | None = None
    reply: str | None = None


ANN = Written("Ch1ann")
BERT = Written(
    "Ch2bert", "Bert Miller", 5, "Best carrot cake in the harbour.\nThe staff sang for my daughter."
)
CARLA = Written(
    "Ch3carla", "Carla Ruiz", 4, "Lovely place, cold tea.", reply="Thank you, Carla. Come back soon."
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a site's own parts are called in one language."""

    language: str
    stars: str
    ago: str
    reply: str
    post: str
    box: str
    answered: str
    profile: str
    recommends: str
    recommends_not: str


ENGLISH = Words(
    "en",
    "Rated {} out of 5 stars",
    "2 weeks ago",
    "Reply",
    "Post reply",
    "Your public reply",
    "Response from the owner",
    "Link to reviewer profile of",
    "recommends",
    "does not recommend",
)
SPANISH = Words(
    "es",
    "{} de 5 estrellas",
    "hace 2 semanas",
    "Responder",
    "Publicar",
    "Tu respuesta pública",
    "Respuesta del propietario",
    "Enlace al perfil de",
    "recomienda",
    "no recomienda",
)

COUNTERS = """
window.seen = { submits: 0, forged: 0, keys: 0 };
addEventListener("submit", (event) => { event.preventDefault(); seen.submits += 1; }, true);
addEventListener("keydown", (event) => { if (!event.isTrusted) seen.keys += 1; }, true);
addEventListener("click", (event) => { if (!event.isTrusted) seen.forged += 1; }, true);
"""


def page(words: Words, body: str, script: str, *, scrambled: bool = False) -> str:
    """A whole page. ``scrambled``: every class name is another one, as after a site's next build."""
    if scrambled:
        body = re.sub(r'class="([^"]*)"', _other_classes, body)
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8"><title>{SHOP}</title>'
        "<style>textarea, [contenteditable] { display: block; width: 30rem; min-height: 4rem }</style></head>"
        f"<body>{body}<script>{COUNTERS}{script}</script></body></html>"
    )


def shown(text: str) -> str:
    """Text as HTML, a line break for each line."""
    return escape(text).replace("\n", "<br>")


def _other_classes(found: re.Match[str]) -> str:
    names = (hashlib.sha256(one.encode()).hexdigest()[:7] for one in found.group(1).split())
    return 'class="{}"'.format(" ".join(f"x{name}" for name in names))
