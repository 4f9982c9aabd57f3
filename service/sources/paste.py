""" "Paste what you see": text copied from a page to cards that a person confirms. Pure.

Several reviews in one paste are told apart by the lines that only a card's head has: a date, stars, a
verdict, facts about the writer. What is not found is left empty for her to fill in; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.domain import Moment, Precision
from service.errors import FileUnreadable
from service.sentences import say
from service.sites.dates import Order
from service.sources.cells import Rated
from service.sources.columns import STARS, Field, Mapping
from service.sources.guess import order_of
from service.sources.paste_lines import Line, Sort, line
from service.sources.sheet import Row

LONGEST = 200_000  # characters of one paste
MOST_CARDS = 100

FIELDS = (
    Field.AUTHOR,
    Field.RATING,
    Field.RECOMMENDS,
    Field.DATE,
    Field.TITLE,
    Field.TEXT,
    Field.REPLY,
)
"""The cells of a confirmed card, in this order."""

MAPPING = Mapping(
    tuple((name, place) for place, name in enumerate(FIELDS)), header=0, best=STARS, order=Order.MONTH_FIRST
)
"""How a confirmed card is read: like a row of a table."""

_HEAD = (Sort.DATE, Sort.RATING)
_SILENT = (Sort.BLANK, Sort.BUTTON)
_WITH_TITLES = ("tripadvisor", "trustpilot")


@dataclass(slots=True)
class _Card:
    author: str = ""
    rating: str = ""
    recommends: str = ""
    date: str = ""
    title: str = ""
    text: list[Line] = field(default_factory=list)
    reply: list[Line] = field(default_factory=list)
    answering: bool = False
    introduced: bool = False  # the owner's name and office stand before his answer

    @property
    def said(self) -> list[Line]:
        """The words that were read last."""
        return self.reply if self.answering else self.text

    @property
    def says_something(self) -> bool:
        return bool(self.author or self.rating or self.recommends or self.text or self.reply)

    def row(self) -> Row:
        return (
            self.author,
            self.rating,
            self.recommends,
            self.date,
            self.title,
            _joined(self.text),
            _joined(self.reply),
        )


def found(text: str, now: datetime, site: str | None = None) -> list[Row]:
    """The cards in a paste, as ``FIELDS``; one card with all the words where none can be told apart.

    ``site`` is where it was copied, if that is known: some sites put a title above the words. Raises
    ``FileUnreadable`` where there is nothing in it, or more than a person could confirm.
    """
    if len(text) > LONGEST:
        raise FileUnreadable(
            say(
                "More than %(longest)s characters at once. Paste fewer reviews at a time.",
                longest=f"{LONGEST:,}",
            )
        )
    lines = [line(shown, now) for shown in text.replace("\0", "").splitlines()]
    if all(one.sort is Sort.BLANK for one in lines):
        raise FileUnreadable(
            say("Nothing was pasted yet. Copy the reviews on their page, then paste them here.")
        )
    cards = [card for card in _Reading(lines, site).cards() if card.says_something]
    if len(cards) > MOST_CARDS:
        raise FileUnreadable(
            say(
                "More than %(most_cards)s reviews at once. Paste fewer at a time, or bring a file.",
                most_cards=MOST_CARDS,
            )
        )
    return [card.row() for card in cards or [_Card(text=lines)]]


class _Reading:
    """Walks through the lines once; each either begins a card or belongs to the one at hand."""

    def __init__(self, lines: Sequence[Line], site: str | None) -> None:
        self._lines, self._titled = lines, site in _WITH_TITLES
        self._cards: list[_Card] = []
        self._loose: list[Line] = []  # what stands before the first card

    def cards(self) -> list[_Card]:
        for number, one in enumerate(self._lines):
            match one.sort:
                case Sort.ABOUT if self._names_a_writer(number):
                    self._begin(self._take_name())
                case Sort.VERDICT if self._heads(number):
                    self._begin(one.author or "", "yes" if one.recommends else "no")
                case Sort.DATE | Sort.RATING:
                    self._head(one, number)
                case Sort.WRITTEN if self._cards:
                    self._cards[-1].date = _day(one.date)
                case Sort.REPLY | Sort.OWNER if self._cards:
                    self._cards[-1].answering = True
                    self._cards[-1].introduced = one.sort is Sort.OWNER
                case Sort.VISITED | Sort.BUTTON | Sort.ABOUT:
                    pass
                case _:
                    self._say(one)
        if not self._cards and any(one.text for one in self._loose):
            self._cards.append(_Card(text=self._loose))
        return self._cards

    def _head(self, one: Line, number: int) -> None:
        """A date or stars: of the card at hand while it lacks them, else of the next, else mere words."""
        card = self._cards[-1] if self._cards else None
        if card and card.answering and not _joined(card.reply):
            card.introduced = False
            return
        if card is None or self._begins(card, one, number):
            card = self._begin(self._take_name())
        if (card.date or not one.date) and (card.rating or not one.rated):
            self._say(one)
            return
        card.date = card.date or _day(one.date)
        card.rating = card.rating or (_shown(one.rated) if one.rated else "")

    def _begins(self, card: _Card, one: Line, number: int) -> bool:
        """Whether ``one`` heads another card: after words, under a name, or where a date stands alone."""
        if not _joined(card.said):
            return False
        said = [one for one in card.said if one.text]
        named = len(said) > 1 and said[-1].sort is Sort.NAME
        complete = bool(card.date) if one.date else bool(card.rating)
        alone = bool(number) and self._lines[number - 1].sort is Sort.BLANK and one.date is not None
        return named or (complete and alone) or (card.answering and alone)

    def _begin(self, author: str = "", recommends: str = "") -> _Card:
        if not self._cards:
            self._loose.clear()
        self._cards.append(_Card(author=author, recommends=recommends))
        return self._cards[-1]

    def _say(self, one: Line) -> None:
        if not self._cards:
            self._loose.append(one)
            return
        card = self._cards[-1]
        if card.introduced:
            return
        if (
            self._titled
            and one.sort is Sort.NAME
            and not (card.title or card.answering or _joined(card.text))
        ):
            card.title = one.text
        else:
            card.said.append(one)

    def _take_name(self) -> str:
        """The line before a head, taken out of the words it was counted among; "" where it is no name."""
        said = self._cards[-1].said if self._cards else self._loose
        while said and said[-1].sort is Sort.BLANK:
            said.pop()
        return said.pop().text if said and said[-1].sort is Sort.NAME else ""

    def _names_a_writer(self, number: int) -> bool:
        """Whether the line before facts about a writer is her name."""
        return number > 0 and self._lines[number - 1].sort is Sort.NAME

    def _heads(self, number: int) -> bool:
        """Whether a verdict stands over a card: its date follows at once."""
        kept = [one for one in self._lines[number + 1 : number + 6] if one.sort not in _SILENT]
        return any(one.sort in _HEAD for one in kept[:2])


def _shown(rated: Rated) -> str:
    out_of = f"/{rated.best}" if rated.best and rated.best != STARS else ""
    return f"{rated.value}{out_of}"


def _day(moment: Moment | None) -> str:
    """A date as it goes into a field: the day itself, or the words that say no more than "a month ago"."""
    if moment is None or moment.at is None:
        return ""
    exact = moment.precision in (Precision.DAY, Precision.SECOND) and order_of([moment.shown])[1] is None
    return f"{moment.at:%Y-%m-%d}" if exact else moment.shown


def _joined(said: Sequence[Line]) -> str:
    """Words as they stood, with at most one empty line between them."""
    lines: list[str] = []
    for one in said:
        if one.text or (lines and lines[-1]):
            lines.append(one.text)
    return "\n".join(lines).strip()
