"""A mailbox's worth of mails that wait to be read. A script: the installation is the environment's."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BRANCHES = 20
USUAL = 20_000  # bytes


def main() -> None:
    from service.db import Database
    from service.models import Branch, Inbound, Listing, SourceAccount
    from service.schema import migrate
    from service.settings import read_settings

    now = datetime.now(UTC)
    database = Database(read_settings().database_address)
    migrate(database)
    with database.transaction() as session:
        account = SourceAccount(kind="hook", external_id="bench", title="Bench", added_at=now - timedelta(9))
        session.add(account)
        for number in range(BRANCHES):
            branch = Branch(code=f"b{number}", name=f"Branch {number}")
            session.add(branch)
            session.flush()
            row = {"site": "google_maps", "key": f"{number}", "url": "https://www.google.com/maps"}
            session.add(Listing(branch_id=branch.id, active=False, added_at=now - timedelta(9), **row))
        session.flush()
        for number, raw in enumerate(mails(int(sys.argv[1]), now)):
            session.add(Inbound(dedupe_key=str(number), account_id=account.id, received_at=now, raw=raw))
            session.flush()
            session.expunge_all()
    database.close()


def mails(count: int, now: datetime) -> Iterator[bytes]:
    """Google's mails for one new review each, most of them of a usual size."""
    from service.sources.mailbox import LARGEST
    from tests.site_mails import google

    for number in range(count):
        raw = google(
            f"Guest{number} Example",
            1 + number % 5,
            f"Visit number {number}: the soup was warm and the room was not. " * 8,
            f"Branch {number % BRANCHES}",
            at=now - timedelta(minutes=number % 600),
        )
        size = LARGEST if number % 50 == 0 else USUAL
        yield raw + b"\n" + (b"a picture, as letters and figures, as mails carry them\n" * (size // 55))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
