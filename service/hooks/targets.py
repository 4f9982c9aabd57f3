"""Addresses that are told by machine: adding one, changing what it is told, letting it go.

An address may itself be a secret (many carry a token), so it is encrypted at rest and found again by its
hash; its host alone is shown. The secret that signs is shown once, by whoever made it, and never again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from service import audit
from service.errors import AnswerRefused, Refused, Unreachable, UnusableChannel
from service.hooks.kinds import HookKind
from service.hooks.signing import new_secret
from service.models import HookDelivery, HookTarget
from service.net.guard import Guard
from service.secrets import Vault
from service.sentences import say

BOTH_SIGN_FOR = timedelta(days=1)  # a receiver has that long to learn a new secret
LONGEST_TITLE = 80
KIND = "hook"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be told where. ``url`` is as it was typed."""

    url: str
    title: str
    kinds: tuple[HookKind, ...]
    with_words: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """How an address is reached: where, and which secrets sign, the newest first."""

    url: str
    secrets: tuple[str, ...]


def read_address(guard: Guard, url: str) -> tuple[str, str]:
    """The address in its one normal form, and its host. Raises ``UnusableChannel``.

    What is signed is not hidden: the words of customers go over https alone, but for hosts of the allow-list.
    """
    try:
        target = guard.read(url.strip())
        guard.check(target.url)
    except (Refused, Unreachable) as refused:
        raise UnusableChannel(
            say("Nothing can be sent there: %(evidence)s. Nothing was stored.", evidence=refused.evidence[0])
        ) from None
    if target.scheme != "https" and not _is_ours(guard, target.host, target.port):
        raise UnusableChannel(say("Give an address that begins with https://. Nothing was stored."))
    return target.url, str(target.host)


def add(
    session: Session, vault: Vault, address: tuple[str, str], wanted: Wanted, by: str, now: datetime
) -> tuple[HookTarget, str]:
    """Store an address that ``read_address`` read; answers it and its secret, which is shown this once.

    Raises ``AnswerRefused`` where it is stored already, or nothing was chosen.
    """
    _require_kinds(wanted.kinds)
    (url, host), secret = address, new_secret()
    url_hash = vault.target_hash(KIND, url)
    if session.scalars(select(HookTarget).where(col(HookTarget.url_hash) == url_hash)).first():
        raise AnswerRefused(
            say(
                "That address is told already, and its secret was shown then. Change what it is "
                "told, or make a new secret. Nothing was stored."
            )
        )
    target = HookTarget(
        title=" ".join(wanted.title.split())[:LONGEST_TITLE] or host,
        host=host,
        url_hash=url_hash,
        url_enc=vault.encrypt(url, place=_place(url_hash, "url")),
        kinds=list(wanted.kinds),
        with_words=wanted.with_words,
        secret_enc=vault.encrypt(secret, place=_place(url_hash, "secret")),
        added_by=by,
        added_at=now,
    )
    session.add(target)
    session.flush()
    _note(session, target, "added", by, now)
    return target, secret


def change(
    session: Session, number: int, kinds: Collection[HookKind], by: str, now: datetime, *, with_words: bool
) -> None:
    """From now on it is told of these. Raises ``AnswerRefused``."""
    target = held(session, number)
    _require_kinds(kinds)
    target.kinds, target.with_words = list(kinds), with_words
    _note(session, target, "changed", by, now)


def pause(session: Session, number: int, by: str, now: datetime) -> None:
    """Tell it nothing, until it is resumed. Raises ``AnswerRefused``."""
    target = held(session, number)
    if target.paused_at is None:
        target.paused_at, target.paused_why = now, None
        _note(session, target, "paused", by, now)


def resume(session: Session, number: int, by: str, now: datetime) -> None:
    """Tell it what happens from now on. Raises ``AnswerRefused``."""
    target = held(session, number)
    target.paused_at = target.paused_why = target.last_error = None
    target.failures = 0
    _note(session, target, "resumed", by, now)


def rotate(session: Session, vault: Vault, number: int, by: str, now: datetime) -> str:
    """A new secret, shown this once; the old one signs along for a day. Raises ``AnswerRefused``.

    Of three secrets the oldest signs no more.
    """
    target, secret = held(session, number), new_secret()
    target.old_secret_enc = _moved(vault, target)
    target.old_secret_until = now + BOTH_SIGN_FOR
    target.secret_enc = vault.encrypt(secret, place=_place(target.url_hash, "secret"))
    _note(session, target, "rotated", by, now)
    return secret


def remove(session: Session, number: int, by: str, now: datetime) -> None:
    """Forget it, its secret, and what it was told. Raises ``AnswerRefused``."""
    target = held(session, number)
    session.execute(delete(HookDelivery).where(col(HookDelivery.target_id) == number))
    session.delete(target)
    _note(session, target, "removed", by, now)


def way_to(vault: Vault, target: HookTarget, now: datetime) -> Way:
    """Where it is, and what signs just now. Raises ``WrongSecret``."""
    url = vault.decrypt(target.url_enc, place=_place(target.url_hash, "url"))
    secrets = [vault.decrypt(target.secret_enc, place=_place(target.url_hash, "secret"))]
    if target.old_secret_enc and target.old_secret_until and now < target.old_secret_until:
        secrets.append(vault.decrypt(target.old_secret_enc, place=_place(target.url_hash, "old secret")))
    return Way(url, tuple(secrets))


def held(session: Session, number: int) -> HookTarget:
    """The address of that number, ours until the transaction ends. Raises ``AnswerRefused``."""
    target = session.get(HookTarget, number, with_for_update=True)
    if target is None:
        raise AnswerRefused(say("That address is not told any more. Nothing was changed."))
    return target


def _moved(vault: Vault, target: HookTarget) -> bytes:
    now_old = vault.decrypt(target.secret_enc, place=_place(target.url_hash, "secret"))
    return vault.encrypt(now_old, place=_place(target.url_hash, "old secret"))


def _require_kinds(kinds: Collection[HookKind]) -> None:
    if not kinds:
        raise AnswerRefused(say("Choose at least one thing it is told of. Nothing was changed."))


def _is_ours(guard: Guard, host: object, port: int) -> bool:
    if isinstance(host, str):
        return guard.allow.has_name(host, port)
    return guard.allow.has_address(host, port)  # type: ignore[arg-type]


def _place(url_hash: bytes, what: str) -> str:
    return f"hook_target:{url_hash.hex()}:{what}"


def _note(session: Session, target: HookTarget, what: str, by: str, now: datetime) -> None:
    told = {"what": what, "person": by, "host": target.host}
    chosen = {"kinds": list(target.kinds), "words": target.with_words}
    audit.record(session, KIND, f"hook:{target.id}", told | chosen, now)
