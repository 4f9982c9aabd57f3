"""``shopbell packs`` between installations: inviting, following, and recalling words."""

from __future__ import annotations

import click

from service.cli.opened import now, opened
from service.cli.packs import packs
from service.errors import ApprovalRefused


@packs.command("recall")
@click.argument("name")
@click.option("--item", default="*", help="One item of it; left out, the whole pack.")
@click.option("--reason", prompt="Why", help="Whoever was sent the words reads it.")
@click.option("--person", prompt="Your name", help="Whose key signs the recall.")
@click.option("--passphrase", prompt="Your signing passphrase", hide_input=True)
def recall_words(name: str, item: str, reason: str, person: str, passphrase: str) -> None:
    """Withdraw the pack NAME, or one item of it, in every version there is; everybody who has it is told.

    \b
    Example:
      shopbell packs recall restaurant-en --item wait-apology --reason "It promises a table."
    """
    from service.approval.keys import unlock
    from service.approval.publishing import followers
    from service.approval.recalls import recall
    from service.approval.signers import key_of
    from service.approval.versions import newest_version, require_item

    with opened() as shop, shop.database.transaction() as session:
        version = newest_version(session, name)
        require_item(version, item)
        key = unlock(key_of(session, person), passphrase)
        recall(session, version, item, reason, key, now())
        hear = followers(session) if version.feed_id is None else 0
    what = f"{name}, whole" if item == "*" else f"{item} of {name}"
    click.echo(f"Recalled: {what}, up to version {version.serial}. Nothing suggests it from now on.")
    if hear:
        who = "1 follower hears" if hear == 1 else f"{hear} followers hear"
        click.echo(f"{who} it within five minutes; who has confirmed it: `shopbell packs followers`.")
    click.echo("Where it stands in public: `shopbell packs put-right`.")


@packs.command("invite")
@click.argument("title")
@click.option("--branch", "branches", multiple=True, help="A branch's code; several times for several.")
def invite_follower(title: str, branches: tuple[str, ...]) -> None:
    """Admit a franchise to this brand's packs; prints one line for it to paste. It holds a secret.

    \b
    Example:
      shopbell packs invite "Leeds franchise" --branch leeds
    """
    from service.approval.invitations import Invitation, invite, written_invitation
    from service.approval.rosters import believed, brand_of
    from service.models import SigningKey

    with opened() as shop, shop.database.transaction() as session:
        own = believed(session).own_root
        if own is None:
            raise ApprovalRefused("A feed needs the brand's root key first: `shopbell keys root`.")
        token = invite(session, title, branches, now())
        root = session.get_one(SigningKey, own).public
        url, brand = shop.settings.public_url, brand_of(session, own)
    click.echo(written_invitation(Invitation(url, brand, root, token)))
    if shop.settings.url is None:
        click.echo("SHOPBELL_URL is not set, so this address opens on this machine alone.", err=True)


@packs.command("trust")
@click.argument("invitation")
@click.option("--yes", is_flag=True, help="Do not ask.")
def trust(invitation: str, yes: bool) -> None:
    """Follow a brand's packs: paste the one line it gave you, in quotes."""
    from service.approval.following import follow
    from service.approval.invitations import read_invitation
    from service.approval.keys import fingerprint
    from service.secrets import Vault

    read = read_invitation(invitation)
    root = fingerprint(read.root_public)
    click.echo(f"{read.brand} at {read.url}, root key {root[:16]}.")
    if not yes:
        click.confirm("Suggest what this brand approves, and stop when it recalls?", abort=True)
    with opened() as shop, shop.database.transaction() as session:
        follow(session, Vault(shop.secret), read, now())
    click.echo("Followed. Its packs are here within a minute while `shopbell serve` runs.")


@packs.command("feeds")
def feeds() -> None:
    """Say which brands are followed, how fresh their last word is, and what was left out of it."""
    from sqlmodel import col, select

    from service.models import PackFeed

    with opened() as shop, shop.database.reading() as session:
        rows = session.exec(select(PackFeed).order_by(col(PackFeed.id))).all()
        for feed in rows:
            heard = f"last word {feed.issued_at:%Y-%m-%d %H:%M} UTC" if feed.issued_at else "not heard yet"
            said = f"; {feed.last_error}" if feed.last_error else ""
            click.echo(f"{feed.id}  {feed.brand} ({feed.url}): {heard}{said}")
    if not rows:
        click.echo("No brand is followed. `shopbell packs trust` takes the line a brand gives you.")


COMMANDS = ()
"""They are commands of ``packs``."""
