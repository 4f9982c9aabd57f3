"""``shopbell packs receipts`` and ``followers``: whether a brand is told that its recalls are obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.cli.opened import Opened, now, opened
from service.cli.packs import packs
from service.errors import ApprovalRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlmodel import Session

    from service.approval.receipts import Confirmed, Counts
    from service.models import PackFeed, Recall, Subscriber

EXAMPLE = "shopbell/1 recall example 1 … * routine approver …"
"""Stands for a recall where the brand has made none yet."""

MEANING = """
The first line is the brand's address. The second names this follower and proves who sends it. The third is
all that is said: which recall, when it was taken, and how often its words had been used here, by how close
each use kept to them. No review, no reply, no branch and no person is in it.
"""


@packs.command("receipts")
@click.option("--agree", type=int, metavar="FEED", help="Send that brand receipts from now on.")
@click.option("--stop", type=int, metavar="FEED", help="Send that brand no more.")
@click.option("--person", default="", help="Your name; it is kept with the agreement.")
@click.option("--yes", is_flag=True, help="You have read the example; do not ask.")
def receipts_to_brands(agree: int | None, stop: int | None, person: str, yes: bool) -> None:
    """Say which brands are told that their recalls are obeyed here; or agree to it, after reading an example.

    A feed's number: `shopbell packs feeds`.

    \b
    Example:
      shopbell packs receipts --agree 1
    """
    with opened() as shop:
        if agree is not None:
            _agree(shop, agree, person, yes)
        elif stop is not None:
            _stop(shop, stop, person)
        else:
            _list(shop)


@packs.command("followers")
@click.option("--cut-off", type=int, help="The number of one that may read no more.")
def followers(cut_off: int | None) -> None:
    """Say who follows this brand's packs, when each was last here and which recalls it has confirmed; or cut
    one off.
    """
    from sqlmodel import col, select

    from service.approval.receipts import own_recalls
    from service.models import Subscriber

    with opened() as shop, shop.database.transaction() as session:
        recalls = own_recalls(session)
        for one in session.exec(select(Subscriber).order_by(col(Subscriber.id))).all():
            if one.id == cut_off:
                one.revoked_at = one.revoked_at or now()
            seen = f"last here {one.last_seen_at:%Y-%m-%d %H:%M} UTC" if one.last_seen_at else "never here"
            state = f"cut off on {one.revoked_at:%Y-%m-%d}" if one.revoked_at else seen
            branches = ", ".join(map(str, one.branches)) or "all branches"
            click.echo(f"{one.id}  {one.title} ({branches}): {state}")
            for line in _confirmed(session, one, recalls):
                click.echo(line)


def _confirmed(session: Session, follower: Subscriber, recalls: Sequence[Recall]) -> Iterator[str]:
    """A line for each recall it could have heard. Nobody has to send receipts: silence is not refusal."""
    from service.approval.receipts import confirmed_by, recall_sha256

    told = confirmed_by(session, follower)
    for made in recalls:
        said = told.get(recall_sha256(made.statement))
        if said is None and follower.revoked_at and follower.revoked_at < made.made_at:
            continue
        what = made.pack if made.item == "*" else f"{made.item} of {made.pack}"
        yield f"   recall of {what}, up to {made.up_to_serial}: {_taken(said)}"


def _taken(said: Confirmed | None) -> str:
    if said is None:
        return "not confirmed"
    return f"taken {said.taken_at:%Y-%m-%d %H:%M} UTC, {_counts(said.uses)}"


def _counts(uses: Counts) -> str:
    by_class = ((name.replace("_", " "), count) for name, count in uses.model_dump().items())
    told = ", ".join(f"{count} {name}" for name, count in by_class if count)
    return f"had been used: {told}" if told else "never used"


def _agree(shop: Opened, number: int, person: str, yes: bool) -> None:
    from service.approval.receipts import agree

    with shop.database.reading() as session:
        feed = _feed(session, number)
        example = _example(shop, session, feed)
    click.echo(
        f"For each recall of {feed.brand} that is obeyed here, this is sent to it, and nothing else:\n"
    )
    click.echo(example)
    click.echo(MEANING)
    if not yes:
        click.confirm(f"Send such receipts to {feed.brand} from now on?", abort=True)
    name = person or click.prompt("Your name")
    with shop.database.transaction() as session:
        agree(session, _feed(session, number), name, now())
    click.echo("Agreed. `shopbell packs receipts --stop` ends it.")


def _stop(shop: Opened, number: int, person: str) -> None:
    from service.approval.receipts import stop

    with shop.database.transaction() as session:
        feed = _feed(session, number)
        stop(session, feed, person or click.prompt("Your name"), now())
    click.echo(f"{feed.brand} is sent no more receipts.")


def _list(shop: Opened) -> None:
    from sqlmodel import col, select

    from service.approval.receipts import to_send
    from service.models import PackFeed

    with shop.database.reading() as session:
        rows = session.exec(select(PackFeed).order_by(col(PackFeed.id))).all()
        for feed in rows:
            state = "is sent no receipts"
            if feed.receipts_agreed_at:
                since = f"{feed.receipts_agreed_at:%Y-%m-%d}"
                state = f"is sent receipts, agreed by {feed.receipts_agreed_by} on {since}"
                state += f"; {owed} still to send" if (owed := len(to_send(session, feed))) else ""
            click.echo(f"{feed.id}  {feed.brand}: {state}")
    if not rows:
        click.echo("No brand is followed, so nobody is told anything.")


def _feed(session: Session, number: int) -> PackFeed:
    from service.models import PackFeed

    feed = session.get(PackFeed, number)
    if feed is None:
        raise ApprovalRefused(f"There is no feed {number}: `shopbell packs feeds`. Nothing was changed.")
    return feed


def _example(shop: Opened, session: Session, feed: PackFeed) -> str:
    """Word for word what would be sent: of the brand's last recall, or of one that stands for it."""
    from sqlmodel import col, select

    from service.approval.following import token_of
    from service.approval.receipts import HEADER, receipt_for, seal
    from service.models import Recall
    from service.outcomes.postings import uses_by_class
    from service.secrets import Vault
    from service.sources.packfeed import RECEIPTS_PATH

    newest = select(Recall).where(col(Recall.feed_id) == feed.id).order_by(col(Recall.id).desc()).limit(1)
    made = session.exec(newest).first()
    uses = uses_by_class(session, made.pack, made.item, made.up_to_serial) if made else {"verbatim": 3}
    written = receipt_for(made.statement if made else EXAMPLE, made.taken_at if made else now(), uses)
    sealed = seal(token_of(Vault(shop.secret), feed), written)
    address = f"{feed.url.rstrip('/')}{RECEIPTS_PATH}"
    return f"POST {address}\n{HEADER}: {sealed}\n{written.decode()}"


COMMANDS = ()
"""They are commands of ``packs``."""
