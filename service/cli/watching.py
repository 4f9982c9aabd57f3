"""``shopbell add``, ``look`` and ``status``: what is watched, and what is heard there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from service.cli import exits
from service.cli.opened import Opened, now, opened

if TYPE_CHECKING:
    from service.domain import Look
    from service.sites.base import Site
    from service.watch.listings import Added


@click.command()
@click.argument("url")
@click.option("--branch", required=True, help="The branch's name; it is made where it is new.")
@click.option("--brand", default="", help="The brand, where you have more than one.")
@click.option("--city", help="For replies that name it.")
@click.option("--time-zone", default="UTC", help="Such as Europe/Berlin: due times are told in it.")
@click.option("--language", default="en", help="The branch's own language: en, es, fr, de …")
@click.option("--vertical", default="general", help="general, restaurant, hotel, dental, medical …")
@click.option("--sign-off", help="How replies are signed: a name, or 'The team'.")
@click.option("--look/--no-look", "look_now", default=True, help="Look once, at once. On by default.")
def add(
    url: str,
    branch: str,
    brand: str,
    city: str | None,
    time_zone: str,
    language: str,
    vertical: str,
    sign_off: str | None,
    look_now: bool,
) -> None:
    """Watch a listing, and say what can be heard there today and how.

    \b
    Examples:
      shopbell add https://www.yelp.com/biz/north-bakery --branch "North"
      shopbell add https://www.trustpilot.com/review/north.example --branch North --time-zone Europe/London
    """
    from service import installation
    from service.watch import listings

    site, address = listings.recognised(url)
    _require_zone(time_zone)
    facts = listings.BranchFacts(branch, brand, city, time_zone, language, vertical, sign_off=sign_off)
    with opened() as shop:
        with shop.database.transaction() as session:
            if installation.start_clean(session):
                click.echo("The demo town is closed; its rows are gone.")
            added = listings.add(session, site, address, facts, now())
        click.echo(_told(added, branch))
        _tell_ways(site)
        if look_now and not added.known:
            _tell_look(_look_at(shop, added.listing_id))


@click.command()
@click.argument("url")
def look(url: str) -> None:
    """Look once at a watched listing, now, and keep what is heard. Politeness towards the site holds.

    \b
    Example:
      shopbell look https://www.yelp.com/biz/north-bakery
    """
    from sqlalchemy import select
    from sqlmodel import col

    from service.errors import UnwatchableAddress
    from service.models import Listing
    from service.watch import listings

    _site, address = listings.recognised(url)
    with opened() as shop:
        with shop.database.reading() as session:
            listing_id = session.execute(
                select(col(Listing.id)).where(
                    col(Listing.site) == address.site, col(Listing.key) == address.key
                )
            ).scalar_one_or_none()
        if listing_id is None:
            raise UnwatchableAddress(
                f'{address.url} is not watched. Add it: shopbell add {address.url} --branch "…"'
            )
        came = _look_at(shop, listing_id)
    _tell_look(came)
    sys.exit(exits.FAILED if came is None else exits.of(came.outcome))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Say for each listing what is heard, since when, and what to do where nothing is.

    Exits with 1 where something cannot be heard or a message could not be delivered.
    """
    from service.cli import statement

    with opened() as shop, shop.database.reading() as session:
        told = statement.statement(session, now())
    click.echo(statement.as_json(told) if as_json else statement.as_text(told))
    sys.exit(exits.DONE if told.all_is_well else exits.FAILED)


def _require_zone(name: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter(f"{name!r} is no time zone such as Europe/Berlin") from None


def _told(added: Added, branch: str) -> str:
    state = "is already watched" if added.known else "is watched from now on"
    return f"{added.site.title}: {added.address.url} {state}, for {branch}."


def _tell_ways(site: Site) -> None:
    click.echo("What can be heard there, best first:")
    for way in site.ways:
        needs = f" Still missing: {way.needs}" if way.needs else ""
        minutes = f" ({way.minutes} minutes)" if way.minutes else ""
        click.echo(f"  · by {way.route.value}{minutes}: {way.note}.{needs}")


def _look_at(shop: Opened, listing_id: int) -> Look | None:
    from service.engine.parts import Parts

    click.echo("Looking …", err=True)
    parts = Parts.of(shop.settings, shop.database, shop.secret)
    try:
        return parts.watch.check(listing_id, now(), now)
    finally:
        parts.close()


def _tell_look(came: Look | None) -> None:
    if came is None:
        click.echo("This listing is not watched.")
        return
    click.echo(f"Outcome: {came.outcome.value}" + "".join(f"; {phrase}" for phrase in came.evidence))
    if came.observation:
        heard = came.observation
        of_total = f" of {heard.site_total}" if heard.site_total is not None else ""
        click.echo(f"Heard {len(heard.items)}{of_total} reviews (coverage: {heard.coverage}).")


COMMANDS = (add, look, status)
