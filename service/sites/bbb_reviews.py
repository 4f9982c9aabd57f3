"""BBB's reviews and complaints: from a page's state (2021 to 2026), else from its cards (2023 to 2026)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from service.domain import Item, Kind, Moment, Reply, Scale
from service.sites import dates, numbers, text
from service.sites.embedded import dicts, dig
from service.sites.page import Page

if TYPE_CHECKING:
    from bs4 import Tag

_STARS = Decimal(5)
_ID = re.compile(r"\d+(?:_\d+)*")
_SPOKEN = re.compile(r"(\d(?:\.\d+)?)\s*stars?\b", re.IGNORECASE)
_FROM = re.compile(r"^Review from\s+", re.IGNORECASE)
_TURN = re.compile(r"(Business|Customer) (?:Response|Answer)", re.IGNORECASE)
_LABEL = re.compile(r"(?:Initial Complaint|Complaint|Type|Status|Date)\b:?.{0,40}|[\d/]{8,10}", re.IGNORECASE)


def of_state(profile: object, address: str | None) -> tuple[Item, ...]:
    """The reviews in a profile's state; ``address`` is where they stand, for permalinks."""
    return tuple(_entry(entry, address) for entry in dicts(dig(profile, "customerReviews", "items")))


def of_cards(page: Page, address: str | None) -> tuple[Item, ...]:
    """The reviews on a page's cards."""
    return tuple(_review(card, address) for card in _found(page, "li.bpr-review, li:has(> .dtm-review)"))


def complaints(page: Page, address: str | None) -> tuple[Item, ...]:
    """The complaints on a page's cards."""
    return tuple(_complaint(card, address) for card in _found(page, "li[class*=bpr-complaint]"))


def _entry(entry: dict[str, object], address: str | None) -> Item:
    key = _known(entry.get("id"))
    more = entry.get("extendedText")
    words = [entry.get("text"), *(more if isinstance(more, list) else [])]
    whole = "\n".join(part for part in map(text.clean, words) if part) or None
    return Item(
        ids=(("bbb", key),) if key else (),
        rating=numbers.decimal(entry.get("reviewStarRating")),
        best=_STARS,
        author=text.line(entry.get("displayName")),
        text=whole,
        posted=_date(entry.get("date")),
        reply=_entry_reply(entry),
        permalink=_at(address, key),
    )


def _entry_reply(entry: dict[str, object]) -> Reply | None:
    for turn in ("businessResponse", "businessRebuttal"):
        if words := text.clean(entry.get(f"{turn}Text")):
            return Reply(words, at=_date(entry.get(f"{turn}Date")))
    return None


def _date(parts: object) -> Moment | None:
    """A day told in parts, as BBB shows it: month first, in Canada too."""
    month, day, year = (dig(parts, part) for part in ("month", "day", "year"))
    return dates.parse(f"{month}/{day}/{year}") if year else None


def _found(page: Page, selector: str) -> Iterator[Tag]:
    from bs4 import BeautifulSoup

    for node in page.tree.css(selector):
        card = BeautifulSoup(node.html or "", "lxml").select_one("li")
        if card is not None:
            yield card


def _review(card: Tag, address: str | None) -> Item:
    key = _known(card.get("id"))
    for turn in card.select("[class*=customer-response]"):
        turn.decompose()
    answer = card.select_one("[class*=business-response]")
    reply = _reply(answer.extract()) if answer else None
    title = card.find(["h3", "h4"])
    return Item(
        ids=(("bbb", key),) if key else (),
        rating=_stars(card),
        best=_STARS,
        author=_FROM.sub("", text.line(title.get_text(" ")) or "") or None if title else None,
        text=_longest(card),
        posted=_first_date(card),
        reply=reply,
        permalink=_at(address, key),
    )


def _stars(card: Tag) -> Decimal | None:
    for spoken in card.select("[data-area=rating], .visually-hidden"):
        if told := _SPOKEN.search(spoken.get_text(" ")):
            return Decimal(told[1])
    drawn = [svg for svg in card.select("svg[data-filled]") if svg["data-filled"] != "false"]
    return Decimal(len(drawn)) if drawn else None


def _longest(card: Tag) -> str | None:
    marked = card.select_one("[data-area=review], [data-area=text]")
    blocks = (
        [marked]
        if marked
        else [block for block in card.find_all("div") if not block.find(["div", "h3", "svg"])]
    )
    said = [words for block in blocks if (words := text.clean(block.decode_contents()))]
    return max((words for words in said if not _LABEL.fullmatch(words)), key=len, default=None)


def _first_date(card: Tag) -> Moment | None:
    for line in card.stripped_strings:
        if len(line) <= 40 and (moment := dates.parse(line)):
            return moment
    return None


def _reply(block: Tag) -> Reply | None:
    at = _first_date(block)
    body = block.select_one("[class*=response-body]") or block
    return Reply(words, at=at) if (words := text.clean(body.decode_contents())) else None


def _complaint(card: Tag, address: str | None) -> Item:
    key = _known(card.get("id"))
    kind = card.select_one("[class*=complaint-type] span")
    turns = list(_turns(card.select_one("[class*=complaint-body]") or card))
    answer = next(((at, words) for who, at, words in turns if who == "business" and words), None)
    return Item(
        ids=(("bbb.complaint", key),) if key else (),
        kind=Kind.COMPLAINT,
        scale=Scale.NONE,
        title=text.line(kind.get_text(" ")) if kind else None,
        text=turns[0][2] if turns else None,
        posted=_first_date(card),
        reply=Reply(answer[1], at=answer[0]) if answer else None,
        permalink=_at(address, key),
    )


def _turns(body: Tag) -> Iterator[tuple[str, Moment | None, str]]:
    """What a complaint's thread says, turn by turn: who, when, and the words without their labels."""
    who, at = "customer", None
    said: list[str] = []
    for line in (text.clean(body.decode_contents()) or "").splitlines():
        if turn := _TURN.match(line):
            yield who, at, "\n".join(said)
            who, at, said = turn[1].casefold(), None, []
        elif _LABEL.fullmatch(line):
            at = at or dates.parse(line)
        else:
            said.append(line)
    yield who, at, "\n".join(said)


def _known(key: object) -> str | None:
    """A real id: "1296_7039385_834877" (2026); in 2021 it was the place on the page, always 0."""
    return key if isinstance(key, str) and _ID.fullmatch(key) and len(key) > 4 else None


def _at(address: str | None, key: str | None) -> str | None:
    return f"{address}#{key}" if address and key else None
