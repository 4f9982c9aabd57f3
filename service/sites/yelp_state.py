"""Yelp's reviews in the state its pages carry for their scripts: the review feed, and the GraphQL cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from service.domain import Item, Moment, Reply
from service.sites import dates, numbers, text
from service.sites.embedded import dicts, dig, in_scripts, under
from service.sites.page import Page

_STARS = Decimal(5)

Entry = dict[str, object]
Day = Callable[[str], Moment | None]


def of_state(page: Page, address: str | None, day: Day) -> tuple[Item, ...]:
    """The reviews in the page's state, where that says more than markup does: ids, replies, times.

    ``address`` is the listing's, for permalinks; ``day`` reads a date as this country writes it.
    """
    if "localizedDate" in page.text and (items := of_feed(page, address, day)):
        return items
    return of_cache(page, address) if "localDateTimeForBusiness" in page.text else ()


def of_feed(page: Page, address: str | None, day: Day) -> tuple[Item, ...]:
    """The review feed among a page's properties (2019 to 2022)."""
    for state in in_scripts(page.text, "data-hypernova-key"):
        for feed in under(state, "reviewFeedQueryProps"):
            if items := tuple(_entry(entry, address, day) for entry in dicts(dig(feed, "reviews"))):
                return items
    return ()


def of_cache(page: Page, address: str | None) -> tuple[Item, ...]:
    """The reviews in a page's GraphQL cache (2021 to 2026), where entities refer to one another by name."""
    for cache in in_scripts(page.text, "data-apollo-state"):
        if isinstance(cache, dict) and (items := tuple(_Cache(cache).items(address))):
            return items
    return ()


class _Cache:
    """A flat store of entities; a value may be ``{"__ref": name}`` or ``{"type": "id", "id": name}``."""

    def __init__(self, entities: Entry) -> None:
        self._entities = entities

    def items(self, address: str | None) -> Iterator[Item]:
        for node in self._longest_feed() or self._loose():
            yield self._item(node, address)

    def _longest_feed(self) -> list[Entry]:
        feeds = [self._nodes(feed) for entity in self._entities.values() for feed in self._feeds(entity)]
        return max(feeds, key=len, default=[])

    def _feeds(self, entity: object) -> Iterator[object]:
        if isinstance(entity, dict):
            yield from (self._of(value) for name, value in entity.items() if name.startswith("reviews"))

    def _nodes(self, feed: object) -> list[Entry]:
        edges = [self._of(edge) for edge in dicts(dig(feed, "edges"))]
        nodes = [self._of(dig(edge, "node")) for edge in edges]
        return [node for node in nodes if isinstance(node, dict) and node.get("rating") is not None]

    def _loose(self) -> list[Entry]:
        whole = [
            e
            for e in dicts(list(self._entities.values()))
            if e.get("__typename") == "Review" and e.get("text")
        ]
        past = {id(self._of(one)) for review in whole for one in dicts(review.get("previousReviews"))}
        return [review for review in whole if id(review) not in past]

    def _item(self, node: Entry, address: str | None) -> Item:
        key = text.line(node.get("encid"))
        return Item(
            ids=(("yelp", key),) if key else (),
            rating=numbers.decimal(node.get("rating")),
            best=_STARS,
            author=text.line(self._at(node, "author", "displayName")),
            text=self._words(node),
            language=text.line(self._at(node, "text", "language")),
            posted=self._moment(node),
            reply=self._reply(self._of(node.get("bizUserPublicReply"))),
            permalink=permalink(address, key),
        )

    def _reply(self, reply: object) -> Reply | None:
        words = self._words(reply)
        return Reply(words, at=self._moment(reply)) if words else None

    def _words(self, node: object) -> str | None:
        said = self._of(dig(node, "text"))
        return text.clean(dig(said, "full") if isinstance(said, dict) else said)

    def _moment(self, node: object) -> Moment | None:
        """The day at the business, as the page shows it; an old page has only the instant."""
        local = self._at(node, "createdAt", "localDateTimeForBusiness")
        if isinstance(local, str):
            return dates.parse(local[:10])
        instant = self._at(node, "createdAt", "utcDateTime") or dig(node, "timeCreatedTimestamp")
        return dates.parse(str(instant)) if instant else None

    def _at(self, node: object, *path: str) -> object:
        for key in path:
            node = self._of(dig(node, key))
        return node

    def _of(self, value: object) -> object:
        name = dig(value, "__ref") or (dig(value, "id") if dig(value, "type") == "id" else None)
        return self._entities.get(name) if isinstance(name, str) else value


def permalink(address: str | None, key: str | None) -> str | None:
    """Where one review stands, by its id."""
    return f"{address.split('?')[0]}?hrid={key}" if address and key else None


def _entry(entry: Entry, address: str | None, day: Day) -> Item:
    key = text.line(entry.get("id"))
    return Item(
        ids=(("yelp", key),) if key else (),
        rating=numbers.decimal(entry.get("rating")),
        best=_STARS,
        author=text.line(dig(entry, "user", "markupDisplayName") or dig(entry, "user", "displayName")),
        text=text.clean(dig(entry, "comment", "text")),
        language=text.line(dig(entry, "comment", "language")),
        posted=_localized(entry, day),
        reply=next((_entry_reply(reply, day) for reply in dicts(entry.get("businessOwnerReplies"))), None),
        permalink=permalink(address, key),
    )


def _entry_reply(reply: Entry, day: Day) -> Reply | None:
    said = reply.get("comment")
    words = text.clean(dig(said, "text") if isinstance(said, dict) else said)
    return Reply(words, at=_localized(reply, day)) if words else None


def _localized(entry: Entry, day: Day) -> Moment | None:
    shown = entry.get("localizedDate")
    return day(shown) if isinstance(shown, str) else None
