"""``/capture``: the reviews that stand on a page, sent by a person's press, kept as any other look."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.errors import DeviceRefused
from service.people import capturing as policy
from service.people import scope
from service.people.devices import Scope
from service.people.may import Act
from service.sites.registry import site_named
from service.sources.capture import Shown, ShownReply
from service.watch.capturing import Became, keep_page
from service.watch.keeping import keeper
from service.watch.whose_card import PageSent
from service.web.api.cards import LONGEST_URL, MOST_CARDS, MOST_IDS, Handle, IdPair, Rating, Url, plain
from service.web.api.endpoint import Call, Endpoint, Refusal
from service.web.api.shapes import Asked, Site, Told, line, words

LONGEST = 20_000  # characters of a review, or of a reply
MOST_BYTES = 4 * 1024 * 1024
HEARD = (Became.NEW, Became.MERGED, Became.UNCHANGED)

OFF = "Sending reviews from this site's pages is switched off here. Nothing was kept."
NO_SITE = "Reviews of that site are not read here. Nothing was kept."


class ReplyAsked(Asked):
    """An owner's reply as it stands on the page."""

    text: Annotated[str, words(LONGEST)]
    text_complete: bool


class CaptureCardAsked(Asked):
    """One review as it stands on the page, and nothing else of it."""

    card: Handle
    ids: Annotated[list[IdPair], Field(max_length=MOST_IDS)]
    author: Annotated[str, words(200)] | None
    rating: Rating | None
    recommends: bool | None
    date_shown: Annotated[str, words(120)] | None
    text: Annotated[str, words(LONGEST)] | None
    text_complete: bool
    reply: ReplyAsked | None
    permalink: Annotated[str, line(LONGEST_URL)] | None


class CaptureAsked(Asked):
    """A page of a site, and the reviews on it."""

    site: Site
    url: Url
    cards: Annotated[list[CaptureCardAsked], Field(max_length=MOST_CARDS)]


class ResultTold(Told):
    """What came of one card."""

    card: str
    result: Literal["new", "merged", "unchanged", "ask", "rejected"]
    why: str | None


class CaptureTold(Told):
    """One result for each card, in order; ``heard`` counts those that were kept or known."""

    results: list[ResultTold]
    heard: int


def capture(call: Call, asked: CaptureAsked) -> CaptureTold:
    """Keep the reviews that a person sees on a page and sends."""
    with call.database.reading() as session:
        off = policy.switched_off(session)
    if not policy.is_on(off, asked.site):
        raise DeviceRefused("capture_off", OFF)
    site = site_named(asked.site)
    if site is None:
        raise DeviceRefused("no_such_site", NO_SITE)
    page = PageSent(site, plain(asked.url), tuple(map(_shown, asked.cards)))
    hers = scope.branches(call.who.who, Act.ANSWER)
    with call.database.transaction() as session:
        results = keep_page(session, keeper(call.database), page, hers, call.now)
    told = [ResultTold(card=one.card, result=one.became.value, why=one.why) for one in results]
    return CaptureTold(results=told, heard=sum(one.became in HEARD for one in results))


def _shown(asked: CaptureCardAsked) -> Shown:
    reply = asked.reply
    return Shown(
        card=asked.card,
        ids=tuple(asked.ids),
        author=asked.author,
        rating=asked.rating,
        recommends=asked.recommends,
        date_shown=asked.date_shown,
        text=asked.text,
        text_complete=asked.text_complete,
        reply=ShownReply(reply.text, reply.text_complete) if reply else None,
        permalink=asked.permalink,
    )


ENDPOINTS = (
    Endpoint(
        "/capture",
        capture,
        CaptureAsked,
        CaptureTold,
        scope=Scope.CAPTURE,
        named=True,
        most=MOST_BYTES,
        refusals=(
            Refusal(403, "capture_off", "Switched off, for that site or for all."),
            Refusal(422, "no_such_site", "No site of that name is known."),
        ),
    ),
)
