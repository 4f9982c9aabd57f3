"""A page that was read by an older reader is read again: "unchanged" would hide what the new one can see."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col

from service import sites
from service.models import Installation, Listing

NOTHING_KNOWN = {"etag": None, "last_modified": None, "body_sha256": None, "records_sha256": None}


@cache
def readers_sha256() -> str:
    """The hash, in hex, of everything in ``service/sites``: equal where pages are read in the same way."""
    folder = Path(str(sites.__file__)).parent
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def look_anew_where_readers_changed(session: Session) -> bool:
    """Forget what would answer "unchanged", once for each change of the readers; answers whether it did."""
    installation = session.get(Installation, 1, with_for_update=True)
    if installation is None or installation.readers_sha256 == readers_sha256():
        return False
    installation.readers_sha256 = readers_sha256()
    session.execute(update(Listing).where(col(Listing.last_look_at).is_not(None)).values(NOTHING_KNOWN))
    return True
