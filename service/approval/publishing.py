"""The feed of this installation: signed anew when something changes, and often enough to stay fresh.

A follower stops using sensitive words an hour after the last statement it could believe, so a statement is
issued at least every quarter of an hour, even where nothing changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from service import audit
from service.approval import feed
from service.approval.feed import Envelope, FeedStatement, ListedPack, ListedRecall, SignedList, SignedWords
from service.approval.keys import fingerprint
from service.approval.receipts import own_recalls
from service.approval.rosters import FEED, People
from service.approval.versions import approved_packs
from service.errors import ApprovalRefused
from service.models import FeedIssue, PackVersion, Recall, Roster, Signature, SigningKey, Subscriber
from service.replies.approved import ApprovedPack
from service.secrets import Vault

ISSUED_AT_LEAST_EVERY = timedelta(minutes=15)


def new_feed_key(session: Session, vault: Vault, brand: str, now: datetime) -> SigningKey:
    """The key that the machine holds, sealed under the installation's secret; the root lists it next."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    name = fingerprint(public)
    sealed = vault.encrypt(private.private_bytes_raw().hex(), place=_place(name))
    key = SigningKey(
        fingerprint=name,
        person=f"{brand} (feed)",
        role=FEED,
        public=public,
        private_enc=sealed,
        created_at=now,
    )
    session.add(key)
    session.flush()
    return key


def publish(session: Session, vault: Vault, now: datetime) -> int:
    """Issue what is due, a statement for each scope that somebody follows; answers how many."""
    key, approvers = _feed_key(session), _approvers(session)
    if key is None or approvers is None:
        return 0
    issued = 0
    for scope in _scopes(session):
        newest = newest_issue(session, scope)
        statement = _statement(session, approvers, scope, newest.serial if newest else 0, now)
        if newest and not _is_due(newest, statement, now):
            continue
        session.add(_issue(vault, key, scope, statement))
        issued += 1
    session.flush()
    return issued


def is_followed(session: Session) -> bool:
    """Whether anybody may read our feed."""
    return followers(session) > 0


def followers(session: Session) -> int:
    """How many may read our feed."""
    return len(session.exec(select(Subscriber.id).where(col(Subscriber.revoked_at).is_(None))).all())


def newest_issue(session: Session, scope: Sequence[str]) -> FeedIssue | None:
    """The statement in force for a scope."""
    issues = select(FeedIssue).where(col(FeedIssue.scope) == " ".join(scope))
    return session.exec(issues.order_by(col(FeedIssue.serial).desc()).limit(1)).first()


def envelope_of(session: Session, issue: FeedIssue) -> bytes:
    """The issue as it travels."""
    key = _feed_key(session)
    if key is None:
        raise ApprovalRefused("This installation has no key for a feed. Make one: `shopbell keys root`.")
    return (
        Envelope(body=issue.body, key=key.fingerprint, signature=issue.signature).model_dump_json().encode()
    )


def own_version(session: Session, digest: bytes) -> PackVersion | None:
    """The version of these bytes, where it is ours to give away."""
    ours = select(PackVersion).where(col(PackVersion.sha256) == digest, col(PackVersion.feed_id).is_(None))
    return session.exec(ours).one_or_none()


def _feed_key(session: Session) -> SigningKey | None:
    keys = select(SigningKey).where(
        col(SigningKey.role) == FEED,
        col(SigningKey.private_enc).is_not(None),
        col(SigningKey.revoked_at).is_(None),
    )
    return session.exec(keys.order_by(col(SigningKey.created_at).desc())).first()


def _approvers(session: Session) -> Roster | None:
    own = (
        select(Roster)
        .join(SigningKey, col(SigningKey.fingerprint) == col(Roster.root))
        .where(col(SigningKey.private_enc).is_not(None), col(SigningKey.revoked_at).is_(None))
    )
    return session.exec(own.order_by(col(Roster.serial).desc())).first()


def _scopes(session: Session) -> list[tuple[str, ...]]:
    following = session.exec(select(Subscriber).where(col(Subscriber.revoked_at).is_(None))).all()
    return sorted({tuple(one.branches) for one in following})


def _statement(
    session: Session, approvers: Roster, scope: tuple[str, ...], serial: int, now: datetime
) -> FeedStatement:
    people = People.model_validate_json(approvers.body)
    return FeedStatement(
        format=1,
        brand=people.brand,
        scope=scope,
        serial=serial + 1,
        issued_at=now,
        valid_until=now + feed.VALID_FOR,
        approvers=SignedList(body=approvers.body, signature=approvers.signature),
        packs=tuple(_listed(session, one) for one in _for_scope(session, scope, now)),
        recalls=tuple(_recall(one) for one in own_recalls(session)),
        audit_head=str(audit.head(session)),
    )


def _for_scope(session: Session, scope: tuple[str, ...], now: datetime) -> list[ApprovedPack]:
    ours = set(session.exec(select(PackVersion.sha256).where(col(PackVersion.feed_id).is_(None))).all())
    return [
        one
        for one in approved_packs(session, now)
        if one.pack.sha256 in ours and _speaks_for(one.pack.scope.branch, scope)
    ]


def _speaks_for(branches: Sequence[str], scope: tuple[str, ...]) -> bool:
    return not branches or not scope or bool(set(branches) & set(scope))


def _listed(session: Session, one: ApprovedPack) -> ListedPack:
    by_key = {approval.key: approval.statement for approval in one.approvals}
    signed = session.exec(
        select(Signature).where(col(Signature.subject_sha256) == one.pack.sha256).order_by(col(Signature.id))
    ).all()
    return ListedPack(
        pack=one.pack.name,
        serial=one.pack.serial,
        sha256=one.pack.sha256.hex(),
        signatures=tuple(
            SignedWords(key=each.key, statement=each.statement, signature=each.signature)
            for each in signed
            if by_key.get(each.key) == each.statement
        ),
    )


def _recall(one: Recall) -> ListedRecall:
    return ListedRecall(
        pack=one.pack,
        item=one.item,
        up_to_serial=one.up_to_serial,
        reason=one.reason,
        signed=SignedWords(key=one.key, statement=one.statement, signature=one.signature),
    )


def _is_due(newest: FeedIssue, statement: FeedStatement, now: datetime) -> bool:
    if newest.content_sha256 != feed.content_sha256(statement):
        return True
    return now - newest.issued_at >= ISSUED_AT_LEAST_EVERY


def _issue(vault: Vault, key: SigningKey, scope: tuple[str, ...], statement: FeedStatement) -> FeedIssue:
    body = statement.model_dump_json().encode()
    return FeedIssue(
        scope=" ".join(scope),
        serial=statement.serial,
        body=body,
        signature=_signed(vault, key, feed.signed_words(body)),
        content_sha256=feed.content_sha256(statement),
        issued_at=statement.issued_at,
        valid_until=statement.valid_until,
    )


def _signed(vault: Vault, key: SigningKey, words: str) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    opened = vault.decrypt(key.private_enc or b"", place=_place(key.fingerprint))
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(opened)).sign(words.encode())


def _place(key: str) -> str:
    return f"signing_key:{key}"
