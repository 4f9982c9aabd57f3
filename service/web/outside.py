"""The screens' own way out: the guarded client, bounded shortly, because a person or a provider waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from service.net.allow import AllowList
from service.net.client import Client, Limits, user_agent
from service.net.guard import Guard
from service.web.desk import desk

IN_TIME = Limits(connect=5, silence=5, total=10, size=100_000)


@contextmanager
def client() -> Iterator[Client]:
    """A client for this request."""
    settings = desk().settings
    guard = Guard(AllowList.parse(settings.allow_hosts))
    opened = Client(guard, user_agent(version("shopbell"), settings.contact), IN_TIME)
    try:
        yield opened
    finally:
        opened.close()
