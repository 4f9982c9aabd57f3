"""Finding the key a person signs with."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.approval.keys import LONGEST_NAME
from service.errors import ApprovalRefused
from service.models import SigningKey
from service.replies.approved import APPROVING_ROLES


def key_of(session: Session, person: str) -> SigningKey:
    """The newest key of that name that can sign here. Raises ``ApprovalRefused``."""
    keys = select(SigningKey).where(
        col(SigningKey.person) == " ".join(person.split()),
        col(SigningKey.role).in_(sorted(APPROVING_ROLES)),
        col(SigningKey.revoked_at).is_(None),
        col(SigningKey.private_enc).is_not(None),
    )
    found = session.exec(keys.order_by(col(SigningKey.created_at).desc())).first()
    if found is None:
        raise ApprovalRefused(
            f"{person} has no key that signs here: `shopbell keys list`. Nothing was signed."
        )
    return found


def name_to_keep(person: str) -> str:
    """A person's name, as it is kept with what she did. Raises ``ApprovalRefused``."""
    name = " ".join(person.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ApprovalRefused("Say who you are: it is kept with what you do. Nothing was changed.")
    return name
