"""The web server around the desk: waitress, in this process."""

from __future__ import annotations

from typing import Any

from flask import Flask

from service.settings import Settings
from service.sources.hooks import LARGEST_POST

THREADS = 4
HEADROOM = 100_000  # bytes around the largest post; each endpoint has a limit of its own besides


def make_server(app: Flask, settings: Settings) -> Any:
    """A server that listens where ``settings`` say; ``run()`` serves until ``close()``.

    A proxy's headers are left as they came: the desk takes none at its word, but closes when it sees
    one. Raises ``OSError`` where the port is taken.
    """
    from waitress.server import create_server

    open_sockets: dict[int, Any] = {}
    try:
        return create_server(
            app,
            map=open_sockets,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="",
            clear_untrusted_proxy_headers=False,
            max_request_body_size=LARGEST_POST + HEADROOM,
            channel_timeout=60,
        )
    except OSError:
        for left_open in list(open_sockets.values()):
            left_open.close()
        raise
