"""``shopbell serve``, ``web``, ``work``, ``migrate``, ``demo``: what keeps running, and what prepares it."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from service.cli.logs import speak
from service.cli.opened import Opened, now, opened
from service.errors import ShopbellError

if TYPE_CHECKING:
    from service.demo.start import Demo

NOTHING_TO_DO = (
    "With SQLite one process does everything: `shopbell web` (or `serve`) looks, alerts and serves the "
    "screens. This worker has nothing to do and only waits, so that whatever started it does not start it "
    "again. Set DATABASE_URL to a PostgreSQL database to give the work to a process of its own."
)


@click.command()
def serve() -> None:
    """Do everything in one process: look, alert, and serve the screens.

    On an empty database the demo town starts (SHOPBELL_DEMO=never prevents it). Ctrl-C ends.
    """
    with opened() as shop:
        _serve(shop)


@click.command()
def web() -> None:
    """Serve the screens. With SQLite this is everything, as `serve`; else `work` does the work."""
    with opened() as shop:
        if shop.settings.is_sqlite:
            _serve(shop)
        else:
            ended = _end_of_work()
            with _listening(shop):
                ended.wait()


@click.command()
def work() -> None:
    """Look and alert, without screens: as many processes as you like, on one PostgreSQL."""
    ended = _end_of_work()
    with opened() as shop:
        if shop.settings.is_sqlite:
            click.echo(NOTHING_TO_DO)
            ended.wait()
            return
        with _working(shop, None):
            click.echo("At work. Ctrl-C ends.")
            ended.wait()


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing where all went well.")
def migrate(quiet: bool) -> None:
    """Bring the database to this version's tables. Safe to run twice; refuses a newer version's database."""
    from service.db import Database
    from service.schema import migrate as bring_up
    from service.settings import read_settings

    settings = read_settings()
    if settings.is_sqlite:
        settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_address)
    revision = bring_up(database)
    database.close()
    if not quiet:
        click.echo(f"The database is at revision {revision}.")


@click.command()
@click.option("--clean", is_flag=True, help="Remove every row of the demo town, and end it.")
def demo(clean: bool) -> None:
    """Start the demo town where nothing is watched yet and serve, or start clean with --clean."""
    from service import installation

    with opened() as shop:
        if not clean:
            _serve(shop, must_have_town=True)
            return
        with shop.database.transaction() as session:
            there = installation.start_clean(session)
        click.echo("The demo town's rows are gone." if there else "There is no demo town here.")


def _serve(shop: Opened, *, must_have_town: bool = False) -> None:
    ended = _end_of_work()
    with _listening(shop), _town(shop, must_have_town) as town, _working(shop, town):
        if town:
            click.echo("The demo town is open: three branches on invented sites. Nothing in it is real.")
        ended.wait()


@contextmanager
def _town(shop: Opened, must_have_town: bool) -> Iterator[Demo | None]:
    from service.demo import start

    settings = shop.settings.model_copy(update={"demo": "auto"}) if must_have_town else shop.settings
    town = start.begin(settings, shop.database, shop.secret, now())
    if town is None and must_have_town:
        raise ShopbellError(
            "This installation watches something real, so no demo was started and nothing was changed. "
            "Try it beside: SHOPBELL_DATA=/tmp/demo PORT=8081 shopbell demo"
        )
    try:
        yield town
    finally:
        if town:
            town.close()


@contextmanager
def _working(shop: Opened, town: Demo | None) -> Iterator[None]:
    from service.engine.jobs import Looking, all_jobs, let_go
    from service.engine.local import Engine
    from service.engine.parts import Parts
    from service.engine.readers import look_anew_where_readers_changed

    speak(shop.settings)
    parts = Parts.of(
        shop.settings,
        shop.database,
        shop.secret,
        sites=town.sites if town else (),
        allow=town.hosts if town else (),
    )
    if shop.settings.is_sqlite:  # one process holds the file, so every lease is a dead one's
        with shop.database.transaction() as session:
            let_go(session)
    with shop.database.transaction() as session:
        look_anew_where_readers_changed(session)
    looking = Looking(parts, now, shop.settings.workers)
    engine = Engine(all_jobs(parts, looking, now), now)
    engine.start()
    try:
        yield
    finally:
        engine.stop()
        looking.close()
        parts.close()


@contextmanager
def _listening(shop: Opened) -> Iterator[None]:
    from service.web.app import create_app
    from service.web.server import make_server

    logging.getLogger("waitress").setLevel(logging.ERROR)
    settings = shop.settings
    speak(settings)
    try:
        server = make_server(create_app(settings, shop.database, now), settings)
    except (OSError, ValueError) as error:
        raise ShopbellError(
            f"Cannot listen on {settings.host}:{settings.port} ({error}). Another program may have it: "
            "set PORT to another number, or stop that program."
        ) from None
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    port = getattr(server, "effective_port", settings.port)
    click.echo(f"Shopbell is at http://{settings.host}:{port}/ (Ctrl-C ends)")
    try:
        yield
    finally:
        server.close()
        thread.join(5)


def _end_of_work() -> threading.Event:
    """Set once somebody asks us to end: Ctrl-C, or the SIGTERM of whatever started us."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: ended.set())
    return ended


COMMANDS = (serve, web, work, migrate, demo)
