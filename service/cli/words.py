"""``shopbell words``: asking the approvers for words for one review, and giving them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from service.cli.opened import now, opened
from service.errors import ApprovalRefused

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.approval.given import Given
    from service.models import AskedWords, Review
    from service.replies.repeats import Recent
    from service.replies.suggestion import Finding

NAME = click.option("--person", prompt="Your name", help="Who does this; it is kept.")
PASSPHRASE = click.option("--passphrase", prompt="Your signing passphrase", hide_input=True)


@click.group()
def words() -> None:
    """Words for one review that nothing approved fits: asked for, approved for it alone, for 48 hours."""


@words.command("ask")
@click.argument("review", type=int)
@click.option("--draft", default="", help="What you would say; - reads it from standard input.")
@NAME
def ask_for_words(review: int, draft: str, person: str) -> None:
    """Send the review of that number to the approvers, with your draft where you have one.

    \b
    Example:
      shopbell words ask 1204 --draft "Thank you, Ann. We have mended the door." --person "Dana"
    """
    from service.approval.asking import ask
    from service.models import Review

    with opened() as shop, shop.database.transaction() as session:
        about = session.get(Review, review)
        if about is None:
            raise ApprovalRefused(f"There is no review {review}. Nothing was asked.")
        asked = ask(session, about, _read(draft), person, now())
    click.echo(f"Asked, number {asked.id}. Those who approve are told.")


@words.command("list")
def list_asked() -> None:
    """Say of everything that was asked what became of it, the newest first."""
    from service.approval.asking import everything_asked
    from service.approval.given import given
    from service.models import Review

    with opened() as shop, shop.database.reading() as session:
        rows = everything_asked(session)
        for asked in rows:
            stands = given(session, asked, session.get_one(Review, asked.review_id), now())
            click.echo(_told(asked, stands))
    if not rows:
        click.echo("Nobody has asked for words yet. A review's number: the desk's address of it.")


@words.command("approve")
@click.argument("number", type=int)
@click.option(
    "--text", default="", help="The words; - reads them from standard input. Without it: the draft."
)
@click.option("--person", prompt="Your name", help="Whose key signs.")
@PASSPHRASE
@click.option("--yes", is_flag=True, help="You have read the review and the words; do not ask.")
def approve_words(number: int, text: str, person: str, passphrase: str, yes: bool) -> None:
    """Give words for what was asked under NUMBER and sign them with your own key, for that review alone."""
    from service.approval import giving
    from service.approval.asking import asked_words
    from service.approval.keys import unlock
    from service.approval.signers import key_of
    from service.models import Review

    with opened() as shop:
        with shop.database.reading() as session:
            asked = asked_words(session, number)
            review = session.get_one(Review, asked.review_id)
            said = _read(text) or asked.text or asked.draft or ""
            recent = _recent(session, review)
            findings = giving.findings_on(session, asked, said, recent)
        _show(review, said, findings)
        if not yes:
            click.confirm("Do you answer for every word of it?", abort=True)
        with shop.database.transaction() as session:
            asked = asked_words(session, number)
            key = unlock(key_of(session, person), passphrase)
            missing = giving.approve(session, asked, said, key, now(), recent)
    click.echo(
        f"Signed. Still needed: {missing}."
        if missing
        else "Signed. It is suggested for that review from now on, for 48 hours."
    )


@words.command("refuse")
@click.argument("number", type=int)
@click.option("--why", prompt="Why", help="Whoever asked reads it.")
@NAME
def refuse_words(number: int, why: str, person: str) -> None:
    """Give no words for what was asked under NUMBER, and say why."""
    from service.approval.asking import asked_words, refuse

    with opened() as shop, shop.database.transaction() as session:
        asked = asked_words(session, number)
        refuse(session, asked, person, why, now())
    click.echo(f"Refused. {asked.asked_by} is told why.")


@words.command("recall")
@click.argument("number", type=int)
@click.option("--reason", prompt="Why", help="Whoever was sent the words reads it.")
@click.option("--person", prompt="Your name", help="Whose key signs the recall.")
@PASSPHRASE
def recall_given(number: int, reason: str, person: str, passphrase: str) -> None:
    """Withdraw the words that were given under NUMBER; whoever was sent them is told."""
    from service.approval.asking import asked_words
    from service.approval.giving import recall_words
    from service.approval.keys import unlock
    from service.approval.signers import key_of
    from service.outcomes.postings import used_on

    with opened() as shop, shop.database.transaction() as session:
        asked = asked_words(session, number)
        key = unlock(key_of(session, person), passphrase)
        made = recall_words(session, asked, reason, key, now())
        users = used_on(session, asked.review_id, made.pack)
    click.echo("Recalled. Nothing suggests those words from now on.")
    for user, state in users:
        click.echo(f"{user} has used them ({state}): if they stand in public, change them on the site.")


@words.command("to-item")
@click.argument("number", type=int)
def to_item(number: int) -> None:
    """Print the words that were given under NUMBER as the beginning of an item for a pack, in TOML."""
    from service.approval.asking import asked_words
    from service.approval.given import branch_of
    from service.models import Review
    from service.replies.skeleton import item_skeleton
    from service.replies.triage import Triage

    with opened() as shop, shop.database.reading() as session:
        asked = asked_words(session, number)
        if asked.text is None:
            raise ApprovalRefused(f"Nobody has given words under number {number} yet, or they were erased.")
        review = session.get_one(Review, asked.review_id)
        judged = Triage.from_json(review.triage) if review.triage else None
        click.echo(item_skeleton(asked.text, review, judged, branch_of(session, review)))


def _read(given: str) -> str:
    return sys.stdin.read() if given == "-" else given


def _told(asked: AskedWords, stands: Given) -> str:
    until = f" until {stands.words.until:%Y-%m-%d %H:%M} UTC" if stands.words else ""
    why = f": {stands.why}" if stands.why else ""
    return (
        f"{asked.id}  review {asked.review_id}, asked by {asked.asked_by} on "
        f"{asked.asked_at:%Y-%m-%d %H:%M} UTC ({stands.risk}): {stands.state}{until}{why}"
    )


def _show(review: Review, said: str, findings: tuple[Finding, ...]) -> None:
    from service.alerts.neutral import lines

    stars = f"{review.rating:g} of {review.best or 5:g}, " if review.rating is not None else ""
    click.echo(f"Review {review.id}, {stars}{lines(review.author or 'nameless')}:")
    click.echo(lines("\n".join(filter(None, (review.title, review.text))) or "(no words)"))
    click.echo(f"\nThe words:\n{lines(said)}\n")
    for one in findings:
        click.echo(f"{one.level}: {one.rule}: it {one.why}. {one.mend} ({one.source})")


def _recent(session: Session, review: Review) -> tuple[Recent, ...]:
    from service.alerts.recent import recent_replies
    from service.approval.given import branch_of
    from service.models import Listing

    listing = session.get_one(Listing, review.listing_id)
    return recent_replies(session, review, listing, branch_of(session, review), now())


COMMANDS = (words,)
