"""What one line of copied text is: a date, a rating, a verdict, facts on the writer, a button, words. Pure.

Seen in text copied from the pages of Google Maps, Yelp, Facebook, Tripadvisor and Trustpilot (2026-11): stars
drawn as pictures are not copied with the words, so a card often has no rating to be found.
"""

# ruff: noqa: RUF001 (letters of other scripts are what this reads)

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain import Moment
from service.sites import dates, facebook_words, numbers
from service.sources.cells import Rated, Unclear, rated


class Sort(StrEnum):
    """What a line is."""

    DATE = "date"
    WRITTEN = "written"  # a date that says itself that it is when the review was written
    VISITED = "visited"  # when the customer was there: not when she wrote
    RATING = "rating"
    VERDICT = "verdict"
    ABOUT = "about"  # facts about the writer, always right after her name
    REPLY = "reply"  # the owner's answer follows
    OWNER = "owner"  # the owner's name and office follow, then the answer
    BUTTON = "button"
    NAME = "name"  # short enough to be a name; it may be words all the same
    WORDS = "words"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Line:
    """One line and what was read in it."""

    sort: Sort
    text: str
    date: Moment | None = None
    rated: Rated | None = None
    recommends: bool | None = None
    author: str | None = None


_BUTTON = re.compile(
    r"(?:like|share|more|less|helpful|useful|funny|cool|oh no|thanks|love this|report|reply|comment|flag|hide"
    r"|read (?:more|less)|see (?:more|less|original|translation)|show (?:more|less)|translated by google"
    r"|original|useful\s?\d*|helpful\s?\(?\d*\)?|funny\s?\d*|cool\s?\d*|new|verified|invited"
    r"|unprompted review|gefällt mir|teilen|mehr|weniger|melden|nützlich|hilfreich|antworten|kommentieren"
    r"|me gusta|compartir|más|denunciar|útil|responder|comentar|leer más"
    r"|j['’]aime|partager|plus|signaler|utile|répondre|commenter|lire la suite"
    r"|\d{1,6}|\d+ (?:photos?|check-?ins?|likes?|comments?|people found this.*)|all reactions:?|photos?"
    r"|this (?:review|response) is the subjective opinion of.*|date of experience:?|\W{1,3})",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:.{0,60}?)(?:local guide\b.*|\d[\d,.]*\s?(?:reviews?|contributions?|friends?|helpful votes?|photos?"
    r"|bewertungen|beiträge|rezensionen?|reseñas?|opiniones|contribuciones|avis|contributions?|fotos?)"
    r"(?:\s?[·•,]\s?.*)?)",
    re.IGNORECASE,
)
_TOWN = re.compile(r"[A-Z][\w .'’-]{1,40}, [A-Z]{2,3}")
_REPLY = re.compile(
    r"(?:response from(?: the)? (?:owner|business)|(?:owner|business|company) (?:response|reply)"
    r"|reply from\b|response from\b|.{1,80} responded to this review|responded\b"
    r"|antwort (?:vom|des) inhabers?|antwort von\b"
    r"|respuesta de(?:l propietario|l negocio)?\b"
    r"|réponse (?:du|de la|de l['’]|de)\s?(?:propriétaire|établissement)?)"
    r"(?P<rest>.{0,80})",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"business owner information|comment from .{1,40} of .{1,60}|.{0,20}business owner", re.IGNORECASE
)
_WRITTEN = re.compile(
    r"(?:written|reviewed|posted|published|escrita|publicad[ao]|écrit|publié|verfasst|veröffentlicht)"
    r"(?: on| le| el| am)?:?\s+(?P<date>.{4,40})",
    re.IGNORECASE,
)
_VISITED = re.compile(
    r"(?:date of (?:experience|visit|stay)|visited(?: on| in)?|fecha de la (?:experiencia|visita)"
    r"|date de (?:l['’]expérience|la visite)|datum der erfahrung|besucht(?: im)?)\b:?\s*(?P<date>.{4,40})",
    re.IGNORECASE,
)
_STARS = re.compile(
    r"(?P<drawn>[★⭐🌟☆✩✰]\ufe0f?(?:\s?[★⭐🌟☆✩✰]\ufe0f?){0,9})"
    r"|(?:rated |rating:? )?(?P<out_of>\d(?:[.,]\d)?\s?"
    r"(?:/\s?(?:5|10)(?![\d/.])|(?:out )?of (?:5|10)\b|von (?:5|10)\b|sur (?:5|10)\b|de (?:5|10)\b))"
    r"(?:\s?(?:stars?|bubbles?|sternen?|étoiles|estrellas))?"
    r"|(?:rated )?(?P<stars>[0-5](?:[.,]\d)?)[ -]?(?:stars?(?: rating)?|sterne?|étoiles?|estrellas?)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?P<author>.{1,80}?)\s+(?:is recommending|highly recommends?|recommends?|does(?:n['’]t| not) recommend"
    r"|empfiehlt|(?:no )?recomienda|ne recommande pas|recommande)\b",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\d[./-]\d{1,2}[./-]\d")
_EDGES = " ·•|,-–—"
_AFTER = re.compile(
    r"\s+(?:on google|auf google|en google|sur google|[·•].*)$|^(?:edited|bearbeitet|editado|modifié):?\s+",
    re.I,
)
_LONGEST_NAME, _LONGEST_DATE, _LONGEST_VERDICT = 50, 48, 160
_PROSE_END = (".", "!", "?", "…", ":", ";", ",")


def line(shown: str, now: datetime) -> Line:
    """What ``shown`` is; relative dates count from ``now``. Never raises."""
    words = " ".join(shown.split())
    if not words:
        return Line(Sort.BLANK, "")
    return _signed(words, now) or _marked(words, now) or Line(_length(words), words)


def _signed(words: str, now: datetime) -> Line | None:
    """Lines that say themselves what they are."""
    for pattern, sort in ((_WRITTEN, Sort.WRITTEN), (_VISITED, Sort.VISITED)):
        said = pattern.fullmatch(words)
        if said and (moment := _date(said["date"], now)):
            return Line(sort, words, date=moment)
    if _OWNER.fullmatch(words):
        return Line(Sort.OWNER, words)
    answer = _REPLY.match(words)
    if answer and len(words) < _LONGEST_VERDICT and not words.endswith(_PROSE_END):
        return Line(
            Sort.REPLY, words, date=_date(answer["rest"], now) or _date(" ".join(words.split()[-3:]), now)
        )
    return _verdict(words)


def _verdict(words: str) -> Line | None:
    said = _VERB.match(words)
    if not said or len(words) > _LONGEST_VERDICT:
        return None
    recommends = facebook_words.recommends(words[said.end("author") :])
    if recommends is None:
        return None
    return Line(Sort.VERDICT, words, recommends=recommends, author=said["author"].strip())


def _marked(words: str, now: datetime) -> Line | None:
    """Dates, ratings, both on one line; what is known of the writer; what can be pressed."""
    stars = _STARS.match(words)
    given = _rated(stars) if stars else None
    rest = words[stars.end() :].strip(_EDGES) if stars and given else words
    moment = _date(rest, now)
    if given and (not rest or moment):
        return Line(Sort.RATING, words, rated=given, date=moment)
    if moment:
        return Line(Sort.DATE, words, date=moment)
    if _BUTTON.fullmatch(words):
        return Line(Sort.BUTTON, words)
    if len(words) <= 80 and (_ABOUT.fullmatch(words) or _TOWN.fullmatch(words)):
        return Line(Sort.ABOUT, words)
    return None


def _rated(stars: re.Match[str]) -> Rated | None:
    try:
        if stars["drawn"]:
            return rated(stars["drawn"])
        value, best = numbers.rating(stars["out_of"] or stars["stars"])
    except Unclear:
        return None
    return None if value is None else Rated(value, best)


def _date(shown: str, now: datetime) -> Moment | None:
    """A line, or its part, that is a date and nothing else."""
    words = _AFTER.sub("", shown.strip(_EDGES)).strip(_EDGES)
    if not words or len(words) > _LONGEST_DATE or words.isdigit() or len(words.split()) > 7:
        return None
    moment = dates.parse(words, now=now)
    return moment if moment and moment.at and _mostly_date(words) else None


def _mostly_date(words: str) -> bool:
    """ "From 3/10/2026 it will be shut" holds a date; a date's own line has few words besides."""
    beside = len(re.findall(r"[^\W\d_]+", words))
    if beside > (1 if _FIGURES.search(words) else 5):
        return False
    if re.match(
        r"\d|[^\W\d_]{3,10}\.? \d|(?:an?|one|last|just|over)\s|hace\s|vor\s|il y a\s", words, re.IGNORECASE
    ):
        return not re.search(r"[!?]|\b(?:i|we|was|were|my|ich|wir|je|nous|yo)\b", words, re.IGNORECASE)
    return words.casefold() in (
        "yesterday",
        "today",
        "gestern",
        "heute",
        "ayer",
        "hoy",
        "hier",
        "aujourd'hui",
    ) or any(ord(c) > 0x2E80 for c in words)


def _length(words: str) -> Sort:
    short = len(words) <= _LONGEST_NAME and len(words.split()) <= 6
    sounds = any(c.isalpha() for c in words) and not (words.endswith(_PROSE_END) and not words.endswith("."))
    initial = not words.endswith(".") or re.search(
        r"\b\w\.$", words
    )  # "Elena R." is a name, "So good." is not
    return Sort.NAME if short and sounds and initial else Sort.WORDS
