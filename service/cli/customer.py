"""``shopbell customer``: a person's words found, exported and erased (promise 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from service.cli.opened import now, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from service.models import Review


@click.command()
@click.argument("name")
@click.option(
    "--json", "as_json", is_flag=True, help="Print all that is kept of them, as JSON, to hand over."
)
@click.option("--erase", "erasing", is_flag=True, help="Empty their words everywhere; they do not come back.")
@click.option("--review", "only", type=int, multiple=True, help="Only the review of that number.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def customer(name: str, as_json: bool, erasing: bool, only: tuple[int, ...], yes: bool) -> None:
    """Find every review by a customer called NAME, as sites show it; capitals and spaces do not matter.

    What proves our own conduct stays: that there was a review, its stars, when it was heard and answered.

    \b
    Examples:
      shopbell customer "Marta K." --json > marta.json
      shopbell customer "Marta K." --erase
    """
    with opened() as shop:
        with shop.database.reading() as session:
            found = [one for one in _by(session, name) if not only or one.id in only]
            exported = [_whole(session, one) for one in found]
        if as_json:
            _print_json(exported)
        elif not found:
            click.echo(f"No review by {name!r} is kept here.")
        else:
            for one in exported:
                click.echo(_line(one))
        if not erasing or not found:
            return
        if not yes:
            click.confirm(f"Erase the words of these {len(found)} reviews?", abort=True, err=True)
        erased = sum(_erase(shop.database, one.id or 0) for one in found)
    click.echo(f"Erased: {erased}. No look, mail or file brings these words back.", err=True)


def _by(session: Session, name: str) -> list[Review]:
    from sqlmodel import col, select

    from service.models import Review
    from service.watch.folding import folded

    written = select(Review).where(col(Review.author).is_not(None)).order_by(col(Review.id))
    wanted = folded(name)
    return [
        one for one in session.exec(written.execution_options(yield_per=500)) if folded(one.author) == wanted
    ]


def _whole(session: Session, review: Review) -> dict[str, Any]:
    """All that is kept of one review: each thing that was heard of it, what we answered, and its case."""
    from sqlmodel import col, select

    from service.models import CaseEntry, CaseFile, Listing, Posting, ReviewVersion

    listing = session.get_one(Listing, review.listing_id)
    heard = (
        select(ReviewVersion).where(col(ReviewVersion.review_id) == review.id).order_by(col(ReviewVersion.n))
    )
    used = select(Posting).where(col(Posting.review_id) == review.id).order_by(col(Posting.id))
    offline = (
        select(CaseEntry)
        .join(CaseFile, col(CaseFile.id) == col(CaseEntry.case_file_id))
        .where(col(CaseFile.review_id) == review.id)
        .order_by(col(CaseEntry.id))
    )
    return {
        "review": review.id,
        "site": listing.site,
        "listing": listing.url,
        "first_seen_at": review.first_seen_at.isoformat(),
        "state": review.state,
        "author": review.author,
        "heard": [
            {"route": one.route, "seen_at": one.seen_at.isoformat(), "item": one.item}
            for one in session.exec(heard).all()
        ],
        "answered_with": [
            {"at": one.made_at.isoformat(), "text": one.text} for one in session.exec(used).all()
        ],
        "taken_offline": [
            {"at": one.at.isoformat(), "kind": one.kind, "text": one.text}
            for one in session.exec(offline).all()
        ],
    }


def _line(one: dict[str, Any]) -> str:
    text = next(
        (heard["item"].get("text") for heard in one["heard"] if heard["item"].get("text")), "no words"
    )
    opening = text if len(text) <= 70 else f"{text[:70]}…"
    return f"{one['review']}  {one['site']}  {one['author']}: {' '.join(opening.split())}"


def _print_json(exported: Sequence[dict[str, Any]]) -> None:
    import orjson

    click.echo(orjson.dumps({"reviews": list(exported)}, option=orjson.OPT_INDENT_2).decode())


def _erase(database: Any, review_id: int) -> bool:
    from service.watch.erase import erase

    with database.transaction() as session:
        return erase(session, review_id, now())


COMMANDS = (customer,)
