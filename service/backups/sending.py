"""Sending a backup off the machine: one PUT, as WebDAV servers and presigned addresses of S3 take it."""

from __future__ import annotations

import base64
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from service.errors import BackupRefused, Refused, Unreachable
from service.net.allow import AllowList
from service.net.client import Client, Limits, user_agent
from service.net.guard import Guard
from service.sentences import say
from service.settings import Settings

LARGEST = 1024**3  # bytes: it is held in memory while it is sent
PATIENCE = Limits(connect=20, silence=120, total=3600)


def send(settings: Settings, path: Path, to: str, now: datetime) -> str:
    """PUT the file there; answers the place, without any password. Raises ``BackupRefused``.

    ``to`` is a folder (it ends in ``/``) or the whole address; its user and password are sent as they are, so
    only over https.
    """
    address, headers, place = _read(to, path.name)
    if path.stat().st_size > LARGEST:
        raise BackupRefused(
            say("%(path)s is larger than can be sent in one piece. Copy it by other means.", path=path)
        )
    guard = Guard(AllowList.parse(settings.allow_hosts))
    client = Client(guard, user_agent(version("shopbell"), settings.contact), PATIENCE)
    try:
        answer = client.send(address, path.read_bytes(), now=now, headers=headers, method="PUT")
    except (Refused, Unreachable) as error:
        raise BackupRefused(
            say(
                "%(place)s did not take it: %(evidence)s. %(path)s stays.",
                place=place,
                evidence="; ".join(error.evidence),
                path=path,
            )
        ) from None
    finally:
        client.close()
    if not 200 <= answer.status < 300:
        raise BackupRefused(
            say(
                "%(place)s did not take it: it answered %(status)s. %(path)s stays.",
                place=place,
                status=answer.status,
                path=path,
            )
        )
    return place


def _read(to: str, name: str) -> tuple[str, dict[str, str], str]:
    """The address without user and password, what is sent along, and how the place is called."""
    try:
        parts = urlsplit(to)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("https", "http"):
        raise BackupRefused(say("Give a web address such as https://user:password@dav.example.com/backups/."))
    if parts.username is not None and parts.scheme != "https":
        raise BackupRefused(say("A password is sent over https alone. Nothing was sent."))
    bare = f"[{host}]" if ":" in host else host
    netloc = f"{bare}:{port}" if port else bare
    path = f"{parts.path}{quote(name)}" if parts.path.endswith("/") or not parts.path else parts.path
    path = path if path.startswith("/") else f"/{path}"
    headers = {"Content-Type": "application/octet-stream"}
    if parts.username is not None:
        both = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
    return urlunsplit((parts.scheme, netloc, path, parts.query, "")), headers, f"{netloc}{path}"
