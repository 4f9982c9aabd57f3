"""``shopbell triage-notes``: what people said is wrong in judgements, for whoever writes the packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from service.cli.opened import opened

if TYPE_CHECKING:
    from service.outcomes.wrong import Verdict

ERASED = "(erased with the review's words)"


@click.command("triage-notes")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines, with the words of the reviews.")
def triage_notes(as_json: bool) -> None:
    """List what people said is wrong in a judgement, newest first.

    Nothing is learnt from it by itself: whoever writes packs and word lists decides.
    """
    import orjson

    from service.outcomes.wrong import verdicts

    with opened() as shop, shop.database.reading() as session:
        found = [_told(one) for one in verdicts(session)]
    if not found and not as_json:
        click.echo("Nobody has said that a judgement is wrong.")
    for one in found:
        click.echo(orjson.dumps(one).decode() if as_json else _line(one))


def _told(one: Verdict) -> dict[str, Any]:
    note, review = one.note, one.review
    return {
        "review": review.id,
        "field": note.field,
        "said": note.said,
        "should_be": note.should_be,
        "person": note.person,
        "at": note.at.isoformat(),
        "branch": one.branch,
        "site": one.site,
        "language": review.language,
        "rating": review.rating,
        "text": review.text,
    }


def _line(one: dict[str, Any]) -> str:
    judged = f"{one['said'] or ERASED} → {one['should_be'] or ERASED}"
    where = f"review {one['review']}, {one['branch'] or one['site']}"
    return f"{one['at'][:10]}  {where}: {one['field']} {judged} ({one['person']})"


COMMANDS = (triage_notes,)
