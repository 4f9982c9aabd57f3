"""``shopbell packs put-right``: where recalled words stand in public, and what could stand there instead."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from service.cli import exits
from service.cli.opened import now, opened
from service.cli.packs import packs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from service.outcomes.standing_words import StandingWords


@packs.command("put-right")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def put_right(name: str | None, as_json: bool) -> None:
    """List every public reply that carries recalled words, of the pack NAME or of all.

    Exits with 1 while such words still stand somewhere. A look is the only proof that they are gone.
    """
    with opened() as shop, shop.database.reading() as session:
        found = [_told(one) for one in _found(session, name)]
    if as_json:
        import orjson

        click.echo(orjson.dumps({"places": found}, option=orjson.OPT_INDENT_2).decode())
    else:
        _print(found)
    sys.exit(exits.DONE if all(one["put_right"] for one in found) else exits.FAILED)


def _found(session: Session, name: str | None) -> Iterator[StandingWords]:
    from service.outcomes.standing_words import standing_words
    from service.watch.standing import replies_heard

    return standing_words(session, replies_heard(session), now(), name)


def _told(one: StandingWords) -> dict[str, Any]:
    place, reply, words = one.place, one.place.reply, one.place.words
    return {
        "branch": reply.branch.name,
        "site": reply.site,
        "link": reply.link,
        "author": reply.author,
        "pack": place.pack,
        "item": place.item,
        "reason": words.reason,
        "class": place.reply_class.value,
        "person": place.person,
        "reply": reply.text,
        "put_right": place.is_put_right,
        "instead": one.instead,
    }


def _print(found: list[dict[str, Any]]) -> None:
    standing = [one for one in found if not one["put_right"]]
    click.echo(
        f"{len(standing)} public replies carry recalled words; {len(found) - len(standing)} were put right."
    )
    for one in standing:
        by = f", used by {one['person']}" if one["person"] else ""
        click.echo(f"\n{one['branch']} on {one['site']}: {one['link']}")
        click.echo(f"  {one['pack']}/{one['item']} ({one['class']}{by}): {one['reason']}")
        click.echo(f"  instead: {one['instead'] or 'nothing approved fits yet'}")


COMMANDS = ()
"""It is a command of ``packs``."""
