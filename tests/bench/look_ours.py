"""Look at every listing by each kind of look and print the mean CPU milliseconds of one. A script.

Everything is real but politeness: the client, robots.txt, reading, reconciling, SQLite on disk.
"""

import json
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path


def main() -> None:
    pages, listings = sys.argv[1], int(sys.argv[2])
    from service.db import Database
    from service.engine.parts import Parts
    from service.schema import migrate
    from service.settings import read_settings
    from service.watch.listings import BranchFacts, add, recognised

    def now() -> datetime:
        return datetime.now(UTC)

    def mode(name: str, number: int) -> None:
        urllib.request.urlopen(f"{pages}/set/{name}/{number}").read()

    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"SHOPBELL_DATA": folder, "SHOPBELL_BROWSER": "never"})
        database = Database(settings.database_address)
        migrate(database)
        ids = []
        with database.transaction() as session:
            for number in range(listings):
                site, address = recognised(f"{pages}/{number}")
                ids.append(add(session, site, address, BranchFacts(f"Branch {number}"), now()).listing_id)
        parts = Parts.of(settings, database, bytes(32), allow=("127.0.0.1",), host_gap=timedelta(0))

        def round_of_looks(expected: str) -> float:
            began = time.process_time()
            for listing_id in ids:
                look = parts.watch.check(listing_id, now(), now)
                assert look is not None
                assert look.outcome == expected, look
            return (time.process_time() - began) * 1000 / listings

        mode("etag", 0)
        round_of_looks("ok")
        measured = {"304": round_of_looks("unchanged")}
        mode("same", 0)
        round_of_looks("unchanged")
        measured["same"] = round_of_looks("unchanged")
        mode("same", 1)
        measured["new"] = round_of_looks("ok")
        parts.close()
        database.close()
    sys.stdout.write(json.dumps(measured))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
