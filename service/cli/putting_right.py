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

    from service.models import Branch, Review
    from service.outcomes.put_right import Place, PublicReply


@packs.command("put-right")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def put_right(name: str | None, as_json: bool) -> None:
    """List every public reply that carries recalled words, of the pack NAME or of all.

    Exits with 1 while such words still stand somewhere. A look is the only proof that they are gone.
    """
    with opened() as shop, shop.database.reading() as session:
        found = [_told(place, instead) for place, instead in _found(session, name)]
    if as_json:
        import orjson

        click.echo(orjson.dumps({"places": found}, option=orjson.OPT_INDENT_2).decode())
    else:
        _print(found)
    sys.exit(exits.DONE if all(one["put_right"] for one in found) else exits.FAILED)


def _found(session: Session, name: str | None) -> Iterator[tuple[Place, str | None]]:
    from service.approval.recalls import recalled_items
    from service.outcomes.postings import used_by
    from service.outcomes.put_right import PublicReply, Words, places
    from service.watch.standing import replies_heard

    recalled = [Words(*one) for one in recalled_items(session, name)]
    if not recalled:
        return
    rows: dict[int, tuple[Review, Branch]] = {}

    def replies() -> Iterator[PublicReply]:
        for review, branch, one in replies_heard(session):
            rows[review.id or 0] = (review, branch)
            link = one.link or ""
            yield PublicReply(review.id or 0, branch, one.site, link, one.author, one.reply, one.is_now)

    for place in places(replies(), recalled, used_by(session)):
        review, branch = rows[place.reply.review]
        yield place, _instead(session, review, branch, place.reply.site)


def _instead(session: Session, review: Review, branch: Branch, site: str) -> str | None:
    from service.approval.given import words_for
    from service.approval.versions import approved_packs
    from service.domain import ReplyRules
    from service.replies.suggest import suggest
    from service.replies.triage import Triage
    from service.sites.registry import site_named

    if review.triage is None:
        return None
    known, judged = site_named(site), Triage.from_json(review.triage)
    rules = known.reply if known else ReplyRules()
    packs, words = approved_packs(session, now()), words_for(session, review, now())
    found = suggest(review, judged, branch, site, packs, rules=rules, now=now(), words=words)
    return found.best[0].text if found.best else None


def _told(place: Place, instead: str | None) -> dict[str, Any]:
    reply, words = place.reply, place.words
    return {
        "branch": reply.branch.name,
        "site": reply.site,
        "link": reply.link,
        "author": reply.author,
        "pack": words.pack.name,
        "item": words.item,
        "reason": words.reason,
        "class": place.reply_class.value,
        "person": place.person,
        "reply": reply.text,
        "put_right": place.is_put_right,
        "instead": instead,
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
