"""``shopbell read``: what Shopbell reads in a saved page. Opens no address and stores nothing."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from service.cli import exits
from service.domain import Outcome

LARGEST = 20_000_000  # bytes; the largest real review page we know has 1.8 MB
FORMS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--url", help="The page's address; without it, the page's own canonical address.")
@click.option(
    "--at", type=click.DateTime(FORMS), help="When the page was saved: dates such as '2 days ago' need it."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def read(file: Path, url: str | None, at: datetime | None, as_json: bool) -> None:
    """Print what a saved page says, or the outcome it would raise.

    \b
    Examples:
      shopbell read page.html
      shopbell read page.html --url https://www.yelp.com/biz/north --at 2026-11-20 --json
      curl -s https://… | shopbell read - --json
    """
    from service.errors import LookFailed
    from service.sites import printed
    from service.sites.decode import decode
    from service.sites.reading import read as read_page

    try:
        found = read_page(decode(_body(file), None), url, _utc(at))
    except LookFailed as failed:
        _print_failure(printed.printed_failure(failed, _site_name(url)), as_json)
        sys.exit(exits.of(failed.outcome))
    click.echo(_json(printed.printed(found)) if as_json else printed.told(found))
    sys.exit(exits.of(Outcome.OK if found.items else Outcome.EMPTY))


def _utc(at: datetime | None) -> datetime | None:
    """A time given without a zone is UTC."""
    return at and at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _body(file: Path) -> bytes:
    stream = click.open_file(str(file), "rb")
    with stream:
        body: bytes = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise click.UsageError(f"{file} is larger than {LARGEST // 1_000_000} MB: that is no review page.")
    return body


def _site_name(url: str | None) -> str | None:
    from service.sites.registry import site_for

    site = site_for(url) if url else None
    return site.name if site else None


def _print_failure(shape: dict[str, Any], as_json: bool) -> None:
    click.echo(_json(shape) if as_json else f"{shape['outcome']}: {'; '.join(shape['evidence'])}")


def _json(value: object) -> str:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


COMMANDS = (read,)
