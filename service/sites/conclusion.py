"""What a site file found on a listing's page, as a reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.domain import Business, Item
from service.errors import PageChanged
from service.sentences import say
from service.sites.base import Reading
from service.sites.extent import reached
from service.sites.schemaorg import Facts


def filled(first: Facts, then: Facts) -> Facts:
    """``first``, with what it does not say taken from ``then``, field by field; its reviews stay its own."""
    one, two = first.business or Business(), then.business or Business()
    business = Business(one.name or two.name, one.address or two.address, one.phone or two.phone)
    return replace(
        first,
        business=business if business != Business() else None,
        rating=first.rating if first.rating is not None else then.rating,
        best=first.best if first.best is not None else then.best,
        site_total=first.site_total if first.site_total is not None else then.site_total,
    )


def concluded(
    site: str, key: str | None, facts: Facts, items: Sequence[Item], *, newest_first: bool = False
) -> Reading:
    """The reading of a listing's page that holds ``items``; ``newest_first`` as in ``extent.reached``.

    Raises PageChanged where none could be read although the site counts some.
    """
    if not items and facts.site_total:
        raise PageChanged(
            say("the site counts %(site_total)s reviews", site_total=f"{facts.site_total:,}"),
            say("0 could be read"),
        )
    return Reading(
        site=site,
        listing_key=key,
        business=facts.business,
        site_total=facts.site_total,
        rating=facts.rating,
        best=facts.best,
        items=tuple(items),
        coverage=reached(items, facts.site_total, newest_first=newest_first),
    )
