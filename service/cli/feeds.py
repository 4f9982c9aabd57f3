"""``shopbell feed``: what is listened to on the web, beside the review sites."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from service.cli import exits
from service.cli.opened import Opened, now, opened

if TYPE_CHECKING:
    from service.watch.feed_rows import Told, Wanted
    from service.watch.feeds import Begun


@click.group()
def feed() -> None:
    """Hear mentions by feeds: Google Alerts, blogs, forums (RSS, Atom, JSON Feed)."""


@feed.command("add")
@click.argument("url")
@click.option("--branch", help="The branch it is about; it is made where it is new.")
@click.option("--brand", is_flag=True, help="It is about the whole brand.")
@click.option("--words", default="", help="Keep only entries that name one of these, separated by commas.")
@click.option("--title", default="", help="What to call it; else as it calls itself.")
def add_feed(url: str, branch: str | None, brand: bool, words: str, title: str) -> None:
    """Listen to the feed at URL from now on; what stands there already is the past.

    URL may also be the page of a blog that names its feed. It is kept encrypted and never shown again. With -
    as URL it is read from the standard input, which leaves it in no history of commands.

    \b
    Examples:
      shopbell feed add https://www.google.com/alerts/feeds/… --branch "High Street"
      shopbell feed add https://blog.example/feed --brand --words "North Bakery, northbakery"
    """
    from service.watch.feed_rows import Wanted
    from service.watch.feeds import read_words
    from service.watch.listings import BranchFacts

    if brand == bool(branch):
        raise click.UsageError("Say what it is about: --branch NAME, or --brand for all branches.")
    address = sys.stdin.readline() if url == "-" else url
    whose = BranchFacts(branch) if branch else None
    with opened() as shop:
        begun = _begin(shop, Wanted(address, whose, title, read_words(words)))
    _tell(begun)
    if begun.listing_id is None and begun.look:
        sys.exit(exits.of(begun.look.outcome))


@feed.command("list")
def list_feeds() -> None:
    """Say what is listened to, and how it is heard. Addresses are never shown again."""
    from service.watch.feed_rows import listed

    with opened() as shop, shop.database.reading() as session:
        told = [_line(one) for one in listed(session)]
    for line in told:
        click.echo(line)
    if not told:
        click.echo("No feed is listened to. Begin: shopbell feed add https://… --brand")


@feed.command("remove")
@click.argument("number", type=int)
def remove_feed(number: int) -> None:
    """Listen no longer to the feed of that NUMBER in the list; the mentions heard by it stay."""
    from service.errors import UnwatchableAddress
    from service.watch.feeds import remove

    with opened() as shop, shop.database.transaction() as session:
        title = remove(session, number)
    if title is None:
        raise UnwatchableAddress(f"No feed has the number {number}. See: shopbell feed list")
    click.echo(f"{title} is listened to no longer; its address is forgotten, its mentions stay.")


def _begin(shop: Opened, wanted: Wanted) -> Begun:
    from service import installation
    from service.engine.parts import Parts
    from service.net.allow import AllowList
    from service.net.guard import Guard
    from service.secrets import Vault
    from service.watch import feeds

    click.echo("Asking …", err=True)
    guard = Guard(AllowList.parse(shop.settings.allow_hosts))
    parts = Parts.of(shop.settings, shop.database, shop.secret)
    try:
        listening = feeds.Listening(shop.database, Vault(shop.secret), guard, parts.feed)
        begun = listening.begin(wanted, now(), now)
    finally:
        parts.close()
    if begun.listing_id is not None:
        with shop.database.transaction() as session:
            if installation.start_clean(session):
                click.echo("The demo town is closed; its rows are gone.")
    return begun


def _tell(begun: Begun) -> None:
    if begun.look is None:
        click.echo(f"{begun.title} is listened to already; what you said of it is taken.")
        return
    told = "; ".join(begun.look.evidence)
    if begun.listing_id is None:
        click.echo(f"Nothing was stored. Outcome: {begun.look.outcome.value}; {told}")
        return
    click.echo(f"{begun.title} ({told}) is listened to from now on. What stands there is the past.")


def _line(one: Told) -> str:
    from service.domain import Health

    source = one.source
    health = source.health if source else Health.NEVER.value
    why = f" ({'; '.join(map(str, source.evidence))})" if source and source.evidence else ""
    words = f", only with {' or '.join(one.words)}" if one.words else ""
    about = one.branch or "the brand"
    mentions = "1 mention" if one.mentions == 1 else f"{one.mentions} mentions"
    return (
        f"{one.listing.id}: {one.title}, about {about}{words}: {health}{why}, {mentions}; {one.listing.url}"
    )


COMMANDS = (feed,)
