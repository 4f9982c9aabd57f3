"""``shopbell api``: what the extension's API is, for whoever builds against it."""

from __future__ import annotations

import click


@click.command("api")
def api() -> None:
    """Print the extension's API in OpenAPI 3.1, as ``/api/v1/openapi.json`` answers it.

    \b
    Example: shopbell api > openapi.json
    """
    from service.web.api.addresses import written

    click.echo(written())


COMMANDS = (api,)
