"""What a person's own browser shows of a page, card by card, as a reading. Pure: it opens nothing.

A browser sends what stands on the page and nothing else, and a page may say anything: so links are kept only
to the site itself, without what they ask; ids only under the site's own names; and a reply that was seen on
the owner's own pages says so, because it proves nothing in public.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from service.domain import (
    OWN_VIEW,
    PARTIAL,
    Item,
    Kind,
    Look,
    Moment,
    Observation,
    Outcome,
    Precision,
    Reply,
    Route,
    Scale,
)
from service.errors import UnwatchableAddress
from service.sentences import say
from service.sites.base import ListingAddress, Site
from service.sites.registry import host_of, site_for

MOST_STARS, MOST_POINTS = 5, 10


@dataclass(frozen=True, slots=True)
class ShownReply:
    """An owner's reply as it stands on the page."""

    text: str
    text_complete: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One review as it stands on a page. ``card`` is the page's own name for it: it is only given back."""

    card: str
    ids: tuple[tuple[str, str], ...] = ()
    author: str | None = None
    rating: float | None = None
    recommends: bool | None = None
    date_shown: str | None = None
    text: str | None = None
    text_complete: bool = False
    reply: ShownReply | None = None
    permalink: str | None = None


def item_of(shown: Shown, site: Site, url: str, seen_at: datetime, *, in_public: bool) -> Item:
    """The card as a reading; ``url`` is its page's, ``in_public`` says that everybody may open that page."""
    rating = _rating(shown.rating)
    told = {"rating": rating, "best": _best(rating), "scale": _scale(rating, shown.recommends)}
    return Item(
        **told,  # type: ignore[arg-type]
        ids=own_ids(shown.ids, site),
        kind=Kind.REVIEW if shown.recommends is None else Kind.RECOMMENDATION,
        recommends=shown.recommends,
        author=_line(shown.author),
        text=_words(shown.text),
        text_complete=shown.text_complete,
        posted=_posted(shown.date_shown, site, url, seen_at),
        reply=_reply(shown.reply, in_public=in_public),
        permalink=own_link(shown.permalink, site),
    )


def is_of_a_review(item: Item) -> bool:
    """Whether a card shows what makes a review: words, stars or a verdict, and a name or an id."""
    says = item.text is not None or item.rating is not None or item.recommends is not None
    return says and (item.author is not None or item.ids != ())


def look_of(site: Site, key: str | None, items: Sequence[Item], seen_at: datetime) -> Look:
    """What was shown of one listing: a part of its reviews, as it stands now."""
    observation = Observation(
        site=site.name,
        route=Route.CAPTURE,
        observed_at=seen_at,
        coverage=PARTIAL,
        listing_key=key,
        items=tuple(dict.fromkeys(items)),
    )
    return Look(Outcome.OK, (say("%(n)s reviews sent from a person's browser", n=len(items)),), observation)


def own_ids(ids: Iterable[tuple[str, str]], site: Site) -> tuple[tuple[str, str], ...]:
    """Those that bear one of the site's own names: "google.maps", "yelp"."""
    names = {site.name, site.name.partition("_")[0]}
    own = (pair for pair in ids if pair[0] in names or pair[0].partition(".")[0] in names)
    return tuple(dict.fromkeys(pair for pair in own if pair[1].strip()))


def own_link(link: str | None, site: Site) -> str | None:
    """A link to the site itself, without what it asks; None for any other."""
    owner = site_for(link) if link else None
    if link is None or owner is None or owner.name != site.name:
        return None
    return urlsplit(link.strip())._replace(query="", fragment="").geturl()


def listing_at(url: str | None, site: Site) -> ListingAddress | None:
    """The listing whose public page an address is; None for the owner's own pages and all others."""
    if not url or not host_of(url):
        return None
    try:
        return site.listing(urlsplit(url.strip()))
    except UnwatchableAddress:
        return None


def _rating(given: float | None) -> Decimal | None:
    return Decimal(str(given)) if given is not None and 0 < given <= MOST_POINTS else None


def _best(rating: Decimal | None) -> Decimal | None:
    if rating is None:
        return None
    return Decimal(MOST_STARS if rating <= MOST_STARS else MOST_POINTS)


def _scale(rating: Decimal | None, recommends: bool | None) -> Scale:
    if rating is None and recommends is not None:
        return Scale.RECOMMEND
    return Scale.POINTS10 if rating is not None and rating > MOST_STARS else Scale.STARS5


def _posted(shown: str | None, site: Site, url: str, seen_at: datetime) -> Moment | None:
    line = _line(shown)
    if line is None:
        return None
    return site.day(line, host_of(url), seen_at) or Moment(line, None, Precision.NONE)


def _reply(shown: ShownReply | None, *, in_public: bool) -> Reply | None:
    text = _words(shown.text) if shown else None
    if shown is None or text is None:
        return None
    return Reply(text, shown.text_complete, None, None if in_public else OWN_VIEW)


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def _words(text: str | None) -> str | None:
    return text.strip() or None if text else None
