"""Trustpilot reviews in each shape its pages have had: embedded state, or cards by their data attributes."""

from __future__ import annotations

from decimal import Decimal

from selectolax.lexbor import LexborNode

from service.domain import Item, Moment, Reply
from service.sites import dates, numbers, text
from service.sites.embedded import dicts, dig, in_scripts, parsed
from service.sites.page import Page

PERMALINK = "https://www.trustpilot.com/reviews/"
_STARS = Decimal(5)

# Articles of the list, 2022 to 2025; the carousel above it (2025) shows some twice, without this mark.
_CARDS = "article[data-service-review-card-paper]"
_CARDS_2021 = "article[data-reviewmid]"  # 2018 to 2021
_REPLY_DATE = "data-service-review-business-reply-date-time-ago"


def next_data(page: Page) -> dict[str, object]:
    """The page's properties as its scripts get them (2022 to 2026); empty where there are none."""
    for data in in_scripts(page.text, 'id="__NEXT_DATA__"'):
        properties = dig(data, "props", "pageProps")
        if isinstance(properties, dict):
            return properties
    return {}


def of_state(properties: dict[str, object]) -> tuple[Item, ...]:
    """The reviews in a page's properties."""
    return tuple(_entry(entry) for entry in dicts(properties.get("reviews")) if entry.get("id"))


def of_cards(page: Page) -> tuple[Item, ...]:
    """The reviews as the page shows them, whichever generation of cards it has."""
    if cards := page.tree.css(_CARDS):
        return tuple(map(_card, cards))
    if cards := page.tree.css(_CARDS_2021):
        return tuple(map(_card_2021, cards))
    bare = (card for card in page.tree.css("article") if card.css_first("time[datetime]"))
    return tuple(_card(card) for card in bare if _key(card))


def _entry(entry: dict[str, object]) -> Item:
    key = str(entry["id"])
    return Item(
        ids=(("trustpilot", key),),
        rating=numbers.decimal(entry.get("rating")),
        best=_STARS,
        author=text.line(dig(entry, "consumer", "displayName")),
        title=text.line(entry.get("title")),
        text=text.clean(entry.get("text")),
        language=text.line(entry.get("language")),
        posted=_moment(dig(entry, "dates", "publishedDate")),
        edited=_moment(dig(entry, "dates", "updatedDate")),
        reply=_reply(text.clean(dig(entry, "reply", "message")), dig(entry, "reply", "publishedDate")),
        permalink=PERMALINK + key,
    )


def _card(card: LexborNode) -> Item:
    key = _key(card)
    times = card.css("time[datetime]")
    own = next((time for time in times if _REPLY_DATE not in time.attributes), None)
    answered = next((time for time in times if _REPLY_DATE in time.attributes), None)
    return Item(
        ids=(("trustpilot", key),) if key else (),
        rating=_rating(card),
        best=_STARS,
        author=text.line_of(card.css_first("[data-consumer-name-typography]") or _writer(card)),
        title=text.line_of(card.css_first("[data-service-review-title-typography]") or card.css_first("h2")),
        text=text.of(card.css_first("[data-service-review-text-typography]")),
        posted=_moment(own.attributes.get("datetime")) if own else None,
        reply=_reply(
            text.of(card.css_first("[data-service-review-business-reply-text-typography]")),
            answered.attributes.get("datetime") if answered else None,
        ),
        permalink=PERMALINK + key if key else None,
    )


def _card_2021(card: LexborNode) -> Item:
    key = str(card.attributes.get("data-reviewmid") or "")
    info, when, replied = (
        _told(card, mark) for mark in ("review-info", "review-dates", "review-reply-dates")
    )
    return Item(
        ids=(("trustpilot", key),) if key else (),
        rating=numbers.decimal(dig(info, "stars")) or _rating(card),
        best=_STARS,
        author=text.line(dig(info, "consumerName")),
        title=text.line_of(card.css_first("h2")),
        text=text.clean(dig(info, "reviewBody")) or text.of(card.css_first("p.review-content__text")),
        posted=_moment(dig(when, "publishedDate")),
        edited=_moment(dig(when, "updatedDate")),
        reply=_reply(
            text.of(card.css_first("section.brand-company-reply .brand-company-reply__content")),
            dig(replied, "publishedDate"),
        ),
        permalink=PERMALINK + key if key else None,
    )


def _told(card: LexborNode, mark: str) -> object:
    script = card.css_first(f'script[data-initial-state="{mark}"]')
    return parsed(script.text()) if script else None


def _key(card: LexborNode) -> str | None:
    link = card.css_first("a[href*='/reviews/']")
    return (link.attributes.get("href") or "").rpartition("/reviews/")[2].split("?")[0] if link else None


def _writer(card: LexborNode) -> LexborNode | None:
    links = (link for link in card.css("a[href*='/users/']") if link.text(strip=True))
    link = next(links, None)
    return link.css_first("span") or link if link else None


def _rating(card: LexborNode) -> Decimal | None:
    if marked := card.css_first("[data-service-review-rating]"):
        return numbers.decimal(marked.attributes.get("data-service-review-rating"))
    drawn = card.css_first("img[src*='/stars-']")
    return numbers.decimal((drawn.attributes.get("src") or "").rpartition("/stars-")[2]) if drawn else None


def _moment(shown: object) -> Moment | None:
    return dates.parse(shown) if isinstance(shown, str) else None


def _reply(words: str | None, at: object) -> Reply | None:
    return Reply(words, at=_moment(at)) if words else None
