"""Watch many listings, spread over page servers. A script: the installation is the environment's."""

import sys
from datetime import UTC, datetime
from pathlib import Path


def main() -> None:
    count, pages = int(sys.argv[1]), sys.argv[2:]
    from service.db import Database
    from service.schema import migrate
    from service.settings import read_settings
    from service.watch.listings import BranchFacts, add, recognised

    database = Database(read_settings().database_address)
    migrate(database)
    with database.transaction() as session:
        for number in range(count):
            site, address = recognised(f"{pages[number % len(pages)]}/{number}")
            add(session, site, address, BranchFacts(f"Branch {number}"), datetime.now(UTC))
    database.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
