"""Databases lent to one test after another: emptied where only rows changed, thrown away where more did.

A copy of the template is some four hundred files, ten times the work of deleting what a test wrote.
"""

from __future__ import annotations

from collections.abc import Callable

from service.db import Database
from tests.provision.postgres import Server

# Below ten pages, a table that was never analysed is planned for as if it had ten: as in a new database.
PREPARED = """
CREATE SCHEMA lent;
CREATE TABLE lent.altered ();
CREATE FUNCTION lent.on_command() RETURNS event_trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO lent.altered DEFAULT VALUES; END $$;
CREATE FUNCTION lent.on_version() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO lent.altered DEFAULT VALUES; RETURN NULL; END $$;
CREATE VIEW lent.tables AS SELECT oid, pg_relation_size(oid) AS bytes FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version';
CREATE FUNCTION lent.is_used() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    FOR _try IN 1..40 LOOP  -- who hangs up is gone a moment later
        PERFORM pg_stat_clear_snapshot();
        IF NOT EXISTS (SELECT FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid()) THEN
            RETURN false;
        END IF;
        PERFORM pg_sleep(0.005);
    END LOOP;
    RETURN true;
END $$;
CREATE FUNCTION lent.emptied() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE filled regclass;
BEGIN
    IF EXISTS (SELECT FROM lent.altered) OR lent.is_used() THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM lent.tables WHERE bytes >= 10 * current_setting('block_size')::int)
        OR EXISTS (SELECT FROM lent.tables JOIN pg_statistic ON starelid = oid) THEN
        RETURN false;
    END IF;
    SET LOCAL session_replication_role = replica;  -- no foreign key asks for an order
    FOR filled IN SELECT oid FROM lent.tables WHERE bytes > 0 LOOP
        EXECUTE 'DELETE FROM ' || filled::text;
    END LOOP;
    PERFORM setval(seqrelid::regclass, 1, false) FROM pg_sequence
        WHERE pg_sequence_last_value(seqrelid::regclass) IS NOT NULL;
    RETURN true;
END $$;
CREATE TRIGGER lent AFTER INSERT OR UPDATE OR DELETE ON alembic_version EXECUTE FUNCTION lent.on_version();
CREATE EVENT TRIGGER lent ON ddl_command_end EXECUTE FUNCTION lent.on_command();
"""


class Lending:
    """Lends databases that ``prepare`` made ready: empty, and their numbers begin at one."""

    def __init__(self, server: Server, prepare: Callable[[Database], object]) -> None:
        self._server, self._prepare = server, prepare
        self._empty: list[str] = []

    def lend(self) -> str:
        """The address of an empty database."""
        return self._empty.pop() if self._empty else self._server.fresh_database(self._made_ready)

    def take_back(self, address: str) -> None:
        """Empty it for the next, unless it was altered, analysed or filled, or somebody is still in it."""
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            row = connection.execute("SELECT lent.emptied()").fetchone()
        if row == (True,):
            self._empty.append(address)

    def _made_ready(self, database: Database) -> None:
        self._prepare(database)
        with database.engine.begin() as connection:
            connection.exec_driver_sql(PREPARED)
