"""One try: a signed POST through the guard, and what its answer means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from service.errors import Refused, Unreachable
from service.hooks.signing import signed
from service.hooks.targets import Way
from service.net.client import Client, Limits
from service.sentences import say

PATIENCE = Limits(connect=5, silence=10, total=15)  # the standard recommends 15 to 30 seconds
TRIED_AGAIN = frozenset({408, 409, 423, 425, 429})  # of those from 400 on; from 500 on all are


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent where, under which key."""

    way: Way
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one try. ``said`` is a sentence; ``gone``: it asks to be told nothing ever again."""

    taken: bool
    said: str
    gives_up: bool = False
    gone: bool = False
    not_before: datetime | None = None


def post(client: Client, letter: Letter, now: datetime) -> Verdict:
    """Send it once; no redirect is followed, because what is signed is for that address."""
    headers = {"Content-Type": "application/json", **signed(letter.key, letter.body, now, letter.way.secrets)}
    try:
        answer = client.send(letter.way.url, letter.body, now=now, headers=headers, within=PATIENCE)
    except Refused as refused:
        return Verdict(
            taken=False, said=say("Refused here: %(evidence)s.", evidence=refused.evidence[0]), gives_up=True
        )
    except Unreachable as failed:
        return Verdict(taken=False, said=f"No answer: {failed.evidence[0]}.")
    return verdict_on(answer.status, answer.retry_after)


def verdict_on(status: int, retry_after: datetime | None = None) -> Verdict:
    """What a status means for what was sent. Pure."""
    said = f"It answered {status}{_phrase(status)}."
    if 200 <= status < 300:
        return Verdict(taken=True, said=said)
    if status == HTTPStatus.GONE:
        return Verdict(taken=False, said=said, gives_up=True, gone=True)
    if 300 <= status < 400:
        said = say("%(said)s It leads elsewhere: add the address it leads to.", said=said)
        return Verdict(taken=False, said=said, gives_up=True)
    gives_up = 400 <= status < 500 and status not in TRIED_AGAIN
    return Verdict(taken=False, said=said, gives_up=gives_up, not_before=retry_after)


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""
