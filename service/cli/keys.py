"""``shopbell keys``: who can sign here, the brand's root, and taking a key back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.cli.opened import now, opened
from service.errors import ApprovalRefused

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.models import SigningKey

PASSPHRASE = click.option(
    "--passphrase", prompt="Passphrase", hide_input=True, help="Opens the key; it is kept nowhere."
)


@click.group()
def keys() -> None:
    """The keys that people sign with. Each is sealed under its owner's own passphrase."""


@keys.command("list")
def list_keys() -> None:
    """Say whose keys are here, as what they sign, and whether what they sign counts."""
    from sqlmodel import col, select

    from service.approval.rosters import believed
    from service.models import SigningKey

    with opened() as shop, shop.database.reading() as session:
        counting = believed(session)
        rows = session.exec(select(SigningKey).order_by(col(SigningKey.created_at))).all()
        for key in rows:
            counts = counting.counts(key.fingerprint, key.certified_by, key.role, now())
            click.echo(f"{key.fingerprint[:16]}  {key.role:<9} {key.person}  ({_state(key, counts)})")
    if not rows:
        click.echo("Nobody has a key yet. `shopbell packs approve general-en` makes yours.")


@keys.command("new")
@click.option("--person", prompt="Your name", help="Who answers for what it signs.")
@click.option("--legal", is_flag=True, help="For somebody of legal, rather than an approver.")
@click.option("--passphrase", prompt="A passphrase of ten characters or more", hide_input=True)
def new(person: str, legal: bool, passphrase: str) -> None:
    """Make a key of your own."""
    from service.approval.keys import new_key

    with opened() as shop, shop.database.transaction() as session:
        key = new_key(person, "legal" if legal else "approver", passphrase, now())
        session.add(key)
    click.echo(f"{key.person} can sign, with key {key.fingerprint[:16]}. Remember the passphrase.")
    click.echo("Where a brand keeps a root key, it counts after `shopbell keys sign-list`.")


@keys.command("root")
@click.option("--brand", prompt="The brand's name")
@click.option("--passphrase", prompt="A passphrase for the root key", hide_input=True)
def root(brand: str, passphrase: str) -> None:
    """Make the brand's root key: from then on only those it lists may approve, here and at every follower."""
    from service.approval.keys import new_key, unlock
    from service.approval.publishing import new_feed_key
    from service.approval.rosters import believed, issue
    from service.secrets import Vault

    with opened() as shop, shop.database.transaction() as session:
        if believed(session).own_root:
            raise ApprovalRefused("This installation has a root key already. Nothing was changed.")
        key = new_key(brand, "root", passphrase, now())
        session.add(key)
        session.flush()
        new_feed_key(session, Vault(shop.secret), brand, now())
        people = issue(session, unlock(key, passphrase), brand, now())
    click.echo(
        f"The root key of {brand} is {key.fingerprint[:16]}; list {people.serial} of its approvers is signed."
    )
    click.echo("Write its passphrase down and lock it away: it is needed for every change of the list.")


@keys.command("sign-list")
@PASSPHRASE
def sign_list(passphrase: str) -> None:
    """Sign the list of approvers anew, with everybody whose key is here now. Needs the root's passphrase."""
    from service.approval.keys import unlock
    from service.approval.rosters import brand_of, issue

    with opened() as shop, shop.database.transaction() as session:
        key = _own_root(session)
        people = issue(session, unlock(key, passphrase), brand_of(session, key.fingerprint), now())
    click.echo(f"List {people.serial} is signed; followers have it within a minute or two.")


@keys.command("rotate")
@click.argument("fingerprint")
@PASSPHRASE
def rotate(fingerprint: str, passphrase: str) -> None:
    """Replace a key of yours by a fresh one. What the old one signed stands; it signs no more."""
    from service.approval.keys import rotate as renew

    with opened() as shop, shop.database.transaction() as session:
        fresh = renew(session, _named(session, fingerprint), passphrase, now())
    click.echo(f"{fresh.person} signs with key {fresh.fingerprint[:16]} from now on, passphrase unchanged.")


@keys.command("revoke")
@click.argument("fingerprint")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(fingerprint: str, yes: bool) -> None:
    """Stop believing a key that was lost or stolen: nothing it ever signed counts any more."""
    from service.approval.versions import revoke_key

    with opened() as shop, shop.database.transaction() as session:
        key = _named(session, fingerprint)
        if not yes:
            click.confirm(f"Stop believing everything that {key.person} signed with it?", abort=True)
        revoke_key(session, key.fingerprint, now())
    click.echo(f"The key of {key.person} counts no more. `shopbell packs list` says what needs a signature.")


def _state(key: SigningKey, counts: bool) -> str:
    if key.revoked_at:
        return f"revoked on {key.revoked_at:%Y-%m-%d}"
    if key.role == "root":
        return "signs the list of approvers" if key.private_enc else "the root of a brand that is followed"
    if not counts:
        return "counts only once the root has listed it"
    return "counts" if key.private_enc else "counts for what it signed; its private half is not here"


def _named(session: Session, fingerprint: str) -> SigningKey:
    from sqlmodel import col, select

    from service.models import SigningKey

    begins = col(SigningKey.fingerprint).startswith(fingerprint.lower(), autoescape=True)
    found = session.exec(select(SigningKey).where(begins)).all() if fingerprint else []
    if len(found) != 1:
        raise ApprovalRefused(
            f"{len(found)} keys begin with {fingerprint!r}: `shopbell keys list`. Nothing was changed."
        )
    return found[0]


def _own_root(session: Session) -> SigningKey:
    from service.approval.rosters import believed
    from service.models import SigningKey

    own = believed(session).own_root
    if own is None:
        raise ApprovalRefused("This installation keeps no root key: `shopbell keys root` makes one.")
    return session.get_one(SigningKey, own)


COMMANDS = (keys,)
