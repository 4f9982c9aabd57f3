"""What a person says of a branch, as a form or a row of a table carries it: read whole, or told its faults.

Every field is a text, whoever sends it; each problem stands under the name of its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from service.replies.pack import VERTICALS
from service.sentences import say
from service.sources.cells import Unclear
from service.sources.column_words import folded
from service.watch import opening
from service.watch.listings import BranchFacts, code_of

LINES = {
    "name": 120,
    "brand": 120,
    "region": 120,
    "city": 120,
    "contact": 200,
    "sign_off": 120,
}
"""Fields of one line, and how many characters each may have."""

LONGEST = 4000  # characters of a field of many lines
MOST_NAMES = 300
MOST_PRAISE = 1000
HOURS = tuple(f"hours-{day}" for day in range(len(opening.DAYS)))
OUR_ATTRIBUTES = ("staff", "answers")  # with fields of their own; not in the list of the others

TITLES = {
    "general": say("Any shop"),
    "restaurant": say("Restaurant, café, bakery"),
    "hotel": say("Hotel, inn, guest house"),
    "retail": say("Shop, retail"),
    "salon": say("Salon"),
    "gym": say("Gym, studio"),
    "car_service": say("Garage, car service"),
    "home_services": say("Home services"),
    "dental": say("Dental practice"),
    "medical": say("Medical practice"),
    "health": say("Other health care"),
    "bank": say("Bank branch"),
}
"""The trades we know, as people call them; each is a vertical of ``replies/pack.py``."""

Said = Mapping[str, str]
Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """The facts, None where anything cannot be read; and every problem by its field."""

    facts: BranchFacts | None
    problems: Problems


def read(said: Said, kept: Mapping[str, Any] | None = None) -> Read:
    """What a form says of a branch; ``kept`` are the attributes that it has already."""
    reading = _Reading(said)
    name = reading.line("name")
    if not code_of(name):
        reading.problems.setdefault("name", say("Say what the branch is called."))
    hours = reading.week()
    facts = BranchFacts(
        name=name,
        brand=reading.line("brand"),
        region=reading.line("region"),
        city=reading.line("city") or None,
        tz=reading.taken("tz", zone_named, "UTC"),
        language=(language := reading.taken("language", language_of, "en")),
        vertical=reading.taken("vertical", vertical_of, "general"),
        phone=reading.taken("phone", phone, "") or None,
        contact=reading.line("contact") or None,
        sign_off=reading.line("sign_off") or None,
        hours=hours or tuple(reading.taken("hours", lambda text: opening.read_hours(text, language), [])),
        holidays=tuple(reading.taken("holidays", opening.read_holidays, [])),
        attributes=reading.attributes(kept or {}),
    )
    return Read(None if reading.problems else facts, reading.problems)


def shown(facts: BranchFacts) -> dict[str, str]:
    """The texts that ``read`` reads back as these facts."""
    own = facts.attributes
    answers = _table(own.get("answers"))
    said = {
        "name": facts.name,
        "brand": facts.brand,
        "region": facts.region,
        "city": facts.city or "",
        "tz": facts.tz,
        "language": facts.language,
        "vertical": facts.vertical,
        "phone": facts.phone or "",
        "contact": facts.contact or "",
        "sign_off": facts.sign_off or "",
        "holidays": "\n".join(facts.holidays),
        "staff": "\n".join(name for name in _listed(own.get("staff")) if isinstance(name, str)),
        "attributes": "\n".join(f"{name}: {value}" for name, value in own.items() if _is_plain(name, value)),
        "praise_a_day": str(answers.get("praise_a_day", "")),
        "good_ratings": "1" if answers.get("good_ratings") is True else "",
    }
    return said | {field: opening.shown_day(facts.hours, day) for day, field in enumerate(HOURS)}


def zone_named(text: str) -> str:
    """The time zone so called, whatever its capitals. Raises ``Unclear``."""
    found = _zones().get(text.casefold().replace(" ", "_"))
    if found is None:
        raise Unclear(
            say("“%(text)s” is no time zone such as Europe/Berlin: choose one of the list.", text=text[:60])
        )
    return found


def zones() -> list[str]:
    """Every time zone by its name, places before abbreviations."""
    return sorted(_zones().values(), key=lambda name: ("/" not in name, name))


def language_of(text: str) -> str:
    """The code of a language told by its code or its name: "de", "German", "Deutsch". Raises ``Unclear``."""
    plain = text.replace("_", "-")
    code, _, rest = plain.partition("-")
    known = _languages()
    if code.casefold() in known.values() and (not rest or rest.isalnum()):
        return f"{code.casefold()}-{rest.upper() if len(rest) == 2 else rest}" if rest else code.casefold()
    found = known.get(folded(text))
    if found is None:
        raise Unclear(say("“%(text)s” is no language we know: write it as en, es, fr, de …", text=text[:60]))
    return found


def vertical_of(text: str) -> str:
    """The trade so called. Raises ``Unclear``."""
    plain = folded(text).replace(" ", "_")
    by_title = {folded(title): name for name, title in TITLES.items()}
    found = plain if plain in VERTICALS else by_title.get(folded(text))
    if found is None:
        raise Unclear(
            say("“%(text)s” is no trade we know: %(titles)s.", text=text[:60], titles=", ".join(TITLES))
        )
    return found


def phone(text: str) -> str:
    """A telephone number as it stands. Raises ``Unclear``."""
    figures = sum(char.isdigit() for char in text)
    if (
        figures < 3
        or figures > 20
        or len(text) > 40
        or any(char.isalpha() for char in text if char not in "ext")
    ):
        raise Unclear(say("“%(text)s” is no telephone number.", text=text[:40]))
    return text


class _Reading:
    """One pass over the fields, which collects what is wrong."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self.problems: Problems = {}

    def line(self, field: str) -> str:
        text = " ".join(_printable(self._said.get(field, "")).split())
        if len(text) > LINES.get(field, 200):
            self.problems[field] = say("Longer than %(field)s characters.", field=LINES.get(field, 200))
        return text

    def taken(self, field: str, reader: Any, empty: Any) -> Any:
        """What ``reader`` makes of the field; ``empty`` where nothing stands there, or nothing readable."""
        text = self._said.get(field, "").strip()
        if not text:
            return empty
        try:
            return reader(_printable(text))
        except Unclear as unclear:
            self.problems[field] = str(unclear)
            return empty

    def week(self) -> tuple[dict[str, Any], ...]:
        blocks, problems = opening.read_week([_printable(self._said.get(field, "")) for field in HOURS])
        self.problems |= {HOURS[day]: problem for day, problem in problems.items()}
        return tuple(blocks)

    def attributes(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """What has no field of its own in the form stays as it is."""
        own = {name: value for name, value in kept.items() if not _is_plain(name, value)}
        own.pop("staff", None)
        return own | self._others() | self._staff() | self._answers(kept.get("answers"))

    def _others(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self._lines("attributes"):
            name, colon, value = (part.strip() for part in line.partition(":"))
            if not colon or not name or not value or name in OUR_ATTRIBUTES:
                self.problems["attributes"] = say(
                    "“%(line)s”: write each line as name: value.", line=line[:60]
                )
            else:
                found[name] = value
        return found

    def _staff(self) -> dict[str, list[str]]:
        names = list(dict.fromkeys(part for line in self._lines("staff") for part in _commas(line)))
        if len(names) > MOST_NAMES:
            self.problems["staff"] = say("More than %(most_names)s names.", most_names=MOST_NAMES)
        return {"staff": names} if names else {}

    def _answers(self, kept: Any) -> dict[str, dict[str, Any]]:
        """What the branch decides of its own; nothing where it leaves all to the table."""
        own = dict(_table(kept))
        text = self._said.get("praise_a_day", "").strip()
        own.pop("praise_a_day", None)
        own.pop("good_ratings", None)
        if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= MOST_PRAISE:
            own["praise_a_day"] = int(text)
        elif text:
            self.problems["praise_a_day"] = say(
                "A whole number from 0 to %(most_praise)s, or nothing.", most_praise=MOST_PRAISE
            )
        if self._said.get("good_ratings"):
            own["good_ratings"] = True
        return {"answers": own} if own else {}

    def _lines(self, field: str) -> list[str]:
        text = self._said.get(field, "")
        if len(text) > LONGEST:
            self.problems[field] = say("Longer than %(longest)s characters.", longest=f"{LONGEST:,}")
            return []
        return [line for line in (" ".join(_printable(each).split()) for each in text.splitlines()) if line]


def _commas(line: str) -> list[str]:
    return [part for part in (each.strip() for each in line.split(",")) if part]


def _is_plain(name: str, value: Any) -> bool:
    """Whether an attribute stands in the list of the others."""
    return name not in OUR_ATTRIBUTES and isinstance(value, str)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _printable(text: str) -> str:
    """Without what cannot be seen, and so could not be found again; line ends stay."""
    return "".join(char if char.isprintable() or char in "\n\r" else " " for char in text)


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if name not in ("localtime", "Factory")}


@cache
def _languages() -> dict[str, str]:
    """Codes by the names of languages: in English, and in each language of ours."""
    from babel import Locale

    found: dict[str, str] = {}
    for spoken in ("de", "fr", "es", "en"):
        names = Locale(spoken).languages
        found |= {folded(name): code for code, name in names.items() if "_" not in code}
    return found
